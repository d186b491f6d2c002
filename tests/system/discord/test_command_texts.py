"""All names and descriptions, in every language, are what Discord takes."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from jsonschema import Draft202012Validator
from system.discord.command_bot import CommandBot, Desk

from community_bot.adapters.discord.localising import locales
from community_bot.adapters.discord.syncing import payload_of
from community_bot.app.wiring import command_table

Json = dict[str, object]
LOCALES = ("default", "en-GB", "en-US", "ru", "tr", "uk")
OPENAPI = Path(__file__).resolve().parents[4] / "shared" / "discord-openapi.json"
SLASH, MESSAGE = 1, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5


@pytest.fixture(name="payload", scope="module")
def _payload() -> list[Json]:
    return asyncio.run(payload_of(CommandBot(Desk(), command_table(), None).tree))


def listed(node: Json, key: str) -> list[Json]:
    return cast("list[Json]", node.get(key) or [])


def nodes(node: Json) -> Iterator[Json]:
    """Yield a command, its subcommands, and all their options."""
    yield node
    for option in listed(node, "options"):
        yield from nodes(option)


def within(node: Json, above: str = "") -> Iterator[tuple[str, Json]]:
    """Yield a command and all subcommands and groups in it, each with its whole name."""
    name = f"{above} {node['name']}".strip()
    yield name, node
    for option in listed(node, "options"):
        if option["type"] in {SUBCOMMAND, GROUP}:
            yield from within(option, name)


def levels(payload: list[Json]) -> Iterator[list[Json]]:
    """Yield what stands side by side, so that no two of it may be called the same."""
    yield [one for one in payload if one["type"] == SLASH]
    yield [one for one in payload if one["type"] == MESSAGE]
    for command in payload:
        for node in nodes(command):
            yield listed(node, "options")
            yield listed(node, "choices")


def shown(node: Json, what: str, locale: str) -> str:
    """Return a name or description as Discord shows it in a locale."""
    own = cast("dict[str, str]", node.get(f"{what}_localizations") or {})
    return own.get(locale, str(node.get(what, "")))


def is_name(text: str) -> bool:
    """Tell whether Discord takes a name: ``^[-_'\\p{L}\\p{N}]{1,32}$``, nothing in upper case."""
    letters = (c in "-_'" or unicodedata.category(c)[0] in "LN" for c in text)
    return 1 <= len(text) <= 32 and all(letters) and text == text.lower()


def size(node: Json) -> int:
    """Count as Discord does: names, descriptions and values, each in its longest language."""
    total = 0
    for one in nodes(node):
        for text in (one, *listed(one, "choices")):
            for what in ("name", "description"):
                total += max(len(shown(text, what, locale)) for locale in LOCALES)
            total += len(str(text.get("value", "")))
    return total


def test_every_locale_of_discords_that_has_a_catalogue_is_served() -> None:
    assert {locale.value for locale in locales()} == set(LOCALES) - {"default"}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_name_and_description_is_within_the_limits(payload: list[Json], locale: str) -> None:
    for command in payload:
        if command["type"] == MESSAGE:
            assert 1 <= len(shown(command, "name", locale)) <= 32
            continue
        for node in nodes(command):
            assert is_name(shown(node, "name", locale)), node["name"]
            assert 1 <= len(shown(node, "description", locale)) <= 100, node["name"]
            for choice in listed(node, "choices"):
                assert 1 <= len(shown(choice, "name", locale)) <= 100
                assert 1 <= len(str(choice["value"])) <= 100


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_that_stands_side_by_side_is_called_the_same(
    payload: list[Json], locale: str
) -> None:
    for level in levels(payload):
        names = [shown(node, "name", locale) for node in level]
        assert len(set(names)) == len(names), names


def test_every_text_is_given_in_every_locale(payload: list[Json]) -> None:
    for command in payload:
        for node in nodes(command):
            kinds = ["name", *(["description"] if "description" in node else [])]
            for one, what in [(node, kind) for kind in kinds] + [
                (choice, "name") for choice in listed(node, "choices")
            ]:
                own = cast("Json", one[f"{what}_localizations"])
                assert set(own) == set(LOCALES) - {"default"}, one["name"]
                assert own["en-US"] == own["en-GB"] == one[what]


def test_there_are_no_more_commands_and_options_than_discord_takes(payload: list[Json]) -> None:
    assert len([one for one in payload if one["type"] == SLASH]) <= 100
    assert len([one for one in payload if one["type"] == MESSAGE]) <= 5
    for command in payload:
        for node in nodes(command):
            assert len(listed(node, "options")) <= 25
            assert len(listed(node, "choices")) <= 25
        assert size(command) <= 8_000


def test_required_options_come_first_and_everybody_may_ask_to_be_answered_alone(
    payload: list[Json],
) -> None:
    for command in payload:
        for node in nodes(command):
            options = listed(node, "options")
            is_group = bool(options) and options[0]["type"] in {SUBCOMMAND, GROUP}
            if command["type"] == MESSAGE or is_group or node["type"] not in {SLASH, SUBCOMMAND}:
                continue
            required = [bool(option["required"]) for option in options]
            assert required == sorted(required, reverse=True)
            assert (options[-1]["name"], options[-1]["type"]) == ("private", BOOLEAN)
            assert options[-1]["required"] is False


def test_every_command_of_the_table_is_there_with_all_that_it_takes(payload: list[Json]) -> None:
    found: dict[str, set[str]] = {}
    for command in payload:
        if command["type"] == SLASH:
            for name, node in within(command):
                options = {str(option["name"]) for option in listed(node, "options")}
                found[name] = options - {"private"}
    listed_ones = [one for one in command_table().commands if one.is_listed]
    assert set(found) >= {one.name for one in listed_ones}
    assert "digest" not in found, "nobody types it"
    for one in listed_ones:
        assert found[one.name] == {param.option for param in one.params}


def test_an_option_is_of_the_kind_that_is_typed(payload: list[Json]) -> None:
    by_name = {str(one["name"]): one for one in payload}
    people = {str(option["name"]): option for option in listed(by_name["people"], "options")}
    assert people["status"]["type"] == STRING
    assert len(listed(people["status"], "choices")) > 5
    assert "autocomplete" not in people["status"]
    assert (people["page"]["type"], people["page"]["min_value"]) == (INTEGER, 1)
    assert people["named-in"]["autocomplete"] is True
    (year,) = [one for one in listed(by_name["resolutions"], "options") if one["name"] == "year"]
    assert (year["type"], year["autocomplete"]) == (INTEGER, True)
    (words,) = [one for one in listed(by_name["find"], "options") if one["name"] == "words"]
    assert "autocomplete" not in words, "Discord would say that nothing matches free text"


def test_commands_are_for_servers_conversations_and_whoever_installs_the_app(
    payload: list[Json],
) -> None:
    for command in payload:
        assert command["contexts"] == [0, 1, 2]
        assert command["integration_types"] == [0, 1]
        assert command["default_member_permissions"] is None


def test_a_command_is_called_in_english_what_it_is_called_everywhere(payload: list[Json]) -> None:
    words = {word for one in command_table().commands for word in one.name.split()}
    for command in payload:
        if command["type"] == SLASH:
            assert command["name"] in words


@pytest.mark.skipif(not OPENAPI.exists(), reason="Discord's OpenAPI document is not here")
def test_discords_own_schema_takes_the_commands(payload: list[Json]) -> None:
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    put = document["paths"]["/applications/{application_id}/commands"]["put"]
    schema = put["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    assert not [error.message for error in validator.iter_errors(payload)]
    assert not validator.is_valid([{**payload[0], "name": ""}])
