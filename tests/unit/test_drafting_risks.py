"""What could make the bot lie of somebody is pointed out, and looked at by a second person."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from terminal import BASES, StillClock

from community_bot.core.snapshot import load_snapshot
from community_bot.domain.values import EventType, Kind, StatusValue
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.replacing import replace_file
from community_bot.knowledge.writing import rewritten
from community_bot.moderation.change import FileChange
from community_bot.moderation.differences import differences
from community_bot.moderation.drafting import Drafter
from community_bot.moderation.policy import SECOND_PERSON, Policy

SHIPPED = BASES["shipped"]
DREYFUS = "alfred-dreyfus"
SOURCE = "aurore-87"


@pytest.fixture
def drafter(tmp_path: Path) -> Drafter:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    return Drafter(load_snapshot(root), StillClock(), Policy())


@pytest.mark.parametrize(
    "value",
    [
        StatusValue.IN_COLONY,
        StatusValue.HOUSE_ARREST,
        StatusValue.DIED,
        StatusValue.UNKNOWN,
        StatusValue.RECORD_LIFTED,
    ],
)
async def test_a_cleared_person_who_is_to_be_something_else_is_a_risk(
    drafter: Drafter, value: StatusValue
) -> None:
    draft = await drafter.status(DREYFUS, value, date="1940", source=SOURCE)
    assert draft.risks == ("risk-status",)


async def test_another_kind_of_custody_is_no_risk(drafter: Drafter) -> None:
    root = drafter.snapshot.root
    first = await drafter.status(DREYFUS, StatusValue.HOUSE_ARREST, date="1940", source=SOURCE)
    for file in first.files:
        replace_file(root, file.path, file.after)
    await drafter.snapshot.reload()
    draft = await drafter.status(DREYFUS, StatusValue.IN_COLONY, date="1941", source=SOURCE)
    assert draft.risks == ()


@pytest.mark.parametrize("accused", [StatusValue.UNDER_PROSECUTION, StatusValue.SUSPENDED_SENTENCE])
async def test_to_call_somebody_who_is_free_accused_is_a_risk(
    drafter: Drafter, accused: StatusValue
) -> None:
    root = drafter.snapshot.root
    first = await drafter.status(DREYFUS, StatusValue.RELEASED, date="1940", source=SOURCE)
    for file in first.files:
        replace_file(root, file.path, file.after)
    await drafter.snapshot.reload()
    draft = await drafter.status(DREYFUS, accused, date="1941", source=SOURCE)
    assert draft.risks == ("risk-status",)


async def test_a_status_of_before_the_last_one_is_a_risk(drafter: Drafter) -> None:
    draft = await drafter.status(DREYFUS, StatusValue.RELEASED, date="1899-09-19", source=SOURCE)
    assert draft.risks == ("risk-status", "risk-older", "risk-events")


async def test_an_event_turned_round_is_a_risk(drafter: Drafter) -> None:
    draft = await drafter.edit(DREYFUS, "events.1.type", "released", source=SOURCE)
    assert draft.risks == ("risk-status",)
    draft = await drafter.edit(DREYFUS, "events.1.type", "held", source=SOURCE)
    assert draft.risks == ()


@pytest.mark.parametrize(
    ("field", "name", "risks"),
    [
        ("names.en", "Alfred Dreyfuss", ()),
        ("names.uk", "Альфред Дрейфус", ()),
        ("aliases.+", "Captain Alfred Dreyfus", ()),
        ("aliases.+", "Dreyfus, Alfred", ()),
        ("names.en", "John Smith", ("risk-name",)),
        ("names.ru", "Иван Петров", ("risk-name",)),
        ("names.uk", "Іван Петренко", ("risk-name",)),
        ("aliases.+", "Émile Zola", ("risk-name", "risk-namesake")),
        ("aliases.+", "EMILE ZOLA", ("risk-name", "risk-namesake")),
        ("aliases.+", "Mathieu Dreyfus", ("risk-namesake",)),
    ],
)
async def test_a_name_that_is_another_or_anothers_is_a_risk(
    drafter: Drafter, field: str, name: str, risks: tuple[str, ...]
) -> None:
    draft = await drafter.edit(DREYFUS, field, name, source=SOURCE)
    assert draft.risks == risks
    assert draft.needs_second


async def test_a_link_to_another_host_is_a_risk_and_to_the_same_is_none(drafter: Drafter) -> None:
    there = await drafter.edit(SOURCE, "url", "https://gallica.bnf.fr/ark:/12148/other")
    assert there.risks == ()
    elsewhere = await drafter.edit(SOURCE, "url", "https://gallica.bnf.fr.example.org/12148/x")
    assert elsewhere.risks == ("risk-host",)
    assert there.needs_second
    assert elsewhere.needs_second


async def test_words_of_our_own_need_no_second_person(drafter: Drafter) -> None:
    words = "An officer of artillery."
    draft = await drafter.edit(DREYFUS, "about.text.en", words, source="france-archives")
    assert not draft.needs_second
    drafter.policy = Policy(second_person=SECOND_PERSON | {"about"})
    draft = await drafter.edit(DREYFUS, "about.text.en", words, source="france-archives")
    assert draft.needs_second


async def test_a_source_that_is_new_is_a_link_that_somebody_looks_at(drafter: Drafter) -> None:
    draft = await drafter.edit(
        DREYFUS, "about.text.en", "An officer.", source="https://example.org/somewhere"
    )
    assert draft.needs_second


def changed(path: str, **changes: Tree) -> FileChange:
    data = (SHIPPED / path).read_bytes()
    after = rewritten(data, {**read_tree(data, path), **changes}, Kind.STATEMENT)
    return FileChange(path=path, before=data, after=after)


def test_the_words_of_a_statement_need_a_second_person_however_they_change() -> None:
    file = changed("statements/new-york-2017.yaml", signed_by=["Somebody"])
    assert Policy().needs_second([file])
    assert not Policy(second_person=frozenset({"status"})).needs_second([file])


def test_the_file_of_a_base_itself_is_compared_like_any_other() -> None:
    data = (SHIPPED / "about.yaml").read_bytes()
    after = data.replace(b"main_statement: new-york-2017\n", b"")
    (one,) = differences(FileChange(path="about.yaml", before=data, after=after))
    assert (one.field, one.old, one.new) == ("main_statement", "new-york-2017", "")
    assert not Policy().needs_second([FileChange(path="about.yaml", before=data, after=after)])


def compared(old: str, new: str) -> list[tuple[str, str, str]]:
    file = FileChange(path="people/a.yaml", before=old.encode(), after=new.encode())
    return [(one.field, one.old, one.new) for one in differences(file)]


def test_an_item_put_in_between_is_one_difference() -> None:
    old = "events: [{type: a}, {type: c}]\n"
    new = "events: [{type: a}, {type: b, cite: [x, y]}, {type: c}]\n"
    assert compared(old, new) == [("events.2.type", "", "b"), ("events.2.cite", "", "x, y")]
    assert compared(new, old) == [("events.2.type", "b", ""), ("events.2.cite", "x, y", "")]


def test_an_item_that_changes_is_compared_field_by_field() -> None:
    old = "events: [{type: a, date: '1'}, {type: c}]\n"
    assert compared(old, old.replace("'1'", "'2'")) == [("events.1.date", "1", "2")]


def test_what_is_the_same_has_no_difference_however_it_is_laid_out() -> None:
    assert compared("names: {en: {text: A}}\n", "names:\n  en:\n    text: 'A'  # x\n") == []


@pytest.mark.parametrize(
    ("entry", "type_", "date", "risks"),
    [
        (DREYFUS, EventType.DETAINED, "1936", ("risk-events",)),
        (DREYFUS, EventType.DIED, "1930", ("risk-events",)),
        (DREYFUS, EventType.RELEASED, "1906-07-12", ("risk-events",)),
        (DREYFUS, EventType.DETAINED, "1890", ()),
        (DREYFUS, EventType.OTHER, "1936", ()),
        ("emile-zola", EventType.DETAINED, "1890", ()),
        ("emile-zola", EventType.DETAINED, "1903", ("risk-events",)),
    ],
)
async def test_an_event_after_which_the_status_would_not_hold_is_a_risk(
    drafter: Drafter, entry: str, type_: EventType, date: str, risks: tuple[str, ...]
) -> None:
    draft = await drafter.add_event(entry, type_, date=date, source=SOURCE)
    assert draft.risks == risks
    assert draft.needs_second


async def test_to_take_away_what_the_status_follows_from_is_a_risk(drafter: Drafter) -> None:
    types = [it.type for it in drafter.snapshot.current.entries[DREYFUS].events]  # type: ignore[union-attr]
    acquitted = types.index(EventType.ACQUITTED) + 1
    draft = await drafter.unset(DREYFUS, f"events.{acquitted}")
    assert "risk-events" in draft.risks


async def test_the_address_of_a_site_with_another_port_is_another_site(drafter: Drafter) -> None:
    url = "https://fr.wikipedia.org:8443/wiki/Zola"
    draft = await drafter.edit("wikipedia-zola", "url", url)
    assert draft.risks == ("risk-host",)


async def test_a_weak_alias_that_is_another_persons_name_is_a_risk(drafter: Drafter) -> None:
    draft = await drafter.edit(DREYFUS, "weak_aliases.+", "Georges Picquart", source=SOURCE)
    assert draft.risks == ("risk-namesake",)


async def test_two_links_that_are_swapped_are_a_risk(drafter: Drafter) -> None:
    root, entry = drafter.snapshot.root, "wikipedia-zola"
    archived = "https://web.archive.org/web/2020/https://fr.wikipedia.org/x"
    first = await drafter.edit(entry, "archive_url", archived)
    for file in first.files:
        replace_file(root, file.path, file.after)
    await drafter.snapshot.reload()
    url = str(drafter.snapshot.current.entries[entry].url)  # type: ignore[union-attr]
    draft = await drafter.edit_fields(entry, {"url": archived, "archive_url": url})
    assert "risk-host" in draft.risks
