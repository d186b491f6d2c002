"""The one path from an Invocation to a Reply: limit, authorise, parse, run, or explain the error.

This is also the one boundary: whatever a handler did not foresee ends here, with a reference for
the log and the promise that nothing was changed. What was asked, and by whom, is never logged.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from community_bot.core.authority import Authority, vouched_role
from community_bot.core.command import Command, CommandTable, Context
from community_bot.core.completion import Suggestion, complete_line, complete_value
from community_bot.core.i18n import Texts
from community_bot.core.invocation import Call, Invocation
from community_bot.core.limits import Allowance, Limiter, Rates
from community_bot.core.mistyped import unknown_command
from community_bot.core.params import Choice
from community_bot.core.ports import Clock, Handled
from community_bot.core.preferences import Preferences
from community_bot.core.snapshot import Snapshot
from community_bot.core.trails import trail
from community_bot.domain.address import Role
from community_bot.domain.document import Code, ErrorReport, Inline, Paragraph, Reply, Text
from community_bot.domain.errors import UserError

_log = logging.getLogger(__name__)

Explain = Callable[[UserError, Context], Reply]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of answering: seconds a handler may take, questions that may be asked."""

    timeout: float = 10.0
    rates: Rates = field(default_factory=Rates)
    stale_months: int = 24


