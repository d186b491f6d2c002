"""Where the settings file and the knowledge base are: all that a subcommand such as ``ask`` needs.

The standard library is enough for it, so that an answer does not wait for more. What else may be
set, and whether it is right, is the business of ``settings``; both read files by the functions
here and keep the same order: flag, variable, settings file, default.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import community_bot

EX_CONFIG = 78
PREFIX = "COMMUNITY_BOT_"
CONFIG_VARIABLE = "COMMUNITY_BOT_CONFIG"
BUILT_IN = Path(community_bot.__file__).parent / "_knowledge"
"""The copy of the shipped base that a wheel carries; an update replaces it, so nothing edits it."""

_LARGEST = 1_000_000
_SHARED = stat.S_IRWXG | stat.S_IRWXO


class Flaw(NamedTuple):
    """Something wrong with the settings: a message key and its arguments, never a secret."""

    key: str
    arguments: Mapping[str, str]


def flaw(key: str, **arguments: object) -> Flaw:
    """Return a flaw, its arguments as text."""
    return Flaw(key, {name: str(value) for name, value in arguments.items()})


class SettingsError(Exception):
    """The settings cannot be used; carries everything that is wrong with them."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        super().__init__("the settings have flaws")
        self.flaws = tuple(flaws)

    def lines(self) -> tuple[str, ...]:
        """Return a line for each flaw: what is wrong, where it was set, and what to do."""
        from community_bot.core.i18n import Texts  # noqa: PLC0415 - hardly ever needed

        texts = Texts("en")
        return tuple(texts(key, **arguments) for key, arguments in self.flaws)


def settings_file(
    given: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Path | None:
    """Find the settings file: as given, else by variable, else ``./community-bot.toml`` if there.

    What is named explicitly is returned even when it is not there: reading it reports that.
    """
    if given is not None:
        return given
    if named := environment.get(CONFIG_VARIABLE):
        return Path(named)
    local = Path("community-bot.toml")
    return local if local.exists() else None


def read_table(path: Path) -> dict[str, object]:
    """Read a settings file; raise SettingsError when it cannot be read or is no TOML."""
    import tomllib  # noqa: PLC0415 - most answers need no settings file

    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError([flaw("settings-unreadable", path=path, reason=reason)]) from None
    except ValueError as error:
        # The words of the parser may hold what stands there, which may be a secret; the place of
        # the error, which it puts last in parentheses, may not.
        place = str(error).rpartition("(")[2].rstrip(")")
        place = place if place.startswith(("at line", "at end")) else "not UTF-8"
        raise SettingsError([flaw("settings-not-toml", path=path, place=place)]) from None


def is_shared(path: Path) -> bool:
    """Tell whether others than its owner may read or change a file."""
    return bool(path.stat().st_mode & _SHARED)


def read_private(path: Path, variable: str, credentials: str = "") -> str:
    """Read the value that a ``…_FILE`` variable names, without the line end at its end.

    Raises SettingsError when it cannot be read, and when others may read it too. In the folder
    ``credentials`` nobody else may, whatever it looks like: systemd uses access lists there, and
    their mask shows as rights of the group.
    """
    try:
        with path.open("rb") as stream:
            shared = bool(os.fstat(stream.fileno()).st_mode & _SHARED)
            shared = shared and not (credentials and path.is_relative_to(credentials))
            content = b"" if shared else stream.read(_LARGEST + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            [flaw("setting-file-unreadable", variable=variable, path=path, reason=reason)]
        ) from None
    if shared:
        raise SettingsError([shared_file(path)])
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or len(content) > _LARGEST:
        raise SettingsError([flaw("setting-file-no-text", variable=variable, path=path)])
    return text.rstrip("\r\n")


def shared_file(path: Path) -> Flaw:
    """Return what is wrong with a file that holds a secret and is not its owner's alone."""
    return flaw("settings-file-shared", path=path, command=f"chmod 600 {shlex.quote(str(path))}")


def variable_value(name: str, environment: Mapping[str, str]) -> str | None:
    """Return what a variable says, itself or by ``…_FILE``; an empty one says nothing.

    Raises SettingsError when both are there, and when the file cannot be read.
    """
    value, file = environment.get(name), environment.get(f"{name}_FILE")
    if value and file:
        raise SettingsError([flaw("setting-twice", variable=name, other=f"{name}_FILE")])
    if file:
        return read_private(
            Path(file), f"{name}_FILE", environment.get("CREDENTIALS_DIRECTORY", "")
        )
    return value or None


def path_from(text: str, folder: Path = Path()) -> Path:
    """Return the path that somebody wrote: ``~`` is their home; others are from ``folder``."""
    return folder / os.path.expanduser(text)  # noqa: PTH111 - keeps an unknown `~name` as it is


def knowledge_folder(
    given: Path | None, config: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Path:
    """Find the knowledge base: as given, else by variable, else by the settings file.

    Else it is ``./knowledge``, else our own copy. What is named explicitly is returned even when it
    is not there: the reader reports that. Raises SettingsError.
    """
    if given is not None:
        return given
    if named := variable_value(f"{PREFIX}KNOWLEDGE", environment):
        return path_from(named)
    file = settings_file(config, environment)
    if file is not None and (value := read_table(file).get("knowledge")) is not None:
        if not isinstance(value, str):
            raise SettingsError([flaw("setting-no-path", name="knowledge", where=file)])
        return path_from(value, file.parent)
    return default_knowledge()


def is_built_in(path: Path) -> bool:
    """Tell whether a path is in the copy that came with the program: an update replaces that."""
    return path.resolve().is_relative_to(BUILT_IN.resolve())


def default_knowledge() -> Path:
    """Return the knowledge base of somebody who named none."""
    local = Path("knowledge")
    return local if local.is_dir() else BUILT_IN
