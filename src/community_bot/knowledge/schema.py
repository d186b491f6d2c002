"""From a plain tree to an entry, and the JSON Schemas with which editors help to write one.

The domain's classes are the one schema, and pydantic applies it here and nowhere else. What only
the rules know is not in it. Opens no file.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import ConfigDict, Discriminator, TypeAdapter, ValidationError

from community_bot.domain.entities import (
    About,
    Case,
    Entry,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Tag, Text
from community_bot.knowledge.problems import MOST_PROBLEMS, BrokenFileError, Problem
from community_bot.knowledge.reading.complaints import EXAMPLES, Complaint, shown
from community_bot.knowledge.reading.places import Places
from community_bot.knowledge.reading.shapes import CLASSES, Root
from community_bot.knowledge.reading.tree import Tree

_CONFIG = ConfigDict(extra="forbid")
_REVISION_LENGTH = 10
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TAG = get_args(Tag)[1].regex
_TEXT = get_args(Text)[1].regex


def schema_line(root: Root) -> str:
    """Return the comment that starts a file and tells editors where its JSON Schema is."""
    folder = "schema" if root == "about" else "../schema"
    return f"# yaml-language-server: $schema={folder}/{root}.json"


def revision_of(tree: dict[str, Tree]) -> str:
    """Return the revision of an entry: ten characters that name what it says.

    Comments, the order of keys, formatting and when it was last reviewed say nothing.
    """
    content = {key: value for key, value in tree.items() if key != "reviewed"}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    return base64.b32encode(digest[:10]).decode()[:_REVISION_LENGTH].lower()


def read_entry(tree: dict[str, Tree], root: Root, data: bytes, path: str) -> Entry | About:
    """Return what a file describes, which must be what ``root`` says.

    ``data`` is the file itself, looked at only to find places. Raise BrokenFileError with all that
    the schema complains of.
    """
    if root != "about" and tree.get("kind") != root:
        raise BrokenFileError([_kind_problem(tree, root, Places(data), path)])
    try:
        return _about().validate_python(tree) if root == "about" else _entry().validate_python(tree)
    except ValidationError as error:
        places = Places(data)
        errors = error.errors(include_url=False)[:MOST_PROBLEMS]
        complaints = [Complaint(root, it) for it in errors]
    raise BrokenFileError(Problem(path, *it.place(places), *it.message()) for it in complaints)


def schema_files() -> Mapping[str, str]:
    """Return the JSON Schema of each kind of file as the text of ``schema/NAME.json``, by name.

    The same classes always give the same text.
    """
    return {
        f"{root}.json": json.dumps(_json_schema(part), indent=2, ensure_ascii=False) + "\n"
        for root, part in CLASSES.items()
    }


def _json_schema(part: type) -> dict[str, Any]:
    # Unknown keys can be forbidden from outside only in a choice; the choice is taken away again.
    choice: Any = part | None
    whole = TypeAdapter(choice, config=_CONFIG).json_schema()
    parts = whole["$defs"]
    top = _tidied(parts.pop(part.__name__))
    return {"$schema": _DIALECT, "title": part.__name__, **top, "$defs": _tidied(parts)}


def _tidied(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Take away what an editor shows without use, and add what an author needs."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {
        key: _tidied(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and value in (None, [], {}))
    }
    if isinstance(tidy.get("description"), str):
        tidy["description"] = tidy["description"].replace("``", "`")
    if isinstance(tidy.get("pattern"), str) and tidy["pattern"] != _TEXT:
        tidy["examples"] = [EXAMPLES[tidy["pattern"]]]
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
        (holds,) = tidy["patternProperties"].items()
        if holds[0] == _TAG and holds[1].get("type") != "array":
            tidy["required"] = ["en"]
    return tidy


@cache
def _entry() -> TypeAdapter[Entry]:
    """Build the schema of all kinds at once: they share most of their parts."""
    kinds = Person | Organisation | Case | Resolution | Statement | Source
    return TypeAdapter(Annotated[kinds, Discriminator("kind")], config=_CONFIG)


@cache
def _about() -> TypeAdapter[About]:
    # A class that stands alone takes no configuration from outside; one in a choice does.
    adapter: TypeAdapter[Any] = TypeAdapter(About | None, config=_CONFIG)
    return adapter


def _kind_problem(tree: dict[str, Tree], root: Root, places: Places, path: str) -> Problem:
    if "kind" not in tree:
        return Problem(path, *places.value(()), "problem-key-missing", (("name", "kind"),))
    if tree["kind"] is None:
        return Problem(path, *places.key(("kind",)), "problem-nothing", (("name", "kind"),))
    arguments = (("value", shown(tree["kind"])), ("kind", str(root)))
    return Problem(path, *places.value(("kind",)), "problem-kind", arguments)
