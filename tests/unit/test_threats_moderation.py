"""Those who would have the bot say something untrue: the inputs of the threat table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from editors import ABOUT, DREYFUS, NAME, SOURCE, ZOLA, Editors, open_editors
from office import (
    ADMIN,
    COUNCIL,
    IVAN,
    NOBODY,
    OLENA,
    OLENA_THERE,
    STAFF,
    Rooms,
    Servers,
)
from terminal import UNLIMITED

from community_bot.app.colleagues import Colleagues
from community_bot.commands import COMMANDS
from community_bot.commands.editing import editing_commands
from community_bot.commands.editors_desk import EditorsDesk
from community_bot.commands.explaining import explain_error
from community_bot.commands.history import history_commands
from community_bot.commands.reviewing import reviewing_commands
from community_bot.commands.team import team_commands
from community_bot.core.authority import Authority
from community_bot.core.command import CommandTable
from community_bot.core.dispatch import Dispatcher
from community_bot.core.invocation import Invocation
from community_bot.core.ports import Standings
from community_bot.core.render.text import render_text
from community_bot.domain.address import Actor, Address, Platform
from community_bot.domain.document import Reply
from community_bot.domain.entities import Person
from community_bot.moderation.change import ChangeState
from community_bot.moderation.past import Past

PUPPET = Actor(Platform.MATRIX, "@_discord_1001:bridge.example")
EDIT = f'kb edit {DREYFUS} {ABOUT} "Nonsense." source={SOURCE}'
NAMED = f'kb edit {DREYFUS} {NAME} "Dreyfuss" source={SOURCE}'


@dataclass(slots=True)
class House:
    """The whole way from a line to a file, for anybody on any platform."""

    editors: Editors
    authority: Authority
    dispatcher: Dispatcher

    async def ask(self, line: str, actor: Actor = ADMIN, **place: str) -> Reply:
        place = {"room": "!any:example.org", **place}
        address = Address(actor.platform, **place)
        reply = await self.dispatcher.dispatch(Invocation(line, actor, address))
        assert reply is not None
        return reply

    async def error(self, line: str, actor: Actor = ADMIN, **place: str) -> str:
        reply = await self.ask(line, actor, **place)
        return reply.error.key if reply.error else ""

    async def state(self, number: int) -> ChangeState:
        async with self.editors.database.moderation.read() as kept:
            found = await kept.changes.get(number)
        assert found is not None
        return found.state


@asynccontextmanager
async def open_house(
    folder: Path, *, standings: Mapping[Platform, Standings] | None = None
) -> AsyncIterator[House]:
    async with open_editors(folder) as editors:
        team = editors.database.team
        authority = Authority(team, (ADMIN.account,), standings or {}, editors.clock)
        colleagues = Colleagues(team, authority)
        editors.reviewer = replace(
            editors.reviewer,
            named=colleagues.known_as,
            is_alone=colleagues.is_alone,
            is_known=colleagues.is_known,
        )
        past = Past(editors.database.moderation, editors.snapshot, lambda: True)

        async def can_tell() -> bool:
            return True

        desk = EditorsDesk(editors.drafter, editors.reviewer, past, authority, team, can_tell)
        table = CommandTable(
            (
                *COMMANDS,
                *team_commands(team, authority),
                *editing_commands(desk),
                *reviewing_commands(desk),
                *history_commands(desk),
            )
        )
        dispatcher = Dispatcher(
            table, editors.snapshot, explain_error, editors.clock, UNLIMITED, authority=authority
        )
        yield House(editors, authority, dispatcher)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        for line in (
            "role grant moderator matrix:@olena:example.org name=Olena",
            "role grant moderator discord:2002 name=Ivan",
        ):
            assert await opened.error(line) == ""
        yield opened


# Row 6: escalation across platforms, and from places of one's own.


async def test_the_same_name_on_another_platform_edits_nothing(house: House) -> None:
    before = house.editors.said(DREYFUS)
    for same in (
        Actor(Platform.DISCORD, OLENA.id),
        Actor(Platform.DISCORD, "Olena"),
        Actor(Platform.MATRIX, "@olena:other.example"),
        Actor(Platform.MATRIX, "2002"),
    ):
        assert await house.error(EDIT, same) == "not-allowed"
    assert house.editors.said(DREYFUS) == before


@pytest.mark.parametrize(
    "place",
    [{"room": "!own:evil.example"}, {"thread": "$thread"}, {"space": "!council:example.org"}],
)
async def test_an_edit_means_the_same_from_wherever_it_comes(
    house: House, place: dict[str, str]
) -> None:
    before = house.editors.said(DREYFUS)
    assert await house.error(EDIT, PUPPET, **place) == "not-allowed"
    assert house.editors.said(DREYFUS) == before
    assert await house.error(EDIT, OLENA, **place) == ""


async def test_nobody_approves_their_own_with_another_of_their_accounts(house: House) -> None:
    await house.ask("role grant moderator discord:1001 name=Olena")
    assert await house.error(NAMED, OLENA) == ""
    assert await house.error("kb approve C1", OLENA_THERE) == "change-own"
    assert await house.error("kb approve C1", IVAN) == ""


async def test_nobody_approves_what_they_proposed_before_their_accounts_were_linked(
    house: House,
) -> None:
    await house.ask("role grant moderator discord:1001")
    assert await house.error(NAMED, OLENA_THERE) == ""
    await house.ask("role grant moderator discord:1001 name=Olena")
    for actor in (OLENA, OLENA_THERE):
        assert await house.error("kb approve C1", actor) == "change-author-gone"
    assert await house.error("kb reject C1", OLENA) == ""


async def test_nobody_approves_their_own_by_having_themselves_forgotten(tmp_path: Path) -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_house(tmp_path, standings={Platform.DISCORD: servers}) as house:
        await house.ask("role grant moderator discord-role:50/51")
        assert await house.error(NAMED, IVAN) == ""
        assert await house.error("kb approve C1", IVAN) == "change-own"
        await house.editors.database.team.forget(IVAN.account)
        house.authority.invalidate()
        assert await house.error("kb approve C1", IVAN) == "change-author-gone"


async def test_an_editor_never_decides_and_nothing_of_theirs_counts_at_once(house: House) -> None:
    await house.ask("role grant editor discord:3003 on=all")
    assert await house.error(EDIT, NOBODY) == ""
    assert await house.state(1) is ChangeState.OPEN
    for line in ("kb approve C1", "kb reject C1", "kb undo C1", "kb freeze", "kb unfreeze"):
        assert await house.error(line, NOBODY) == "not-allowed"


@pytest.mark.parametrize(
    "line",
    [
        f'kb edit {DREYFUS},{ZOLA} {ABOUT} "Nonsense." source={SOURCE}',
        f'kb edit entry="{DREYFUS} {ZOLA}" field={ABOUT} value=Nonsense source={SOURCE}',
        f"kb edit entry={DREYFUS} entry={ZOLA} field={ABOUT} value=Nonsense source={SOURCE}",
        "kb approve C1 C2",
        "kb approve change=C1,C2",
        f"kb withdraw {DREYFUS} {ZOLA}",
    ],
)
async def test_an_argument_that_names_several_changes_none(house: House, line: str) -> None:
    for _ in range(2):
        await house.ask(NAMED, OLENA)
    before = {one: house.editors.said(one) for one in (DREYFUS, ZOLA)}
    assert await house.error(line, IVAN) != ""
    assert {one: house.editors.said(one) for one in (DREYFUS, ZOLA)} == before
    assert {await house.state(1), await house.state(2)} == {ChangeState.OPEN}


# Rows 7, 9 and 11: rights that are no more, were never, or are somebody else's.


async def test_whoever_was_demoted_neither_edits_nor_approves(house: House) -> None:
    await house.ask(NAMED, OLENA)
    await house.ask("role revoke discord:2002")
    house.editors.later(minutes=6)
    assert await house.error("kb approve C1", IVAN) == "not-allowed"
    assert await house.error(EDIT, IVAN) == "not-allowed"
    assert await house.state(1) is ChangeState.OPEN


async def test_a_role_that_a_platform_takes_away_lasts_no_minute_longer(tmp_path: Path) -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_house(tmp_path, standings={Platform.DISCORD: servers}) as house:
        await house.ask("role grant moderator discord-role:50/51")
        assert await house.error(EDIT, IVAN) == ""
        servers.held.clear()
        house.editors.later(minutes=1)
        assert await house.error("kb undo C1", IVAN) == "not-allowed"


@pytest.mark.parametrize(
    "actor",
    [
        Actor(Platform.MATRIX, "Admin @root:example.org"),
        Actor(Platform.MATRIX, "@olenа:example.org"),
        Actor(Platform.MATRIX, "@Olena:example.org"),
        PUPPET,
    ],
)
async def test_a_name_like_a_moderators_is_nobodys(house: House, actor: Actor) -> None:
    await house.ask(NAMED, IVAN)
    for line in (EDIT, "kb approve C1", "kb unfreeze"):
        assert await house.error(line, actor) == "not-allowed"


async def test_the_audit_tells_people_apart_by_number_alone(house: House) -> None:
    await house.ask(NAMED, OLENA)
    await house.ask("kb approve C1", IVAN)
    rows = await house.editors.audit_rows()
    olena = await house.authority.number_of(OLENA)
    ivan = await house.authority.number_of(IVAN)
    assert [row.actor for row in rows] == [olena, ivan, ivan]
    assert OLENA.id not in str(rows)


@pytest.mark.parametrize(
    ("create", "power", "may"),
    [
        ({"room_version": "11"}, None, {ADMIN.id}),
        ({"room_version": "12", "additional_creators": [OLENA.id]}, {}, {ADMIN.id, OLENA.id}),
        ({"room_version": "11"}, {"users_default": 100}, {ADMIN.id, OLENA.id, PUPPET.id}),
        ({"room_version": "11"}, {"users": {OLENA.id: "100"}}, set()),
    ],
)
async def test_levels_are_those_of_the_room_and_its_version(
    tmp_path: Path,
    create: Mapping[str, object],
    power: Mapping[str, object] | None,
    may: set[str],
) -> None:
    created = {"sender": ADMIN.id, "content": {"creator": ADMIN.id, **create}}
    levels = None if power is None else {"content": power}
    everybody = {ADMIN.id, OLENA.id, PUPPET.id}
    rooms = Rooms({COUNCIL.room: (created, levels)}, {COUNCIL.room: everybody})
    async with open_house(tmp_path, standings={Platform.MATRIX: rooms}) as house:
        await house.ask("role grant moderator matrix-level:!council:example.org/50")
        for actor in (OLENA, PUPPET):
            line = EDIT.replace("Nonsense", f"By {actor.id[1:4]}")
            assert (await house.error(line, actor) == "") is (actor.id in may)


# Row 8: what may not be seen looks like what is not there.


async def test_whoever_may_not_see_a_change_cannot_tell_whether_it_is_there(house: House) -> None:
    await house.ask(NAMED, OLENA)
    for there, missing in (
        ("kb show C1", "kb show C9"),
        ("kb diff change=C1", "kb diff change=C9"),
        (f"kb history {DREYFUS}", "kb history nobody"),
    ):
        answers = [render_text(await house.ask(line, NOBODY)) for line in (there, missing)]
        assert answers[0] == answers[1]
    for line in ("kb show C", "kb approve C", f"kb edit {DREYFUS} nam", "kb undo actor=O"):
        asked = Invocation(line, NOBODY, Address(NOBODY.platform, room="1"))
        assert await house.dispatcher.suggest(asked) == ()
    asked = Invocation("kb approve C", IVAN, Address(IVAN.platform, room="1"))
    assert "C1" in [one.text for one in await house.dispatcher.suggest(asked)]


async def test_what_waits_for_a_decision_is_in_no_answer(house: House) -> None:
    line = f'kb add person jane-doe "Jane Doe" status=unknown date=2020 source={SOURCE}'
    assert await house.error(line, OLENA) == ""
    for asked in ("person jane-doe", "find Jane Doe", "person Jane Doe"):
        waiting = render_text(await house.ask(asked, NOBODY))
        missing = render_text(await house.ask(_of_nobody(asked), NOBODY))
        assert _of_nobody(waiting) == missing


def _of_nobody(text: str) -> str:
    return text.replace("jane-doe", "jine-die").replace("Jane Doe", "Jine Die")


# Row 18: names of files that lead out of the base.

ODD_IDS = [
    "../../.env",
    "..%2f",
    "CON",
    "con",
    "nul",
    "a/../b",
    ".git/config",
    "a\\b",
    "x.yaml",
    "-a",
    "é",
]


@pytest.mark.parametrize("id", ODD_IDS)
async def test_no_id_leads_out_of_the_base(house: House, id: str) -> None:
    root = house.editors.root.parent
    before = sorted(str(it) for it in root.rglob("*"))
    for line in (
        f'kb add person "{id}" "Jane Doe" status=unknown date=2020 source={SOURCE}',
        f'kb add source https://example.org/ id="{id}" title=A publisher=B language=en kind=media',
        f'kb edit "{id}" about.text.en Nonsense source={SOURCE}',
        f'kb withdraw "{id}"',
        f'kb history "{id}"',
    ):
        assert await house.error(line, OLENA) != ""
    assert sorted(str(it) for it in root.rglob("*")) == before


async def test_a_file_that_was_put_in_the_place_of_another_is_not_written_through(
    house: House, tmp_path: Path
) -> None:
    secret = tmp_path / "token"
    secret.write_text("do not touch", encoding="utf-8")
    path = house.editors.path(DREYFUS)
    await house.ask(NAMED, OLENA)
    path.unlink()
    path.symlink_to(secret)
    assert await house.error("kb approve C1", IVAN) != ""
    assert await house.error(EDIT, OLENA) != ""
    assert secret.read_text(encoding="utf-8") == "do not touch"


async def test_ids_that_differ_in_case_alone_are_one(house: House) -> None:
    line = f'kb add person {DREYFUS.title()} "Jane" status=unknown date=2020 source={SOURCE}'
    assert await house.error(line, OLENA) != ""


# Row 26: vandalism by somebody who may edit.


async def test_a_vandal_is_stopped_at_ten_and_one_command_restores_all(house: House) -> None:
    files = {it: it.read_bytes() for it in house.editors.root.rglob("*.yaml")}
    people = sorted(it.stem for it in (house.editors.root / "people").glob("*.yaml"))
    edits = [(one, field) for field in ("about.text.en", "about.text.fr", NAME) for one in people]
    outcomes = []
    for number, (entry, field) in enumerate(edits * 3):
        line = f'kb edit {entry} {field} "Nonsense {number}" source={SOURCE}'
        outcomes.append(await house.error(line, IVAN))
        house.editors.later(seconds=6)
    assert outcomes[:10] == [""] * 10
    assert outcomes[10] == "editing-frozen-now"
    assert set(outcomes[11:]) == {"editing-frozen"}
    (told,) = [one for one in house.editors.told if one.key == "notice-frozen-itself"]
    assert await house.error("kb unfreeze", IVAN) == "unfreeze-own"
    assert await house.error(told.lines[0], OLENA) == ""
    assert {it: it.read_bytes() for it in house.editors.root.rglob("*.yaml")} == files


@pytest.mark.parametrize(
    ("line", "risk"),
    [
        (f"kb status {ZOLA} released date=1902-09-30 source=wikipedia-zola", "risk-status"),
        (f'kb edit {ZOLA} names.en.text "Zorro Smith" source=wikipedia-zola', "risk-name"),
        (f'kb edit {ZOLA} aliases.+ "Alfred Dreyfus" source=wikipedia-zola', "risk-namesake"),
        ("kb edit wikipedia-zola url https://evil.example/", "risk-host"),
        (f"kb status {DREYFUS} in-colony date=1936 source={SOURCE}", "risk-status"),
        (f"kb add event {DREYFUS} detained date=1936 source={SOURCE}", "risk-events"),
    ],
)
async def test_what_could_mislead_waits_for_two_and_is_marked(
    house: House, line: str, risk: str
) -> None:
    reply = await house.ask(line, OLENA)
    assert reply.error is None
    assert await house.state(1) is ChangeState.OPEN
    assert risk in house.editors.told[-1].warnings


async def test_an_undo_that_turns_a_status_round_is_told_with_the_same_warning(
    house: House,
) -> None:
    await house.ask(f"kb status {DREYFUS} in-colony date=1936 source={SOURCE}", OLENA)
    await house.ask("kb approve C1", IVAN)
    assert await house.error("kb undo C1", OLENA) == ""
    told = house.editors.told[-1]
    assert told.key == "notice-change-undone"
    assert "risk-status" in told.warnings


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("Alfred\u202e Dreyfus", "draft-unfit"),
        ("Alfr\u200bed Dreyfus", "draft-unfit"),
        ("Аlfred Dreyfus", "draft-unfit"),
        ("half a \ud800 character", "draft-unfit"),
        ("a\0b", "draft-unfit"),
        ("e" + "\u0301" * 200, "draft-unfit"),
        ("x" * 20_000, "line-too-long"),
        ("@everyone", ""),
        ("{0.__class__} %(x)s {% x %}", ""),
        ("a: b # c &d *d", ""),
        ("[u](https://evil.example) <@everyone> ```", ""),
    ],
)
async def test_a_value_is_only_ever_a_value(house: House, value: str, key: str) -> None:
    before = house.editors.said(DREYFUS)
    assert await house.error(f'kb edit {DREYFUS} {NAME} "{value}" source={SOURCE}', OLENA) == key
    if key:
        assert house.editors.said(DREYFUS) == before
        return
    await house.ask("kb approve C1", IVAN)
    entry = house.editors.snapshot.current.entries[DREYFUS]
    assert isinstance(entry, Person)
    assert entry.names["fr"].text == value


@pytest.mark.parametrize(
    "source",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://example.org/",
        "https://аррӏе.example/x",
        "https://un.org@evil.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/",
        "https://localhost/x",
        "https://169.254.169.254/",
        "https://un.org/\u202ex",
        "https://un.org/\u200bx",
        "maison-zola,wikipedia-zola",
        "../../etc/passwd",
    ],
)
async def test_no_source_leads_where_it_must_not(house: House, source: str) -> None:
    before = house.editors.said(DREYFUS)
    line = f'kb edit {DREYFUS} {ABOUT} "Nonsense." source="{source}"'
    assert await house.error(line, OLENA) not in {"", "internal-error"}
    assert house.editors.said(DREYFUS) == before


@pytest.mark.parametrize(
    "date", ["2099-01-01", "1900-02-30", "0000", "01/02/1900", "２０２０", "1936-1-2"]
)
async def test_no_status_begins_on_a_day_that_there_was_not(house: House, date: str) -> None:
    line = f"kb status {DREYFUS} released date={date} source={SOURCE}"
    assert await house.error(line, OLENA) in {"draft-date", "draft-date-ahead"}


@pytest.mark.parametrize(
    "field",
    [
        "__class__",
        "names.__init__",
        "names..text",
        "events.0.date",
        "events.-1.date",
        "events.٣.date",
        "id",
        "kind",
        "ID",
        "status.value",
        "Status",
    ],
)
async def test_no_field_is_one_that_there_is_not_or_that_stays(house: House, field: str) -> None:
    before = house.editors.said(DREYFUS)
    error = await house.error(f'kb edit {DREYFUS} {field} "x" source={SOURCE}', OLENA)
    assert error.startswith("draft-")
    assert house.editors.said(DREYFUS) == before


# Row 28: approving again what was approved, has changed, or is old.


async def test_an_approval_counts_once(house: House) -> None:
    await house.ask(NAMED, OLENA)
    assert await house.error("kb approve C1", IVAN) == ""
    said = house.editors.said(DREYFUS)
    for again in (IVAN, OLENA, ADMIN):
        assert await house.error("kb approve C1", again) == "change-is-applied"
    await house.ask("kb undo C1", IVAN)
    assert await house.error("kb approve C1", ADMIN) == "change-is-undone"
    assert house.editors.said(DREYFUS) != said


async def test_of_two_approvals_at_once_one_counts(house: House) -> None:
    await house.ask(NAMED, OLENA)
    both = asyncio.gather(house.error("kb approve C1", IVAN), house.error("kb approve C1", ADMIN))
    assert sorted(await both) in (["", "change-is-accepted"], ["", "change-is-applied"])
    rows = [row.what for row in await house.editors.audit_rows()]
    assert rows == ["propose", "approve", "apply"]


async def test_an_approval_and_a_freeze_at_once_are_one_after_the_other(house: House) -> None:
    await house.ask(NAMED, OLENA)
    approved, frozen = await asyncio.gather(
        house.error("kb approve C1", IVAN), house.error("kb freeze", ADMIN)
    )
    assert frozen == ""
    state = await house.state(1)
    assert (approved, state) in {
        ("", ChangeState.APPLIED),
        ("editing-frozen", ChangeState.OPEN),
    }


async def test_an_approval_after_the_file_has_changed_writes_nothing(house: House) -> None:
    await house.ask(NAMED, OLENA)
    await house.editors.by_hand(DREYFUS, "weak_aliases: [Alfred]", "weak_aliases: [Fred]")
    before = house.editors.said(DREYFUS)
    reply = await house.ask("kb approve C1", IVAN)
    assert reply.error is not None
    assert reply.error.key == "change-conflict"
    text = render_text(reply)
    assert "Fred" in text
    assert "Dreyfuss" in text
    assert house.editors.said(DREYFUS) == before


async def test_anothers_button_does_what_whoever_presses_it_may(house: House) -> None:
    await house.ask(NAMED, OLENA)
    (line, *_) = house.editors.told[-1].lines
    assert await house.error(line, NOBODY) == "not-allowed"
    assert await house.error(line, OLENA) == "change-own"
    assert await house.error(line, IVAN) == ""


async def test_a_button_of_three_weeks_ago_does_nothing(house: House) -> None:
    await house.ask(NAMED, OLENA)
    house.editors.later(days=21)
    before = house.editors.said(DREYFUS)
    assert await house.error("kb approve C1", IVAN) == "change-is-expired"
    assert house.editors.said(DREYFUS) == before


# Row 30: those of whom the base speaks.


async def test_who_is_withdrawn_is_gone_from_every_answer_and_the_audit_keeps_no_name(
    house: House,
) -> None:
    line = f'kb add person jane-doe "Jane Doe" status=unknown date=2020 source={SOURCE}'
    await house.ask(line, OLENA)
    await house.ask("kb approve C1", IVAN)
    assert await house.error("person jane-doe") == ""
    await house.ask("kb withdraw jane-doe", OLENA)
    assert await house.error("kb approve C2", IVAN) == ""
    assert not (house.editors.root / "people" / "jane-doe.yaml").exists()
    assert await house.error("person jane-doe") == "name-unknown"
    for asked in ("find Jane Doe", "people", "person Jane Doe", "timeline"):
        answer = render_text(await house.ask(asked)).replace(asked.partition(" ")[2] or "\0", "")
        assert "jane-doe" not in answer
    completed = Invocation("person ja", NOBODY, Address(NOBODY.platform, room="1"))
    assert "jane-doe" not in str(await house.dispatcher.suggest(completed))
    assert "jane" not in str(await house.editors.audit_rows()).casefold()
