"""A draft is a change that fits the files as they are, or an error that says why there is none."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from terminal import BASES, StillClock, Terminal

from community_bot.commands.explaining import explain_error
from community_bot.core.i18n import Texts, available_languages
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.entities import Person, Source
from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType, Kind, SourceKind, StatusValue
from community_bot.knowledge.form import format_text
from community_bot.knowledge.judging import judged
from community_bot.knowledge.reading.record import root_of
from community_bot.knowledge.replacing import replace_file
from community_bot.moderation.change import Change, ChangeKind, ChangeState
from community_bot.moderation.draft import Draft, UnfitError
from community_bot.moderation.drafting import Drafter, used_before
from community_bot.moderation.policy import Policy
from community_bot.moderation.statuses import EVENT_OF
from community_bot.storage.database import Database

ADDRESS = "https://news.example.org/2026/11/she-is-free.html"
ZOLA = "emile-zola"
DREYFUS = "alfred-dreyfus"
STATEMENT = "j-accuse"
SOURCE = "aurore-87"


def drafter_of(root: Path) -> Drafter:
    return Drafter(load_snapshot(root), StillClock(), Policy())


@pytest.fixture
def drafter(tmp_path: Path) -> Drafter:
    return drafter_of(Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base")))


async def apply(drafter: Drafter, draft: Draft) -> None:
    """Write a draft as it is, and serve it."""
    for file in draft.files:
        replace_file(drafter.snapshot.root, file.path, file.after)
    report = await drafter.snapshot.reload({file.path for file in draft.files})
    assert report.problems == ()


def person(drafter: Drafter, entry: str) -> Person:
    return drafter.snapshot.current.get(Person, entry)


def rows(draft: Draft) -> Mapping[str, tuple[str, str]]:
    return {field: (old, new) for field, old, new in draft.rows}


async def test_an_edit_says_what_differs_and_adds_its_source(drafter: Drafter) -> None:
    draft = await drafter.edit(DREYFUS, "names.ru", "Альфред Дрейфусс", source=SOURCE, note="x ")
    assert draft.summary == f"kb edit {DREYFUS} names.ru"
    assert draft.rows == (
        ("names.ru.text", "Альфред Дрейфус", "Альфред Дрейфусс"),
        ("names.ru.cite", "", SOURCE),
    )
    assert (draft.source, draft.note, draft.needs_second) == (SOURCE, "x", True)
    (file,) = draft.files
    before, after = (file.before or b"").splitlines(), (file.after or b"").splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


async def test_nothing_is_written_by_a_draft(drafter: Drafter) -> None:
    root = drafter.snapshot.root
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    await drafter.edit(DREYFUS, "names.en", "Alfred Dreyfuss", source=ADDRESS)
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


async def test_an_address_becomes_a_source_that_comes_first(drafter: Drafter) -> None:
    draft = await drafter.edit(DREYFUS, "weak_aliases.+", "Fred", source=ADDRESS)
    assert len(draft.files) == 1, "there is nothing there to cite it"
    draft = await drafter.edit(DREYFUS, "aliases.+", "Capt. Dreyfus; tag=en", source=ADDRESS)
    assert [file.path.partition("/")[0] for file in draft.files] == ["sources", "people"]
    await apply(drafter, draft)
    (alias,) = person(drafter, DREYFUS).aliases
    made = drafter.snapshot.current.get(Source, alias.cite[0])
    assert (made.url, made.publisher, made.title_inferred) == (ADDRESS, "news.example.org", True)
    again = await drafter.edit(DREYFUS, "names.de", "Alfred Dreyfuß", source=ADDRESS)
    assert [file.path.partition("/")[0] for file in again.files] == ["people"]
    assert rows(again)["names.de.cite"] == ("", made.id)


async def test_sources_at_like_addresses_have_ids_of_their_own(drafter: Drafter) -> None:
    paths: list[str] = []
    for url in (ADDRESS, ADDRESS.replace("/11/", "/12/"), "https://приклад.укр/новина"):
        draft = await drafter.edit(DREYFUS, "names.en.text", f"Alfred D {len(paths)}", source=url)
        paths.append(draft.files[0].path)
        await apply(drafter, draft)
    assert len(set(paths)) == 3


async def test_a_new_event_stands_in_its_place_in_time(drafter: Drafter) -> None:
    value = "type=other; date=1900; text.en=A rumour; also, a song."
    edited = await drafter.edit(DREYFUS, "events.+", value, source=SOURCE)
    added = await drafter.add_event(
        DREYFUS,
        EventType.OTHER,
        date="1900",
        source=SOURCE,
        others={"text.en": "A rumour; also, a song."},
    )
    assert edited.summary == f"kb edit {DREYFUS} events.+"
    assert edited.files == added.files
    await apply(drafter, added)
    dates = [event.date for event in person(drafter, DREYFUS).events]
    assert dates == sorted(dates)
    assert dates.count("1900") == 1


async def test_a_status_changes_with_its_event_and_leaves_no_words_of_the_old_one(
    drafter: Drafter,
) -> None:
    before = person(drafter, DREYFUS)
    assert before.status.text
    draft = await drafter.status(DREYFUS, StatusValue.IN_COLONY, date="1936-01-02", source=ADDRESS)
    said = rows(draft)
    assert said["status.value"] == ("acquitted", "in-colony")
    assert said["status.text.en"] == (before.status.text["en"], "")
    assert said["status.text.fr"][1] == ""
    assert draft.needs_second
    assert "risk-status" in draft.risks
    await apply(drafter, draft)
    after = person(drafter, DREYFUS)
    (source,) = after.status.cite
    assert (after.status.since, after.status.as_of, after.status.text) == (
        "1936-01-02",
        "1936-01-02",
        None,
    )
    assert (after.events[-1].type, after.events[-1].date) == (EventType.TRANSFERRED, "1936-01-02")
    assert after.events[-1].cite == (source,)
    assert after.reviewed == before.reviewed


async def test_an_event_that_is_there_gets_the_source_and_no_twin(drafter: Drafter) -> None:
    draft = await drafter.status(DREYFUS, StatusValue.DIED, date="1935-07-12", source=SOURCE)
    assert ("events.10.cite", "wikipedia-dreyfus", f"wikipedia-dreyfus, {SOURCE}") in draft.rows
    assert not any(field.startswith("events.11") for field, _, _ in draft.rows)


async def test_the_same_status_is_confirmed_and_keeps_its_words(drafter: Drafter) -> None:
    draft = await drafter.status(DREYFUS, StatusValue.ACQUITTED, date="1940", source=SOURCE)
    assert [field for field, _, _ in draft.rows] == ["status.as_of", "status.cite"]
    with pytest.raises(UserError, match="draft-status-known"):
        await drafter.status(DREYFUS, StatusValue.ACQUITTED, date="1920", source=SOURCE)


@pytest.mark.parametrize("value", list(StatusValue))
async def test_every_status_can_be_given_and_judged(drafter: Drafter, value: StatusValue) -> None:
    draft = await drafter.status(DREYFUS, value, date="2026-11", source=SOURCE)
    await apply(drafter, draft)
    after = person(drafter, DREYFUS)
    assert after.status.value is value
    event = EVENT_OF[value]
    assert event is None or value is StatusValue.ACQUITTED or after.events[-1].type is event


async def test_a_status_of_after_the_review_counts_as_a_review(drafter: Drafter) -> None:
    assert isinstance(drafter.clock, StillClock)
    drafter.clock.moment += timedelta(days=10)
    draft = await drafter.status(DREYFUS, StatusValue.DIED, date="2026-12-01", source=SOURCE)
    assert rows(draft)["reviewed"] == ("2026-11-22", "2026-12-02")


async def test_new_entries_fit_and_are_in_the_usual_form(drafter: Drafter) -> None:
    made = [
        await drafter.add_person(
            "jane-doe", "Jane Doe", StatusValue.RELEASED, date="1900-05", source=ADDRESS
        ),
        await drafter.add_person(
            "joan-roe", "Joan Roe", StatusValue.UNKNOWN, date="1900", source=SOURCE
        ),
        await drafter.add_resolution(
            "loi-1900",
            "A law: of 1900",
            "chambre-des-deputes",
            date="1900-12-27",
            symbol="L 1900",
            source=SOURCE,
        ),
        await drafter.add_source(
            "https://example.org/a-book",
            title="A book",
            publisher="Somebody",
            language="en",
            type_=SourceKind.MEDIA,
            date="1901",
        ),
    ]
    for draft in made:
        assert draft.needs_second
        for file in draft.files:
            kind = root_of(file.path)
            assert isinstance(kind, Kind)
            assert file.before is None
            assert format_text(file.after or b"", kind).encode() == file.after
        await apply(drafter, draft)
    jane = person(drafter, "jane-doe")
    assert (jane.status.since, jane.events[0].type) == ("1900-05", EventType.RELEASED)
    assert person(drafter, "joan-roe").events == ()


async def test_a_withdrawn_entry_goes_and_whoever_is_referred_to_stays(drafter: Drafter) -> None:
    with pytest.raises(UserError) as caught:
        await drafter.withdraw(SOURCE)
    assert caught.value.key == "draft-referred"
    assert {ZOLA, STATEMENT} <= set(str(caught.value.arguments["others"]).split(", "))
    await apply(
        drafter,
        await drafter.add_person(
            "jane-doe", "Jane Doe", StatusValue.UNKNOWN, date="1900", source=SOURCE
        ),
    )
    draft = await drafter.withdraw("jane-doe", note="she asked for it")
    assert [file.after for file in draft.files] == [None]
    assert draft.needs_second
    await apply(drafter, draft)
    assert "jane-doe" not in drafter.snapshot.current.entries


async def test_what_is_still_right_changes_the_day_of_the_review_only(drafter: Drafter) -> None:
    with pytest.raises(UserError, match="right-already"):
        await drafter.touch(DREYFUS)
    assert isinstance(drafter.clock, StillClock)
    drafter.clock.moment += timedelta(days=100)
    draft = await drafter.touch(DREYFUS)
    assert draft.rows == (("reviewed", "2026-11-22", "2027-03-02"),)
    assert not draft.needs_second
    before = drafter.snapshot.current.revision(DREYFUS)
    await apply(drafter, draft)
    assert drafter.snapshot.current.revision(DREYFUS) == before


async def test_what_is_taken_away_leaves_nothing_empty(drafter: Drafter) -> None:
    draft = await drafter.unset(DREYFUS, "weak_aliases.1")
    assert b"weak_aliases" not in (draft.files[0].after or b"")
    assert draft.rows == (("weak_aliases", "Alfred", ""),)
    draft = await drafter.unset(DREYFUS, "status.text")
    assert not draft.files[0].after or b"cleared by" not in draft.files[0].after


Refused = Callable[[Drafter], Awaitable[object]]
REFUSED: dict[str, tuple[str, Refused]] = {
    "no such entry": ("draft-entry-unknown", lambda d: d.touch("nobody")),
    "a path for an entry": ("draft-entry-unknown", lambda d: d.touch("../../secret")),
    "an id": ("draft-fixed", lambda d: d.edit(ZOLA, "id", "emil-zola", source=SOURCE)),
    "a kind": ("draft-fixed", lambda d: d.edit(ZOLA, "kind", "case", source=SOURCE)),
    "a quotation": (
        "draft-fixed",
        lambda d: d.edit(STATEMENT, "paragraphs.1.text", "I accuse nobody.", source=SOURCE),
    ),
    "a quotation taken away": ("draft-fixed", lambda d: d.unset(STATEMENT, "paragraphs.1")),
    "another version": (
        "draft-fixed",
        lambda d: d.edit(STATEMENT, "versions.+", "language=en", source=SOURCE),
    ),
    "a status alone": (
        "draft-status-together",
        lambda d: d.edit(ZOLA, "status.value", "died", source=SOURCE),
    ),
    "a status as one": (
        "draft-status-together",
        lambda d: d.edit(ZOLA, "status", "died", source=SOURCE),
    ),
    "what it says already": (
        "draft-nothing",
        lambda d: d.edit(DREYFUS, "weak_aliases", "Alfred"),
    ),
    "nothing to take away": ("draft-nothing", lambda d: d.unset(DREYFUS, "aliases")),
    "a fact without a source": (
        "draft-source-wanted",
        lambda d: d.edit(DREYFUS, "names.en", "A. Dreyfus"),
    ),
    "a fact with others' sources": (
        "draft-source-wanted-known",
        lambda d: d.edit(DREYFUS, "events.1.date", "1894-10-14"),
    ),
    "no source": (
        "draft-source-unknown",
        lambda d: d.edit(DREYFUS, "names.en", "A. Dreyfus", source=ZOLA),
    ),
    "an open address": (
        "draft-source-insecure",
        lambda d: d.edit(DREYFUS, "names.en", "A. Dreyfus", source="http://example.org/a"),
    ),
    "another protocol": (
        "draft-source-insecure",
        lambda d: d.edit(DREYFUS, "names.en", "A. Dreyfus", source="javascript://%0aalert(1)"),
    ),
    "an inner address": (
        "problem-link-number",
        lambda d: d.edit(DREYFUS, "names.en", "A. Dreyfus", source="https://169.254.169.254/x"),
    ),
    "a deceptive address": (
        "problem-link-deceptive",
        lambda d: d.edit(DREYFUS, "names.en", "A. Dreyfus", source="https://аррӏе.example/x"),
    ),
    "a day to come": (
        "draft-date-ahead",
        lambda d: d.status(DREYFUS, StatusValue.DIED, date="2026-11-23", source=SOURCE),
    ),
    "no day": (
        "draft-date",
        lambda d: d.status(DREYFUS, StatusValue.DIED, date="2026-02-30", source=SOURCE),
    ),
    "a review to come": (
        "draft-date-ahead",
        lambda d: d.edit(DREYFUS, "reviewed", "2999", source=SOURCE),
    ),
    "a status of no person": (
        "draft-not-person",
        lambda d: d.status("bordereau", StatusValue.DIED, date="1900", source=SOURCE),
    ),
    "an event of a source": (
        "draft-no-events",
        lambda d: d.add_event(SOURCE, EventType.OTHER, date="1900", source=SOURCE),
    ),
    "a taken id": (
        "draft-id-taken",
        lambda d: d.add_person(ZOLA, "Jane", StatusValue.DIED, date="1900", source=SOURCE),
    ),
    "no id": (
        "draft-id",
        lambda d: d.add_person("../x", "Jane", StatusValue.DIED, date="1900", source=SOURCE),
    ),
    "a known address": (
        "draft-source-known",
        lambda d: d.add_source(
            "https://gallica.bnf.fr/ark:/12148/bpt6k701453s",
            title="Again",
            publisher="L’Aurore",
            language="fr",
            type_=SourceKind.PRIMARY,
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_is_refused_with_a_sentence(drafter: Drafter, case: str) -> None:
    key, draw = REFUSED[case]
    with pytest.raises(UserError) as caught:
        await draw(drafter)
    assert caught.value.key == key
    for language in available_languages():
        said = Texts(language)(key, **caught.value.arguments)
        assert "{" not in said


UNFIT: dict[str, tuple[str, str, Refused]] = {
    "no such month": (
        "events.1.date",
        "problem-date",
        lambda d: d.edit(DREYFUS, "events.1.date", "1894-13", source=SOURCE),
    ),
    "an unlisted value": (
        "events.1.type",
        "problem-not-listed-like",
        lambda d: d.edit(DREYFUS, "events.1.type", "detaned", source=SOURCE),
    ),
    "an unknown case": (
        "events.1.case",
        "problem-reference",
        lambda d: d.edit(DREYFUS, "events.1.case", "nothing", source=SOURCE),
    ),
    "mixed letters": (
        "names.en.text",
        "problem-mixed-scripts",
        lambda d: d.edit(DREYFUS, "names.en", "Alfrеd Dreyfus", source=SOURCE),
    ),
    "a hidden turn of direction": (
        "names.en",
        "problem-bidi",
        lambda d: d.edit(DREYFUS, "names.en", "Al\u202efred", source=SOURCE),
    ),
    "no English": (
        "about.text",
        "problem-no-english",
        lambda d: d.unset(DREYFUS, "about.text.en"),
    ),
    "no words": (
        "names.en.text",
        "problem-no-words",
        lambda d: d.edit(DREYFUS, "names.en.text", "  ", source=SOURCE),
    ),
    "a name of another": (
        "names",
        "problem-lookalike",
        lambda d: d.edit(ZOLA, "names.en", "Alfred Dreyfus", source=SOURCE),
    ),
    "an inferred fact without a reason": (
        "names.en.check",
        "problem-no-reason",
        lambda d: d.edit(DREYFUS, "names.en.check", "inferred"),
    ),
    "a part of nothing": (
        "notes.2",
        "problem-key-missing",
        lambda d: d.edit(DREYFUS, "notes.+", "check=inferred", source=SOURCE),
    ),
}


@pytest.mark.parametrize("case", UNFIT)
async def test_what_breaks_a_rule_is_refused_with_the_field_and_the_rule(
    drafter: Drafter, case: str
) -> None:
    field, key, draw = UNFIT[case]
    with pytest.raises(UnfitError) as caught:
        await draw(drafter)
    assert (field, key) in [(label, fault.key) for label, fault in caught.value.faults]


async def test_the_field_and_the_rule_are_said_in_words(drafter: Drafter) -> None:
    terminal = Terminal.at(drafter.snapshot)
    context = terminal.bot.dispatcher.context(terminal.invocation("ping"))
    with pytest.raises(UserError) as caught:
        await drafter.edit(DREYFUS, "events.1.date", "1894-13", source=SOURCE)
    said = render_text(explain_error(caught.value, context))
    assert "`events.1.date` – “1894-13” is not a real date." in said


async def test_a_file_that_was_just_changed_by_hand_is_not_drafted_over(drafter: Drafter) -> None:
    path = drafter.snapshot.root / "people" / f"{DREYFUS}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    with pytest.raises(UserError, match="draft-file-changed"):
        await drafter.edit(DREYFUS, "weak_aliases.+", "Fred")
    await drafter.snapshot.reload()
    await drafter.edit(DREYFUS, "weak_aliases.+", "Fred")


async def test_nothing_is_drafted_while_the_files_are_broken(drafter: Drafter) -> None:
    (drafter.snapshot.root / "people" / "broken.yaml").write_text("id: [", encoding="utf-8")
    await drafter.snapshot.reload()
    with pytest.raises(UserError, match="draft-outdated"):
        await drafter.edit(DREYFUS, "weak_aliases.+", "Fred")


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    made = await Database.in_memory()
    yield made
    await made.close()


async def test_an_id_that_was_used_once_is_never_used_again(
    drafter: Drafter, database: Database
) -> None:
    drafter.was_used = used_before(database.moderation)
    draft = await drafter.add_person(
        "jane-doe", "Jane Doe", StatusValue.UNKNOWN, date="1900", source=SOURCE
    )
    change = Change(
        kind=ChangeKind.EDIT,
        state=ChangeState.APPLIED,
        author=1,
        summary=draft.summary,
        files=draft.files,
        created_at=drafter.clock.now(),
        decided_at=drafter.clock.now(),
    )
    async with database.moderation.begin() as kept:
        await kept.changes.add(change)
    with pytest.raises(UserError, match="draft-id-used"):
        await drafter.add_source(
            "https://example.org/jane",
            entry="jane-doe",
            title="Jane",
            publisher="Somebody",
            language="en",
            type_=SourceKind.MEDIA,
        )


async def test_every_text_of_every_shipped_entry_can_be_edited_from_chat(tmp_path: Path) -> None:
    drafter = drafter_of(Path(shutil.copytree(BASES["shipped"], tmp_path / "base")))
    base = drafter.snapshot.current
    for entry in base.of_kind(Person):
        for tag, text in entry.status.text.items() if entry.status.text else ():
            draft = await drafter.edit(
                entry.id, f"status.text.{tag}", f"{text} X.", source=entry.status.cite[0]
            )
            assert draft.rows == ((f"status.text.{tag}", text, f"{text} X."),)
            found = judged(drafter.snapshot.folder, {it.path: it.after for it in draft.files})
            assert found.problems == ()
