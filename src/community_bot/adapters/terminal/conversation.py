"""What is typed at one terminal, answered: moves by the terminal itself, questions by the bot."""

from __future__ import annotations

from community_bot.adapters.terminal.asking import AS, JOIN, ROLES, Seat
from community_bot.adapters.terminal.carrier import TerminalCarrier
from community_bot.core.completion import Suggestion
from community_bot.core.dispatch import Dispatcher
from community_bot.core.i18n import Texts
from community_bot.domain.document import (
    Code,
    ErrorReport,
    Inline,
    Listing,
    Paragraph,
    Reply,
    Text,
)
from community_bot.domain.errors import UserError

CLOSE, OPEN, HELP = "/close", "/open", "/help"
_FORMS = {
    JOIN: f"{JOIN} ROOM",
    AS: f"{AS} ROLE [NAME]",
    CLOSE: CLOSE,
    OPEN: OPEN,
    HELP: HELP,
}


class Conversation:
    """Somebody at a terminal, wherever they sit now."""

    def __init__(self, dispatcher: Dispatcher, seat: Seat, carrier: TerminalCarrier) -> None:
        self._dispatcher = dispatcher
        self._carrier = carrier
        self.seat = seat

    @property
    def texts(self) -> Texts:
        """The terminal's own words, in the language of whoever sits there."""
        return Texts(self.seat.language)

    async def answer(self, line: str) -> Reply | None:
        """Answer one line; None is silence."""
        match line.strip().casefold():
            case "/help":
                return self._help()
            case "/close":
                self._carrier.close(self.seat.room)
                return self._said(self.texts("chat-closed", room=self.seat.room))
            case "/open":
                self._carrier.open(self.seat.room)
                return self._said(self.texts("chat-opened", room=self.seat.room))
        try:
            moved = self.seat.moved(line)
        except UserError as error:
            message = self.texts(error.key, **error.arguments)
            return self._said(message, ErrorReport(error.key, message))
        if moved is None:
            return await self._dispatcher.dispatch(self.seat.invocation(line))
        self.seat = moved
        key = "chat-joined" if line.lstrip().casefold().startswith(JOIN) else "chat-acting"
        role = moved.role.name.lower()
        return self._said(self.texts(key, room=moved.room, name=moved.name, role=role))

    def endings(self, line: str) -> tuple[Suggestion, ...]:
        """Return what could end a half-typed line, best first."""
        command, separator, rest = line.lstrip().partition(" ")
        if command == AS and separator:
            return tuple(
                Suggestion(role, len(rest), role) for role in ROLES if role.startswith(rest)
            )
        if command.startswith("/"):
            return tuple(
                Suggestion(word, len(command), form)
                for word, form in _FORMS.items()
                if word.startswith(command) and not separator
            )
        return self._dispatcher.complete(self.seat.invocation(line))

    def _help(self) -> Reply:
        about = {
            JOIN: self.texts("chat-about-join"),
            AS: self.texts("chat-about-as", roles=", ".join(ROLES)),
            CLOSE: self.texts("chat-about-close"),
            OPEN: self.texts("chat-about-open"),
            HELP: self.texts("chat-about-help"),
        }
        items: tuple[tuple[Inline, ...], ...] = tuple(
            (Code(form), Text(f" – {about[name]}")) for name, form in _FORMS.items()
        )
        return Reply((Listing(items),), language=self.seat.language)

    def _said(self, message: str, error: ErrorReport | None = None) -> Reply:
        return Reply((Paragraph((Text(message),)),), error=error, language=self.seat.language)
