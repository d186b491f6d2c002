"""The parameter types about people of the team: roles, who holds them, what they are called.

Whoever is granted anything is named by what cannot change hands: an account's id, a role of one
server, a level of one room. A person's name is only what admins call somebody of the team.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from community_bot.core.i18n import Texts, available_languages
from community_bot.core.params import (
    Choice,
    ChoiceType,
    Language,
    LanguageType,
    OptionType,
    ParamType,
    TextType,
    joined,
)
from community_bot.domain.address import Account, Platform
from community_bot.domain.errors import UserError
from community_bot.domain.grants import PowerLevel, ServerRole, Standing

if TYPE_CHECKING:
    from community_bot.core.command import Context
    from community_bot.core.invocation import Word

PersonName = NewType("PersonName", str)
"""What admins call somebody of the team."""

OwnLanguage = NewType("OwnLanguage", Language)
"""The language that somebody wants to be answered in; an empty tag forgets it."""

FORGET = "none"

_SERVER_ROLE, _ROOM_LEVEL = "discord-role", "matrix-level"


class RoleWord(StrEnum):
    """A role that can be granted, as it is typed."""

    POSTER = "poster"
    EDITOR = "editor"
    MODERATOR = "moderator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a grant is about: an account, a standing, or a person of the team by name."""

    subject: Account | Standing | str

    def __str__(self) -> str:
        """Write it as it is typed."""
        return standing_text(self.subject)


def standing_text(subject: Account | Standing | str) -> str:
    """Return an account, a standing or a name as it is typed."""
    match subject:
        case ServerRole(server=server, role=role):
            return f"{_SERVER_ROLE}:{server}/{role}"
        case PowerLevel(room=room, level=level):
            return f"{_ROOM_LEVEL}:{room}/{level}"
        case _:
            return str(subject)


class WhoType(TextType):
    """An account, whoever holds a role or a level, or a person by name; one at a time."""

    _SERVER_ROLE = re.compile(r"([1-9][0-9]{0,19})/([1-9][0-9]{0,19})")
    # A room's id has no server in it since version 12 (Matrix specification, appendices, 4.2.2).
    _ROOM_LEVEL = re.compile(
        r"(![!-.0-9;-~]{1,200}(?::[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?)?)/([1-9][0-9]{0,8})"
    )

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return whom it names; raise UserError for what could name nobody, or several."""
        del context
        text = joined(words)
        if len(words) > 1 and any(":" in word.text for word in words):
            raise UserError("who-several", value=text)
        prefix, colon, rest = text.partition(":")
        if not colon:
            return Who(read_person_name(text))
        _refuse_look_alikes(text)
        match prefix:
            case "discord-role":
                return Who(self._server_role(text, rest))
            case "matrix-level":
                return Who(self._room_level(text, rest))
            case _:
                return Who(_account(text))

    def _server_role(self, text: str, rest: str) -> Standing:
        match = self._SERVER_ROLE.fullmatch(rest)
        if match is None:
            raise UserError("who-server-role-unreadable", value=text)
        if match[1] == match[2]:
            # The role with the server's own number is everybody's who is in it.
            raise UserError("who-everybody", value=text)
        return ServerRole(Platform.DISCORD, match[1], match[2])

    def _room_level(self, text: str, rest: str) -> Standing:
        match = self._ROOM_LEVEL.fullmatch(rest)
        if match is None:
            raise UserError("who-room-level-unreadable", value=text)
        return PowerLevel(Platform.MATRIX, match[1], int(match[2]))


class PersonNameType(OptionType):
    """What to call somebody of the team."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the name; raise UserError for what could be taken for something else."""
        del context
        return PersonName(read_person_name(joined(words)))


def read_person_name(text: str) -> str:
    """Return a name of the team's; raise UserError for what could be taken for something else."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    is_plain = re.fullmatch(r"[^\W_][\w ’'.-]{0,39}", name) is not None
    if not is_plain or name.casefold() in (*RoleWord, "everyone", "all"):
        raise UserError("person-name-unreadable", value=text)
    return name


class OwnLanguageType(LanguageType):
    """A language that the bot speaks or the base has texts in, by tag or by any of its names."""

    def claims(self, word: Word, context: Context) -> bool:
        """Claim nothing: there is nothing else that a word could be."""
        del word, context
        return False

    takes_any_word = True

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the language; raise UserError when there is nothing in it."""
        wanted = joined(words).casefold()
        if wanted == FORGET:
            return Language("")
        tags = self._tags(context)
        for tag in tags:
            if wanted in {tag.casefold(), *self._names(tag, context)}:
                return Language(tag)
        raise UserError("own-language-unknown", value=joined(words), known=", ".join(tags))

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the languages by name."""
        wanted = prefix.casefold()
        for tag in self._tags(context):
            if any(name.startswith(wanted) for name in (tag, *self._names(tag, context))):
                yield tag, context.texts.language_name(tag)

    @staticmethod
    def _tags(context: Context) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*available_languages(), *context.knowledge.languages)))

    @staticmethod
    def _names(tag: str, context: Context) -> set[str]:
        """Return what the reader calls a language, and what it calls itself."""
        return {
            context.texts.language_name(tag).casefold(),
            Texts(tag).language_name(tag).casefold(),
        }


def _account(text: str) -> Account:
    try:
        return Account.parse(text)
    except ValueError:
        raise UserError("who-unreadable", value=text) from None


def _refuse_look_alikes(text: str) -> None:
    """Raise UserError for a letter that is in no id but looks like one that may be."""
    odd = next((character for character in text if not " " <= character <= "~"), None)
    if odd is not None:
        raise UserError("who-look-alike", value=text, character=odd, code=f"U+{ord(odd):04X}")


TEAM_TYPES: Mapping[object, ParamType] = {
    RoleWord: ChoiceType(RoleWord, "role"),
    Who: WhoType(),
    PersonName: PersonNameType(),
    OwnLanguage: OwnLanguageType(),
}
