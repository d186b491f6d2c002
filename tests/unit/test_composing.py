from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from press import ANN, APPEAL, BO, Press, press_at

from community_bot.core.render.text import render_text
from community_bot.domain.document import Link, Paragraph, Text
from community_bot.domain.errors import NameAmbiguousError, NameUnknownError, UserError
from community_bot.publishing.basis import differences, is_current, withdrawn
from community_bot.publishing.composing import Composed, digest_of
from community_bot.publishing.notice import notice_line


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        yield made


async def answer(press: Press, line: str) -> Composed:
    composed = await press.composer.answer(line, "en")
    assert composed.reply.error is None
    return composed


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("person Ann Lee", "person name=ann-lee"),
        ("who Анна Ли", "person name=ann-lee"),
        ("summary", "summary id=appeal"),
        ("statement", "statement id=appeal"),
        ("statement 1-2", "statement id=appeal paragraphs=1-2"),
        ("statement appeal L1,2 en", "statement id=appeal paragraphs=L1,2 language=en"),
        ("statement all", "statement id=appeal paragraphs=all"),
        ("resolution On Ann Lee", "resolution ref=r-1"),
        ("people released", "people status=released"),
        ("people appeal page=1", "people named-in=appeal page=1"),
        ("resolutions union 2016", "resolutions body=union year=2016"),
        ("timeline", "timeline"),
        ("timeline Anna Lee", "timeline name=ann-lee"),
        ('find "at once" free', 'find words="\\"at once\\" free"'),
        ("digest people=ann-lee,bo-dahl more=3", "digest people=ann-lee,bo-dahl more=3"),
    ],
)
async def test_a_line_is_written_so_that_it_goes_on_meaning_the_same(
    press: Press, typed: str, canonical: str
) -> None:
    assert await press.composer.canonical(typed, "en") == canonical
    again = await answer(press, canonical)
    assert again.digest == (await answer(press, typed)).digest
    assert await press.composer.canonical(canonical, "en") == canonical


async def test_a_name_that_fits_nobody_or_several_is_refused_with_what_could_be_meant(
    press: Press,
) -> None:
    twin = (press.base.root / ANN).read_text(encoding="utf-8")
    twin = twin.replace("id: ann-lee", "id: ann-lee-two")
    apart = "not_to_confuse: [{text: Ann Lee, note: {en: Another.}, cite: [paper]}]"
    press.base.write("people/ann-lee-two.yaml", twin.replace("names:", f"{apart}\nnames:"))
    await press.reload()
    with pytest.raises(NameAmbiguousError) as several:
        await press.composer.canonical("person Ann Lee", "en")
    assert set(several.value.candidates) == {"ann-lee", "ann-lee-two"}
    with pytest.raises(NameUnknownError):
        await press.composer.canonical("person Xyzzy", "en")
    with pytest.raises(UserError, match="not-allowed"):
        await press.composer.canonical("reload", "en")


async def test_a_line_that_would_be_too_long_to_be_read_again_is_refused(press: Press) -> None:
    with pytest.raises(UserError, match="line-too-long"):
        await press.composer.canonical("find " + '\\"' * 190, "en")


async def test_the_footer_is_no_part_of_what_is_compared(press: Press) -> None:
    before = await answer(press, "person ann-lee")
    await press.change(ANN, "weak_aliases: [Ann]", "weak_aliases: [Ann, Anny]")
    after = await answer(press, "person ann-lee")
    assert before.reply.footer != after.reply.footer
    assert before.digest == after.digest
    assert before.basis != after.basis


async def test_an_answer_can_be_made_as_of_another_moment(press: Press) -> None:
    press.clock.moment = press.clock.moment.replace(year=2019, month=10)
    fresh = await answer(press, "person ann-lee")
    asked = press.clock.now()
    press.clock.step(timedelta(days=3000).total_seconds())
    stale = await answer(press, "person ann-lee")
    assert fresh.digest != stale.digest
    pinned = await press.composer.answer("person ann-lee", "en", now=asked)
    assert pinned.digest == fresh.digest


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (ANN, "Teacher", "Headmistress"),
        ("sources/paper.yaml", "A publisher", "Another publisher"),
        (APPEAL, "We thank everyone", "We thank all"),
        ("about.yaml", "military court", "court martial"),
    ],
    ids=["itself", "a source", "what names it", "about the base"],
)
async def test_an_answer_rests_on_what_it_shows_and_on_what_stands_around_that(
    press: Press, path: str, old: str, new: str
) -> None:
    basis = (await answer(press, "person name=ann-lee")).basis
    assert is_current(press.snapshot.current, basis)
    await press.change(path, old, new)
    assert not is_current(press.snapshot.current, basis)


