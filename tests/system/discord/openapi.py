"""Requests against Discord's own OpenAPI document, and against the limits that it lacks.

The document stands beside the project, and may be absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from ledger.discord import Recorded

DOCUMENT = Path(__file__).resolve().parents[3].parent / "shared" / "discord-openapi.json"
IS_THERE = DOCUMENT.exists()
ABSENT = "Discord's OpenAPI document is not beside the project"

_V2 = 1 << 15
_LONGEST_TEXT = 4000
_MOST_COMPONENTS = 40
_LARGEST_NUMBER = 1 << 40
"""Nothing but ids is larger."""


@cache
def document() -> dict[str, Any]:
    """Return the document."""
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


def problems(requests: Iterable[Recorded]) -> list[str]:
    """Return what is wrong with requests; nothing is known to be where the document is absent."""
    return [found for request in requests for found in _problems(request)] if IS_THERE else []


def _problems(request: Recorded) -> Iterator[str]:
    name = f"{request.method} {re.sub(r'[0-9]{5,}', 'ID', request.path)}"
    path = _path(request.path, request.method.lower())
    if path is None:
        yield f"{name}: there is no such request"
        return
    described = document()["paths"][path]
    operation = described[request.method.lower()]
    yield from (f"{name}: {found}" for found in _query(request, described, operation))
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if request.body is None:
        if operation.get("requestBody", {}).get("required"):
            yield f"{name}: there is no body"
        return
    if content is None:
        yield f"{name}: there should be no body"
        return
    for error in _validator(json.dumps(content["schema"])).iter_errors(_with_ids(request.body)):
        best = jsonschema.exceptions.best_match([error])
        yield f"{name}: {best.json_path}: {best.message[:300]}"
    yield from (f"{name}: {found}" for found in beyond(request.body))


def _path(asked: str, method: str) -> str | None:
    """Return the path of the document that is meant: the one with the fewest variables."""
    fitting = [
        path
        for path, operations in document()["paths"].items()
        if method in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), asked)
    ]
    return min(fitting, key=lambda path: path.count("{"), default=None)


def _query(
    request: Recorded, described: dict[str, Any], operation: dict[str, Any]
) -> Iterator[str]:
    parameters = [*described.get("parameters", []), *operation.get("parameters", [])]
    known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
    for name, value in request.query.items():
        schema = known.get(name)
        if schema is None:
            yield f"there is no parameter {name}"
        elif schema.get("type") == "integer" and not (
            schema.get("minimum", 0) <= int(value) <= schema.get("maximum", 2**63)
        ):
            yield f"{name} is out of its range"


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    whole = {**json.loads(schema), "components": document()["components"]}
    return jsonschema.Draft202012Validator(whole)


def beyond(body: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON
    """Yield what breaks the limits that the document lacks."""
    message = body.get("data") or body.get("message") or body if isinstance(body, dict) else {}
    if not isinstance(message, dict):
        return
    components = list(_within(message.get("components") or []))
    is_v2 = bool((message.get("flags") or 0) & _V2)
    if len(message.get("content") or "") > 2000:
        yield "the content is longer than 2,000"
    if is_v2 and (message.get("content") or message.get("embeds")):
        yield "a message of components has no content"
    if is_v2 and len(components) > _MOST_COMPONENTS:
        yield f"there are {len(components)} components"
    if sum(len(one.get("content", "").encode("utf-16-le")) // 2 for one in components) > (
        _LONGEST_TEXT
    ):
        yield "the components hold more than 4,000 characters"
    ids = [one["custom_id"] for one in components if "custom_id" in one]
    if any(not 1 <= len(one) <= 100 for one in ids):
        yield "a custom_id is empty or too long"
    if len(set(ids)) < len(ids):
        yield "two components have the same custom_id"
    if len(message.get("choices") or []) > 25:
        yield "there are more than 25 choices"
    yield from _choices_beyond(components)


def _choices_beyond(components: list[dict[str, Any]]) -> Iterator[str]:
    for one in components:
        if len(one.get("label") or "") > 80:
            yield "a label is longer than 80"
        values = [option["value"] for option in one.get("options") or []]
        if len(values) > 25 or len(set(values)) < len(values) or any(map(_is_long, values)):
            yield "a select has too many options, two alike or one too long"


def _with_ids(body: Any) -> Any:  # noqa: ANN401 - whatever JSON
    """Return a body with its ids as text: Discord takes numbers too, as discord.py writes some."""
    match body:
        case dict():
            return {key: _with_ids(value) for key, value in body.items()}
        case list():
            return [_with_ids(value) for value in body]
        case int() if body > _LARGEST_NUMBER:
            return str(body)
        case _:
            return body


def _is_long(value: str) -> bool:
    return len(value) > 100


def _within(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _within(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]
