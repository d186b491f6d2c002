"""A change as it is shown: what to look at closely, what differs, who wants it, why, what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.differing import all_difference_blocks
from community_bot.core.i18n import Texts
from community_bot.core.invocation import write_line
from community_bot.core.zones import in_words
from community_bot.domain.document import Action, Code, Field, Fields, Inlines, Strong, Text
from community_bot.moderation.change import Change, ChangeKind, ChangeState, Remark

_BRIEFLY = {
    ChangeState.APPLIED: "change-counts",
    ChangeState.UNDONE: "change-taken-back",
}
"""What is said of a change that nobody else decided on."""

Named = Callable[[int | None], Awaitable[str]]
Rows = Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class People:
    """What the two who made a change count are called."""

    author: str
    decided_by: str

    @classmethod
    async def of(cls, texts: Texts, change: Change, named: Named) -> People:
        """Look them up; what the files themselves brought has no author."""
        if change.kind is ChangeKind.FILES:
            return cls(texts("change-by-files"), texts("change-by-files"))
        return cls(await named(change.author), await named(change.decided_by))


def show_change(sheet: Sheet, change: Change, rows: Rows, people: People) -> None:
    """Write a change down: its risks first, its differences last."""
    texts = sheet.texts
    sheet.title(texts("title-change", change=change.short_id))
    show_risks(sheet, change)
    labelled: list[tuple[str, Inlines]] = [
        ("field-what", (Code(change.summary),)),
        ("field-state", (Text(_state(texts, change, people)),)),
        ("field-proposed-by", (Text(f"{people.author}, {_moment(texts, change.created_at)}"),)),
        ("field-source", (Text(change.source),) if change.source else ()),
        ("field-note", (Text(change.note),) if change.note else ()),
    ]
    sheet.add(Fields(tuple(Field(texts(label), value) for label, value in labelled if value)))
    sheet.add(*all_difference_blocks(texts, rows))


def show_risks(sheet: Sheet, change: Change) -> None:
    """Write down what to look at closely."""
    for risk in change.risks:
        sheet.paragraph(Strong(sheet.texts(risk)))


def show_remarks(sheet: Sheet, remarks: Iterable[tuple[str, Remark]]) -> None:
    """Write down what was said of a change, each with who said it."""
    sheet.items(
        (Strong(name), Text(f", {_moment(sheet.texts, one.at)}: {one.text}"))
        for name, one in remarks
    )


def _change_line(texts: Texts, change: Change, people: People) -> Inlines:
    said = f" – {people.author}, {_moment(texts, change.created_at)}: "
    return (
        Code(change.short_id),
        Text(" "),
        Code(change.summary),
        Text(f"{said}{_state(texts, change, people)}"),
    )


async def list_changes(sheet: Sheet, changes: Sequence[Change], named: Named, limit: int) -> None:
    """Write down changes, a line each, up to a limit; and that there are more, if there are."""
    shown = changes[:limit]
    people = [await People.of(sheet.texts, one, named) for one in shown]
    lines = zip(shown, people, strict=True)
    sheet.items(_change_line(sheet.texts, one, who) for one, who in lines)
    if len(changes) > limit:
        sheet.paragraph(Text(sheet.texts.plural("changes-newest", limit)))


def change_actions(sheet: Sheet, change: Change, *, may_decide: bool) -> tuple[Action, ...]:
    """Return what somebody may do about a change now."""
    id_ = change.short_id
    if change.state is ChangeState.OPEN and may_decide:
        return (
            sheet.action("action-approve", write_line("kb", "approve", id_), id=id_),
            sheet.action("action-reject", write_line("kb", "reject", id_), id=id_),
            sheet.action("action-discuss", write_line("kb", "discuss", id_), id=id_),
        )
    is_erased = all(file.before is None and file.after is None for file in change.files)
    if change.state is ChangeState.APPLIED and may_decide and not is_erased:
        return (sheet.action("action-undo", write_line("kb", "undo", change=id_), id=id_),)
    return ()


def look_action(sheet: Sheet, change: Change) -> Action:
    """Return the command that shows all of a change."""
    id_ = change.short_id
    return sheet.action("action-look", write_line("kb", "show", id_), id=id_)


def _state(texts: Texts, change: Change, people: People) -> str:
    """Return how far a change has come, with who decided and when, or until when it waits."""
    if change.state is ChangeState.OPEN:
        return texts("change-state-open", moment=_moment(texts, change.expires_at))
    if change.state in _BRIEFLY and _is_at_once(change):
        return texts(_BRIEFLY[change.state])
    moment = _moment(texts, change.decided_at or change.created_at)
    return texts(f"change-state-{change.state}", by=people.decided_by, moment=moment)


def _is_at_once(change: Change) -> bool:
    """Tell whether nobody else had to decide on it."""
    return change.decided_by == change.author and change.decided_at == change.created_at


def _moment(texts: Texts, moment: datetime) -> str:
    return in_words(texts, moment, "UTC")