async def test_an_answer_does_not_rest_on_what_has_nothing_to_do_with_it(press: Press) -> None:
    basis = (await answer(press, "person name=ann-lee")).basis
    await press.change(BO, "names:\n  en: {text: Bo Dahl}", "names:\n  en: {text: Bo E. Dahl}")
    assert is_current(press.snapshot.current, basis)
    await press.change(ANN, "2024-01-02", "2025-01-02")
    assert is_current(press.snapshot.current, basis)


async def test_a_list_rests_on_the_whole_base(press: Press) -> None:
    basis = (await answer(press, "people status=released")).basis
    assert "bo-dahl" not in basis
    await press.change(BO, "value: unknown", "value: released")
    assert not is_current(press.snapshot.current, basis)
    assert differences(basis, (await answer(press, "people status=released")).basis) == ("bo-dahl",)


async def test_what_changed_itself_is_named_before_what_stands_around_it(press: Press) -> None:
    old = (await answer(press, "people")).basis
    await press.change("sources/paper.yaml", "A publisher", "Another publisher")
    around = (await answer(press, "people")).basis
    assert set(differences(old, around)) == {"ann-lee", "bo-dahl"}
    await press.change(BO, "Bo Dahl", "Bo E. Dahl")
    itself = (await answer(press, "people")).basis
    assert differences(old, itself) == ("bo-dahl",)
    (press.base.root / BO).unlink()
    await press.reload()
    gone = (await answer(press, "people")).basis
    assert differences(itself, gone) == ("bo-dahl",)
    assert withdrawn(press.snapshot.current, itself) == {"bo-dahl"}


async def test_nothing_has_changed_if_only_the_wording_has(press: Press) -> None:
    old = (await answer(press, "people status=released")).basis
    await press.change(BO, "Bo Dahl", "Bo E. Dahl")
    new = (await answer(press, "people status=released")).basis
    assert old != new
    assert differences(old, new) == ()


async def test_the_fingerprint_changes_with_what_is_said_and_with_nothing_else(
    press: Press,
) -> None:
    before = press.composer.fingerprint()
    await press.change(ANN, 'reviewed: "2024-01-02"', 'reviewed: "2026-01-02"')
    assert press.composer.fingerprint() == before
    await press.change(ANN, "Teacher", "Headmistress")
    changed = press.composer.fingerprint()
    assert changed != before
    await press.change(ANN, "Headmistress", "Teacher")
    assert press.composer.fingerprint() == before


def test_an_announcement_has_a_paragraph_after_each_blank_line(press: Press) -> None:
    said = press.composer.announcement("  One\ntwo.\r\n\r\nThree.\n \n\n", "uk").reply
    assert said.blocks == (Paragraph((Text("One\ntwo."),)), Paragraph((Text("Three."),)))
    assert said.language == "uk"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("https://a.example.org,https://b.example.org/", []),
        ("no http://example.org/ here", []),
        ("https://un.org@evil.example/", []),
        ("https://127.0.0.1/ https://localhost/", []),
        ("https://аррӏе.example/", []),
        ("[x](https://example.org/a)", ["https://example.org/a"]),
    ],
)
def test_only_an_address_that_the_files_could_hold_becomes_a_link(
    press: Press, text: str, links: list[str]
) -> None:
    (paragraph,) = press.composer.announcement(text, "en").reply.blocks
    assert isinstance(paragraph, Paragraph)
    found = [one for one in paragraph.content if isinstance(one, Link)]
    assert [one.url for one in found] == links
    assert all(one.label == one.url for one in found)
    said = "".join(
        one.text if isinstance(one, Text) else one.label
        for one in paragraph.content
        if isinstance(one, Text | Link)
    )
    assert said == text


def test_a_notice_is_worded_in_its_reader_s_language_and_its_reason_too(press: Press) -> None:
    line = notice_line("notice-post-failed", {"post": "P1", "reason": "post-too-late"})
    english = render_text(press.composer.notice(line, "en").reply)
    ukrainian = render_text(press.composer.notice(line, "uk").reply)
    assert "P1" in english
    assert "missed" in english
    assert "P1" in ukrainian
    assert "минув" in ukrainian
    raw = notice_line("notice-post-failed", {"post": "P1", "reason": "Nobody is there."})
    assert "Nobody is there." in render_text(press.composer.notice(raw, "en").reply)


async def test_two_documents_have_one_digest_only_if_they_read_the_same(press: Press) -> None:
    one = await answer(press, "person ann-lee")
    other = await press.composer.answer("person ann-lee", "uk")
    assert digest_of(one.reply) == one.digest
    assert one.digest != other.digest
