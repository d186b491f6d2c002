"""From flags, variables and the settings file to ``Settings``, or to all that is wrong with them.

Each of the three becomes a flat layer, from the path of a setting to its value and where it was
set; pydantic-settings puts the layers on one another, the flags on top.
"""

from __future__ import annotations

import json
import os
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from community_bot.app.locating import (
    CONFIG_VARIABLE,
    PREFIX,
    Flaw,
    SettingsError,
    flaw,
    is_shared,
    path_from,
    read_table,
    settings_file,
    shared_file,
    variable_value,
)
from community_bot.app.settings import Settings
from community_bot.app.settings_forms import Section

_FILE = "_FILE"
_LONGEST_SHOWN = 60
_LIKE = 70.0
_USER_INFO = re.compile("//[^/]*@")
_NO_FLAGS: Mapping[str, object] = MappingProxyType({})

S = TypeVar("S", bound=Settings)
Keys = tuple[str, ...]


class Known(NamedTuple):
    """A setting that there is."""

    path: Keys
    field: FieldInfo

    @property
    def name(self) -> str:
        """As it is written in the settings file, with dots between tables."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """The variable that sets it."""
        return PREFIX + "__".join(self.path).upper()

    @property
    def section(self) -> type[Section] | None:
        """The table that it is, if it is one."""
        return next((it for it in self._types if issubclass(it, Section)), None)

    @property
    def is_secret(self) -> bool:
        """Whether nobody may see it."""
        return SecretStr in self._types

    @property
    def is_path(self) -> bool:
        """Whether it is a file or a folder."""
        return Path in self._types

    @property
    def _types(self) -> tuple[type, ...]:
        annotation = self.field.annotation
        found: list[type] = []
        for one in (annotation, *get_args(annotation)):
            # An optional secret with a validator is Annotated[SecretStr, …] inside a union.
            inner = getattr(one, "__origin__", one) if hasattr(one, "__metadata__") else one
            if isinstance(inner, type) and not get_args(inner):
                found.append(inner)
        return tuple(found)


class Given(NamedTuple):
    """A value and where it was set. ``is_shown`` is whether an error may quote it."""

    value: object
    origin: str
    is_shown: bool = True


Layer = dict[Keys, Given]


def known_settings(kind: type[BaseSettings | Section], above: Keys = ()) -> Iterator[Known]:
    """Yield every setting, a table before what is in it."""
    for name, field in kind.model_fields.items():
        known = Known((*above, field.alias or name), field)
        yield known
        if known.section is not None:
            yield from known_settings(known.section, known.path)


def read_settings(
    kind: type[S],
    flags: Mapping[str, object] = _NO_FLAGS,
    *,
    config: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> S:
    """Read the settings; raise SettingsError with everything that is wrong with them.

    ``flags`` are by the name of the setting; one that is None was not given.
    """
    reading = _Reading(kind)
    layers = (
        reading.flags(flags),
        reading.variables(environment),
        reading.file(settings_file(config, environment)),
    )
    sources = tuple(_LayerSource(kind, layer) for layer in layers)
    try:
        settings = kind(**_from(sources))
    except ValidationError as error:
        reading.judge(error, ChainMap(*layers))
        raise SettingsError(reading.flaws) from None
    if reading.flaws:
        raise SettingsError(reading.flaws)
    return settings


def _from(sources: tuple[PydanticBaseSettingsSource, ...]) -> dict[str, Any]:
    """Return how to tell pydantic-settings where to read, which is no field of the settings."""
    return {"_build_sources": (sources, {})}


class _LayerSource(PydanticBaseSettingsSource):
    """Gives a layer to pydantic-settings, its tables nested."""

    def __init__(self, kind: type[BaseSettings], layer: Layer) -> None:
        super().__init__(kind)
        self._layer = layer

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one field; part of the interface."""
        del field
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        nested: dict[str, Any] = {}
        for path, given in self._layer.items():
            table = nested
            for name in path[:-1]:
                table = table.setdefault(name, {})
            table[path[-1]] = given.value
        return nested


