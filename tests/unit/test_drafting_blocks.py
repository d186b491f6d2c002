"""Several fields in one change, as a block of YAML says them, and forms for one of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from terminal import BASES, StillClock

from community_bot.core.i18n import Texts, available_languages
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.errors import UserError
from community_bot.knowledge.replacing import replace_file
from community_bot.moderation.blocks import EditBlock, read_block
from community_bot.moderation.draft import Draft, UnfitError
from community_bot.moderation.drafting import Drafter
from community_bot.moderation.policy import Policy

ADDRESS = "https://news.example.org/2026/11/she-is-free.html"
ZOLA, DREYFUS = "emile-zola", "alfred-dreyfus"
STATEMENT = "j-accuse"
SOURCE = "aurore-87"
ABOUT = "about.text.en"


@pytest.fixture
def drafter(tmp_path: Path) -> Drafter:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    return Drafter(load_snapshot(root), StillClock(), Policy())


async def drafted(drafter: Drafter, entry: str, text: str) -> Draft:
    block = read_block(text)
    return await drafter.edit_fields(entry, block.values, source=block.source, seen=block.seen)


async def apply(drafter: Drafter, draft: Draft) -> None:
    for file in draft.files:
        replace_file(drafter.snapshot.root, file.path, file.after)
    assert not (await drafter.snapshot.reload({file.path for file in draft.files})).problems


def test_a_block_is_fields_with_what_stands_beside_them() -> None:
    block = read_block(
        f"entry: {ZOLA}\nabout.text.en: 'yes: no'\nweak_aliases: [Z, 'a, b']\n"
        "names: {de: {text: Emil}}\nsource:\nnote: why\nseen: 0af1\n"
    )
    values = {ABOUT: "yes: no", "weak_aliases": 'Z, "a, b"', "names.de.text": "Emil"}
    assert block == EditBlock(values, entry=ZOLA, note="why", seen="0af1")


def test_a_field_that_is_called_like_what_stands_beside_is_told_apart_by_its_form() -> None:
    assert read_block("note: {en: inferred}").values == {"note.en": "inferred"}


HOSTILE: dict[str, tuple[str, str]] = {
    "nothing": ("", "problem-empty"),
    "words": ("make him free", "problem-not-keys"),
    "a list": ("- about.text.en", "problem-not-keys"),
    "an anchor": ("about.text.en: &a x", "problem-reuse"),
    "an alias": ("a: &a x\nb: *a", "problem-reuse"),
    "a tag": ("about.text.en: !!python/object/apply:os.system [ls]", "problem-tag"),
    "a merge": ("<<: {about.text.en: x}", "problem-reuse"),
    "a field twice": ("about.text.en: x\nabout.text.en: y", "problem-key-twice"),
    "depth": ("a: " + "{a: " * 30 + "x" + "}" * 30, "problem-too-deep"),
    "a second document": ("about.text.en: x\n---\nid: y", "problem-second-document"),
    "a bracket": ("about.text.en: [x", "problem-bracket-open"),
    "a turn of direction": ("about.text.en: Al\u202efred", "problem-bidi"),
    "half a character": ("about.text.en: x\ud800", "problem-not-utf8"),
    "lines": ("about.text.en: |\n  one\n  two", "problem-line-break"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_block_is_refused_in_words(case: str) -> None:
    text, key = HOSTILE[case]
    with pytest.raises(UnfitError) as caught:
        read_block(text)
    assert key in {problem.key for _, problem in caught.value.faults}


REFUSED: dict[str, tuple[str, str, str]] = {
    "no fields": (ZOLA, "source: aurore-87", "draft-block-empty"),
    "the same place twice": (ZOLA, "about.text.en: x\nAbout.text.EN: y", "draft-field-twice"),
    "a part and what is in it": (ZOLA, "names.de: x\nnames.de.text: y", "draft-field-twice"),
    "twice by form": (ZOLA, "names.de.text: x\nnames: {de.text: y}", "draft-field-twice"),
    "a list of parts": (ZOLA, "events: [{type: died}]", "draft-which"),
    "a quotation": (STATEMENT, "paragraphs: []", "draft-fixed"),
    "another id": (ZOLA, "id: other", "draft-fixed"),
    "a status": (DREYFUS, "status: {value: died}", "draft-status-together"),
    "a review to come": (DREYFUS, 'reviewed: "2999-01-01"', "draft-date-ahead"),
    "no such field": (ZOLA, "abuot.text.en: x", "draft-field-unknown-like"),
    "no source": (ZOLA, "about.text.en: x", "draft-source-wanted-known"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_is_refused_with_a_sentence(drafter: Drafter, case: str) -> None:
    entry, text, key = REFUSED[case]
    with pytest.raises(UserError) as caught:
        await drafted(drafter, entry, text)
    assert caught.value.key == key
    for language in available_languages():
        assert "{" not in Texts(language)(key, **caught.value.arguments)


async def test_several_fields_are_one_change_with_one_source(drafter: Drafter) -> None:
    text = f"names.de.text: Emil\nabout.text.de: Dichter.\nweak_aliases.+: Z\nsource: {ADDRESS}\n"
    draft = await drafted(drafter, ZOLA, text)
    assert draft.summary == f"kb edit {ZOLA} names.de.text, about.text.de, weak_aliases.+"
    source, zola = draft.files
    assert source.before is None
    assert zola.path == f"people/{ZOLA}.yaml"
    fields = {field for field, _, _ in draft.rows}
    assert {"names.de.text", "about.text.de", "about.cite", "weak_aliases"} <= fields
    await apply(drafter, draft)


async def test_a_new_item_may_be_told_in_several_fields_and_comes_in_order(
    drafter: Drafter,
) -> None:
    text = f"events.+.type: other\nevents.+.date: 1850\nsource: {SOURCE}"
    draft = await drafted(drafter, ZOLA, text)
    await apply(drafter, draft)
    first = await drafter.value_at(ZOLA, "events.1.date")
    assert first is not None
    assert first.value == "1850"


async def test_sources_given_as_a_field_need_no_other(drafter: Drafter) -> None:
    text = f"about.text.en: A writer.\nabout.cite: [{SOURCE}, maison-zola]"
    draft = await drafted(drafter, ZOLA, text)
    assert [field for field, _, _ in draft.rows] == [ABOUT, "about.cite"]


async def test_what_says_the_same_is_left_alone(drafter: Drafter) -> None:
    said = await drafter.value_at(ZOLA, ABOUT)
    assert said is not None
    same = f"about.text.en: {said.value!r}\nnames.tr.text:\n"
    with pytest.raises(UserError, match="draft-nothing"):
        await drafted(drafter, ZOLA, same + "source: ''")
    draft = await drafted(drafter, ZOLA, f"{same}weak_aliases.+: Z\nsource: maison-zola")
    assert [field for field, _, _ in draft.rows] == ["weak_aliases"]


async def test_a_value_that_changed_since_it_was_seen_is_not_written_over(
    drafter: Drafter,
) -> None:
    said = await drafter.value_at(ZOLA, ABOUT)
    assert said is not None
    mine = f"about.text.en: A writer.\nsource: {SOURCE}\nseen: {said.mark}"
    draft = await drafted(drafter, ZOLA, mine)
    await apply(drafter, await drafted(drafter, ZOLA, f"about.text.en: A.\nsource: {SOURCE}"))
    with pytest.raises(UserError) as caught:
        await drafted(drafter, ZOLA, mine)
    assert caught.value.key == "draft-changed-since"
    assert caught.value.arguments["now"] == "A."
    assert draft.rows[0][2] == "A writer."


async def test_an_item_that_has_another_number_by_now_is_not_taken_for_the_one_seen(
    drafter: Drafter,
) -> None:
    old = await drafter.value_at(ZOLA, "events.1.type")
    assert old is not None
    text = f"events.+: type={old.value}; date=1840; text.en=Another.\nsource: {SOURCE}"
    await apply(drafter, await drafted(drafter, ZOLA, text))
    new = await drafter.value_at(ZOLA, "events.1.type")
    assert new is not None
    assert new.value == old.value
    with pytest.raises(UserError, match="draft-changed-since"):
        await drafted(drafter, ZOLA, f"events.1.type: other\nsource: {SOURCE}\nseen: {old.mark}")


async def test_a_field_is_seen_as_it_is_typed(drafter: Drafter) -> None:
    new = await drafter.value_at(ZOLA, "Names.tr.text")
    assert new is not None
    assert (new.field, new.value) == ("names.tr.text", "")
    words = await drafter.value_at(ZOLA, ABOUT)
    assert words is not None
    assert words.is_text
    assert not new.is_text
    more = await drafter.value_at(ZOLA, "weak_aliases.+")
    assert more is not None
    assert more.field == "weak_aliases.+"
    assert await drafter.value_at(ZOLA, "about") is None
    with pytest.raises(UserError, match="draft-fixed"):
        await drafter.value_at(ZOLA, "id")
