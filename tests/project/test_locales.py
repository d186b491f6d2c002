"""The catalogues agree with one another and with the source: no message is missing or left over."""

from __future__ import annotations

import ast
import gettext
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from community_bot.core.i18n import available_languages
from community_bot.core.posting_params import YesNo
from community_bot.domain.address import Role
from community_bot.domain.topic import Topic
from community_bot.domain.values import Check, EventType, Kind, SourceKind, StatusValue
from community_bot.knowledge.reading.scripts import has_mixed_scripts
from community_bot.moderation.change import ChangeState
from community_bot.publishing.progress import Progress

SOURCE = Path(__file__).resolve().parents[2] / "src" / "community_bot"
LANGUAGES = available_languages()
TRANSLATIONS = LANGUAGES[1:]

MONTHS = tuple(str(month) for month in range(1, 13))
FAMILIES: dict[str, tuple[str, ...]] = {
    "answer": tuple(YesNo),
    "change-is": tuple(state for state in ChangeState if state is not ChangeState.OPEN),
    "change-state": tuple(ChangeState),
    "check": tuple(value for value in Check if value is not Check.SEEN),
    "event": tuple(EventType),
    "kind": (*Kind, "entry"),
    "language": LANGUAGES,
    "month": MONTHS,
    "month-of": MONTHS,
    "problem-key-unknown": ("like",),
    "problem-not-listed": ("like",),
    "progress": tuple(Progress),
    "role": tuple(role.name.lower() for role in Role),
    "source": tuple(SourceKind),
    "status": tuple(StatusValue),
    "topic": tuple(Topic),
    "vote": ("in-favour", "against", "abstentions"),
}
"""Keys that the source puts together: what they begin with, and every end that they can have."""

COMMAND_FAMILIES = {"about", "example", "name", "option", "param"}
"""Families whose members come from the commands there are."""

NAMES_A_LANGUAGE = re.compile(r"language-[a-z]{2,3}(-[A-Z][a-z]{3})?")
"""A base brings its own languages, so more of them may have a name than the bot speaks."""

PLACEABLE = re.compile(r"\{([a-z_]+)\}")
KEY = re.compile(r"[a-z]+(-[a-zA-Z0-9]+)*")
CALLS = {"UserError", "_TEXTS", "self", "texts"}
METHODS = {"action", "inlines", "message", "plural", "section", "tell"}
RESERVED = ("action-", "field-", "notice-", "problem-", "risk-", "section-", "verify-")
"""What begins like this in the source is always a message, wherever it stands."""


def path_of(tag: str) -> Path:
    return SOURCE / "locales" / tag / "LC_MESSAGES" / "messages.po"