class _Reading:
    """One reading of the settings: the settings there are, and the flaws found so far."""

    def __init__(self, kind: type[BaseSettings]) -> None:
        self._known = {known.path: known for known in known_settings(kind)}
        self.flaws: list[Flaw] = []

    def flags(self, flags: Mapping[str, object]) -> Layer:
        """Read what the command line set."""
        layer: Layer = {}
        for name, value in flags.items():
            if value is not None:
                self._put(layer, (name,), Given(value, "--" + name.replace("_", "-")))
        return layer

    def variables(self, environment: Mapping[str, str]) -> Layer:
        """Read the variables that begin with our prefix; shorter names first, so longer add."""
        layer: Layer = {}
        names = {known.variable: known for known in self._known.values()}
        seen: set[str] = set()
        for name in sorted(environment, key=len):
            known = names.get(name) or names.get(name.removesuffix(_FILE))
            if not name.startswith(PREFIX) or name == CONFIG_VARIABLE:
                continue
            if known is None:
                self._unknown(name, name, [*names, CONFIG_VARIABLE])
            elif known.variable not in seen:
                seen.add(known.variable)
                self._variable(layer, known, environment)
        return layer

    def file(self, path: Path | None) -> Layer:
        """Read the settings file; refuse one that holds a secret and that others can read."""
        layer: Layer = {}
        if path is None:
            return layer
        try:
            table = read_table(path)
        except SettingsError as error:
            self.flaws += error.flaws
            return layer
        for name, value in table.items():
            self._put(layer, (name,), Given(value, str(path)))
        for at, given in layer.items():
            if self._known[at].is_path and isinstance(given.value, str):
                layer[at] = given._replace(value=path_from(given.value, path.parent))
        if is_shared(path) and any(self._known[at].is_secret for at in layer):
            self.flaws.append(shared_file(path))
        return layer

    def judge(self, error: ValidationError, given: Mapping[Keys, Given]) -> None:
        """Note what pydantic found wrong."""
        told: set[Keys] = set()
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            loc = tuple(str(part) for part in one["loc"])
            path = next(
                loc[:end] for end in range(len(loc), -1, -1) if loc[:end] in self._known or not end
            )
            if path not in told:
                told.add(path)
                reason = one["msg"].removeprefix("Value error, ")
                self.flaws.append(self._misfit(path, loc[len(path) :], given.get(path), reason))

    def _misfit(self, path: Keys, rest: Keys, given: Given | None, reason: str) -> Flaw:
        known = self._known.get(path)
        if known is None or (given is None and known.section is not None):
            return flaw("setting-together", name=".".join(path), reason=reason)
        wanted = known.field.description or known.name
        if given is None:
            return flaw("setting-missing", name=known.name, variable=known.variable, wanted=wanted)
        where = {"where": given.origin, "name": known.name, "wanted": wanted}
        if rest and rest[0].isdigit():
            return flaw("setting-misfit-item", number=int(rest[0]) + 1, **where)
        if known.is_secret or not given.is_shown or rest:
            return flaw("setting-misfit", **where)
        return flaw("setting-misfit-value", value=_shown(given.value), **where)

    def _variable(self, layer: Layer, known: Known, environment: Mapping[str, str]) -> None:
        try:
            value = variable_value(known.variable, environment)
        except SettingsError as error:
            self.flaws += error.flaws
            return
        if value is None:
            return
        is_direct = bool(environment.get(known.variable))
        origin = known.variable if is_direct else known.variable + _FILE
        kept: object = path_from(value) if known.is_path else value
        self._put(layer, known.path, Given(kept, origin, is_direct))

    def _put(self, layer: Layer, path: Keys, given: Given) -> None:
        """Put a value into a layer, a table setting by setting; note what is unknown."""
        known = self._known.get(path)
        if known is None:
            names = [one.name for one in self._known.values()]
            self._unknown(".".join(path), given.origin, names)
            return
        if known.section is None:
            layer[path] = given
            return
        table = _table(known.section, given.value)
        if table is None:
            wanted = known.section.wanted
            where = {"where": given.origin, "name": known.name, "wanted": wanted}
            self.flaws.append(flaw("setting-misfit", **where))
            return
        for name, value in table.items():
            self._put(layer, (*path, name), given._replace(value=value))

    def _unknown(self, name: str, where: str, names: list[str]) -> None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a mistake needs it

        found = process.extractOne(name, names, scorer=fuzz.WRatio, score_cutoff=_LIKE)
        if found is None:
            self.flaws.append(flaw("setting-unknown", where=where, name=_shown(name)))
        else:
            like = found[0]
            self.flaws.append(
                flaw("setting-unknown-like", where=where, name=_shown(name), like=like)
            )


def _table(section: type[Section], value: object) -> Mapping[str, object] | None:
    if isinstance(value, str):
        try:
            return section.from_text(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) else None


def _shown(value: object) -> str:
    """Return a value on one line, short, without a URL's password or what a terminal would obey."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return repr(_USER_INFO.sub("//…@", text))[1:-1][:_LONGEST_SHOWN]