class Dispatcher:
    """Answers invocations from the current snapshot. ``explain`` words an error as a Reply.

    ``authority`` tells what somebody may do; without one only the terminal vouches for a role.
    ``preferences`` tell which language somebody chose, which goes before their platform's.
    ``handled`` keeps a command that changes something from running twice for one question.
    """

    def __init__(  # noqa: PLR0913 - a part each, given by the wiring alone
        self,
        table: CommandTable,
        snapshot: Snapshot,
        explain: Explain,
        clock: Clock,
        limits: Limits | None = None,
        *,
        authority: Authority | None = None,
        preferences: Preferences | None = None,
        handled: Handled | None = None,
    ) -> None:
        self.table = table
        self._snapshot = snapshot
        self._explain = explain
        self._clock = clock
        self._limits = limits or Limits()
        self._limiter = Limiter(self._limits.rates, clock)
        self._authority = authority
        self._preferences = preferences
        self._handled = handled

    async def dispatch(self, invocation: Invocation) -> Reply | None:
        """Answer, within what may be asked.

        ``None`` means silence, where somebody was told already to slow down.
        """
        allowance = self._limiter.ask(invocation.actor, invocation.address)
        if allowance is Allowance.SILENCE:
            return None
        anybody = _as_anybody(invocation)
        try:
            known = await self._in_chosen_language(anybody)
            if allowance is Allowance.GRANTED:
                known = await self._with_role(known)
        except Exception as error:  # noqa: BLE001 - the one boundary, as below
            context = self.context(anybody)
            return self._finished(_failed(error, context), anybody, context)
        if allowance is Allowance.NOTICE:
            context = self.context(known)
            reply = self._explain(UserError("slow-down"), context)
            return self._finished(reply, known, context)
        return await self.answer(known)

    async def _in_chosen_language(self, invocation: Invocation) -> Invocation:
        if self._preferences is None:
            return invocation
        chosen = await self._preferences.language_of(invocation.actor.account)
        return replace(invocation, language=chosen) if chosen else invocation

    async def _with_role(self, invocation: Invocation) -> Invocation:
        """Find out what somebody may do, unless their question is one that anybody may ask.

        So most questions cost no look at grants, and no platform is asked about those who ask.
        """
        if self._authority is None:
            return invocation
        meant = self.table.meant(invocation.line)
        if meant is not None and not meant.needs_role:
            return invocation
        async with asyncio.timeout(self._limits.timeout):
            return _with(invocation, await self._authority.role_of(invocation.actor))

    async def answer(self, invocation: Invocation, *, now: datetime | None = None) -> Reply:
        """Answer without counting: for what the bot itself runs again, such as what it posted.

        ``now`` answers as if it were that moment. A reply with an ``error`` is no answer: whoever
        stores replies must look.
        """
        context = self.context(invocation, now=now)
        try:
            reply = await self._answer_or_explain(invocation, context)
        except Exception as error:  # noqa: BLE001 - the one boundary: it is logged with its reference
            reply = _failed(error, context)
        return self._finished(reply, invocation, context)

    async def _answer_or_explain(self, invocation: Invocation, context: Context) -> Reply:
        try:
            async with asyncio.timeout(self._limits.timeout) as scope:
                return await self._answer(invocation, context)
        except UserError as error:
            return self._explain(error, context)
        except TimeoutError:
            if not scope.expired():
                raise
            meant = self.table.meant(invocation.line)
            # What was begun may have been done: "nothing was changed" could be wrong.
            is_harmless = meant is None or not meant.runs_once
            return self._explain(
                UserError("timeout" if is_harmless else "timeout-perhaps"), context
            )

    def context(self, invocation: Invocation, *, now: datetime | None = None) -> Context:
        """Return what a handler of this invocation sees."""
        base = self._snapshot.current
        fallbacks = base.about.fallbacks if base.about else None
        return Context(
            knowledge=base,
            texts=Texts(invocation.language, fallbacks),
            table=self.table,
            actor=invocation.actor,
            address=invocation.address,
            now=now or self._clock.now(),
            stale_months=self._limits.stale_months,
            control=self._snapshot,
        )

    def find(self, line: str, context: Context) -> tuple[Command, Call]:
        """Return the command that a line means for this person, and the rest of the line.

        Raises UserError when there is none, or when this person may not use it.
        """
        command, call = self.table.read(line)
        if command is None:
            raise unknown_command(line, call, context)
        if command.role > context.actor.role:
            raise UserError("not-allowed", command=command.name)
        return command, call

    def command_name(self, line: str) -> str:
        """Return the name of the command that a line means, or nothing."""
        try:
            command, _ = self.table.read(line)
        except UserError:
            return ""
        return command.name if command else ""

    def complete(self, invocation: Invocation) -> tuple[Suggestion, ...]:
        """Return what could end the invocation's half-typed line, best first.

        For the terminal, which vouches for the role; elsewhere everybody is anybody here.
        """
        anybody = _as_anybody(invocation)
        return complete_line(self.table, anybody.line, self.context(anybody))

    async def suggest(self, invocation: Invocation) -> tuple[Suggestion, ...]:
        """Return the same for somebody on any platform, by the role and language they have."""
        known = await self._in_chosen_language(_as_anybody(invocation))
        if self._authority is not None:
            known = _with(known, await self._authority.role_of(known.actor))
        return complete_line(self.table, known.line, self.context(known))

    async def suggest_value(self, invocation: Invocation, option: str) -> tuple[Choice, ...]:
        """Return what the value of one option of the invocation's line could become, best first.

        The line gives the option as far as it is typed. Visible is what the command would show to
        this person, in their language; nobody's role is looked up where anybody may ask.
        """
        known = await self._in_chosen_language(_as_anybody(invocation))
        try:
            command, call = self.table.read(known.line)
        except UserError:
            return ()
        if command is None:
            return ()
        known = await self._with_role(known)
        return complete_value(command, option, call, self.context(known))

    async def _answer(self, invocation: Invocation, context: Context) -> Reply:
        command, call = self.find(invocation.line, context)
        arguments = command.bind(call, context)
        if command.runs_once and not await self._is_first(invocation):
            raise UserError("perhaps-done")
        if invocation.is_late and command.role > Role.EVERYONE:
            raise UserError("came-too-late")
        return await command.handler(context, **arguments)

    async def _is_first(self, invocation: Invocation) -> bool:
        """Tell whether a question comes for the first time, and keep that it came.

        It is kept before anything is done: whether a handler that a crash ended had done its work,
        nobody can tell, and people can look.
        """
        if self._handled is None or not invocation.key:
            return True
        return await self._handled.begin(invocation.key, self._clock.now())

    def _finished(self, reply: Reply, invocation: Invocation, context: Context) -> Reply:
        return replace(
            reply,
            footer=tuple(self._footer(reply, context)),
            language=context.texts.language,
            private=reply.private or invocation.private,
        )

    def _footer(self, reply: Reply, context: Context) -> Iterable[Paragraph]:
        texts = context.texts
        borrowed = sorted(texts.borrowed)
        if borrowed:
            names = ", ".join(texts.language_name(tag) for tag in borrowed)
            own = texts.language_name(texts.language)
            yield Paragraph((Text(texts("footer-borrowed", languages=names, own=own)),))
        if self._snapshot.is_outdated:
            yield Paragraph((Text(texts("footer-outdated")),))
        if reply.entries:
            codes: list[Inline] = []
            for reference in reply.entries:
                codes += [Text(" "), Code(reference)]
            yield Paragraph((Text(texts("footer-revision")), *codes))


def _as_anybody(invocation: Invocation) -> Invocation:
    """Return the question without a role that nobody may vouch for."""
    return _with(invocation, vouched_role(invocation.actor))


def _with(invocation: Invocation, role: Role) -> Invocation:
    if invocation.actor.role is role:
        return invocation
    return replace(invocation, actor=replace(invocation.actor, role=role))


def _failed(error: Exception, context: Context) -> Reply:
    """Log a defect under a reference; return the reply that gives it."""
    reference = secrets.token_hex(4)
    _log.error("a command failed; reference %s\n%s", reference, trail(error))
    message = context.texts("internal-error", reference=reference)
    return Reply((Paragraph((Text(message),)),), error=ErrorReport("internal-error", message))