@cache
def catalogue(tag: str) -> Catalog:
    with path_of(tag).open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def messages(tag: str) -> dict[str, Message]:
    return {key_of(message): message for message in catalogue(tag) if message.id}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the sentence, or all its plural forms."""
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text or ())


def sentences(tag: str) -> Iterator[tuple[str, str]]:
    for key, message in messages(tag).items():
        for form in forms_of(message):
            yield key, form


def placeables(message: Message) -> set[str]:
    return {name for form in forms_of(message) for name in PLACEABLE.findall(form)}


@cache
def modules() -> tuple[ast.Module, ...]:
    paths = sorted(SOURCE.rglob("*.py"))
    return tuple(ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in paths)


def constants() -> Iterator[str]:
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def calls() -> Iterator[tuple[ast.Call, ast.expr]]:
    """Yield the calls that word a message, each with the expression of its key."""
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and node.args and is_worded(node.func):
                yield node, node.args[0]


def is_worded(called: ast.expr) -> bool:
    match called:
        case ast.Name(name):
            return name in CALLS
        case ast.Attribute(attr=name):
            return name in METHODS or name == "texts"
        case _:
            return False


def keys_in(expression: ast.expr) -> Iterator[str]:
    """Yield the keys that an expression can be, as far as they are written out in it."""
    match expression:
        case ast.Constant(str(key)) if KEY.fullmatch(key):
            yield key
        case ast.IfExp(body=one, orelse=other):
            yield from keys_in(one)
            yield from keys_in(other)


def family_of(expression: ast.expr) -> str | None:
    """Return what the key of a family begins with, when it is written out."""
    match expression:
        case ast.JoinedStr([ast.Constant(str(head)), *_]):
            return head.removesuffix("-")
        case _:
            return None


def family_keys() -> set[str]:
    return {f"{family}-{member}" for family, members in FAMILIES.items() for member in members}


def command_keys() -> tuple[set[str], set[str]]:
    """Return the keys that the commands must have, and those that they may have."""
    from community_bot.app.wiring import command_table  # noqa: PLC0415 - only here is it needed
    from community_bot.core.params import ChoiceType  # noqa: PLC0415 - likewise

    needed: set[str] = set()
    allowed: set[str] = set()
    for command in command_table().commands:
        slugs = set(accumulate(command.name.split(" "), "{}-{}".format))
        needed |= {f"{family}-{slug}" for family in ("about", "name") for slug in slugs}
        allowed.add(f"example-{command.slug}")
        for param in command.params:
            needed |= {f"param-{command.slug}-{param.option}", f"option-{param.option}"}
            allowed.add(f"option-{command.slug}-{param.option}")
            if isinstance(param.type, ChoiceType):
                needed |= {f"{param.type.prefix}-{value}" for value in param.type.values}
    return needed, allowed


def missing(wanted: Iterable[str]) -> list[str]:
    return sorted(set(wanted) - messages("en").keys())


@pytest.mark.parametrize("tag", TRANSLATIONS)
def test_a_translation_has_the_keys_of_english_in_the_same_order(tag: str) -> None:
    assert list(messages(tag)) == list(messages("en"))


@pytest.mark.parametrize("tag", TRANSLATIONS)
def test_a_translation_has_the_placeables_of_english_in_every_form(tag: str) -> None:
    english = messages("en")
    different = {
        (key, form)
        for key, message in messages(tag).items()
        for form in forms_of(message)
        if set(PLACEABLE.findall(form)) != placeables(english[key])
    }
    assert not different


@pytest.mark.parametrize("tag", TRANSLATIONS)
def test_a_translation_is_plural_where_english_is_and_under_the_same_heading(tag: str) -> None:
    english = messages("en")
    different = [
        key
        for key, message in messages(tag).items()
        if message.id != english[key].id or message.user_comments != english[key].user_comments
    ]
    assert not different


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_catalogue_says_which_language_it_is_in(tag: str) -> None:
    header = dict(catalogue(tag).mime_headers)
    assert header["Language"] == tag
    assert header["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_count_has_a_plural_form_and_every_form_a_count(tag: str) -> None:
    choose = gettext.c2py(catalogue(tag).plural_expr)
    assert {choose(count) for count in range(1000)} == set(range(catalogue(tag).num_plurals))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_plural_messages_have_as_many_forms_as_the_language(tag: str) -> None:
    wanted = catalogue(tag).num_plurals
    plurals = [message for message in messages(tag).values() if message.pluralizable]
    assert plurals
    assert not [key_of(message) for message in plurals if len(forms_of(message)) != wanted]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nothing_is_empty_fuzzy_or_obsolete(tag: str) -> None:
    assert not [key for key, form in sentences(tag) if not form.strip()]
    assert not [key for key, message in messages(tag).items() if message.fuzzy]
    assert not catalogue(tag).obsolete


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_key_stands_twice(tag: str) -> None:
    lines = path_of(tag).read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if line.startswith("msgid ")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_message_reads_like_its_own_key(tag: str) -> None:
    """Gettext answers with the key when it has no translation; so one alike would seem missing."""
    assert not [key for key, form in sentences(tag) if form == key]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_sentences_are_tidy(tag: str) -> None:
    assert not [form for _, form in sentences(tag) if form != " ".join(form.split())]
    assert not [form for _, form in sentences(tag) if not unicodedata.is_normalized("NFC", form)]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_quotation_marks_and_apostrophes_are_those_of_print(tag: str) -> None:
    typed = re.compile(r"[\"'`\N{MODIFIER LETTER APOSTROPHE}]")
    found = [key for key, form in sentences(tag) if typed.search(form)]
    assert not [key for key in found if not key.startswith("example-")]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_word_mixes_scripts(tag: str) -> None:
    assert not [form for _, form in sentences(tag) if has_mixed_scripts(form)]


@pytest.mark.parametrize("tag", TRANSLATIONS)
def test_examples_stay_as_they_are_typed(tag: str) -> None:
    english = messages("en")
    examples = [key for key in english if key.startswith("example-")]
    assert examples
    assert not [key for key in examples if messages(tag)[key].string != english[key].string]


def test_every_key_that_the_source_writes_out_is_in_english() -> None:
    written = {key for _, expression in calls() for key in keys_in(expression)}
    written |= {text for text in constants() if text.startswith(RESERVED) and KEY.fullmatch(text)}
    assert written
    assert not missing(written)


def test_every_key_that_the_source_puts_together_is_in_english() -> None:
    needed, _ = command_keys()
    assert not missing(family_keys() | needed)


def test_every_family_that_the_source_uses_is_known_here() -> None:
    used = {family for _, expression in calls() if (family := family_of(expression))}
    assert used
    assert not used - FAMILIES.keys() - COMMAND_FAMILIES


def test_every_english_key_is_used() -> None:
    needed, allowed = command_keys()
    used = {*constants(), *family_keys(), *needed, *allowed}
    left = {key for key in messages("en") if not NAMES_A_LANGUAGE.fullmatch(key)} - used
    assert not left


def test_a_message_is_given_every_placeable_that_it_has() -> None:
    english = messages("en")
    wanting = [
        (key, ast.unparse(call))
        for call, expression in calls()
        if all(keyword.arg for keyword in call.keywords)
        for key in keys_in(expression)
        if key in english and placeables(english[key]) - given(call)
    ]
    assert not wanting


def given(call: ast.Call) -> set[str]:
    """Return the placeables that a call fills; a plural form gets the count by itself."""
    filled = {keyword.arg for keyword in call.keywords if keyword.arg}
    is_plural = isinstance(call.func, ast.Attribute) and call.func.attr == "plural"
    return filled | {"count"} if is_plural else filled
