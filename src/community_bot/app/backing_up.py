"""``backup``: one file with all that the bot keeps, made beside a bot that runs."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from community_bot.app.loading import progress_line
from community_bot.app.serving import BACKUPS, LAST_GOOD, settings_of
from community_bot.app.settings import DATABASE, Settings
from community_bot.core.i18n import Texts
from community_bot.core.ports import StoreError
from community_bot.core.snapshot import Progress
from community_bot.storage.backup import Progress as Remaining
from community_bot.storage.backup import backup as copy_database
from community_bot.storage.engine import file_of

if TYPE_CHECKING:
    from argparse import Namespace

_TEXTS = Texts("en")


class _RefusedError(Exception):
    """There is no backup to be made; carries the sentence that says why."""


def backup(options: Namespace) -> int:
    """Copy the database, and the last good knowledge base if there is one, into one file."""
    settings = settings_of(options)
    os.umask(0o077)
    target = options.file or _usual_place(settings.state_dir)
    try:
        _refuse_where_nothing_is(settings)
        _refuse_to_overwrite(target)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            with progress_line() as progress:
                copy_database(settings.database, copy, _counting(progress))
            _put(_pack(copy, settings.state_dir / LAST_GOOD), target)
    except _RefusedError as error:
        return _say(sys.stderr, str(error), 1)
    except StoreError as error:
        return _say(sys.stderr, _TEXTS(error.key, **error.arguments), 1)
    return _say(sys.stdout, _how_to_restore(target), 0)


def _usual_place(state: Path) -> Path:
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return state / BACKUPS / f"community-bot-{now}.zip"


def _refuse_where_nothing_is(settings: Settings) -> None:
    file = file_of(settings.database)
    if file is not None and not file.exists():
        raise _RefusedError(_TEXTS("backup-nothing", path=str(file)))


def _counting(progress: Progress | None) -> Remaining | None:
    """Count what is done instead of what remains."""
    return progress and (lambda remaining, total: progress(total - remaining, total))


def _pack(copy: Path, last_good: Path) -> Path:
    """Pack the copies into one file beside them, under the names that they have in the state."""
    packed = copy.with_suffix(".zip")
    with packed.open("xb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(copy, DATABASE)
            if last_good.is_file():
                archive.write(last_good, LAST_GOOD)
        stream.flush()
        os.fsync(stream.fileno())
    return packed


def _put(packed: Path, target: Path) -> None:
    """Give a finished file its name, if nobody else took that meanwhile."""
    try:
        target.hardlink_to(packed)
    except FileExistsError:
        _refuse_to_overwrite(target)
    except OSError:
        # Not every file system has links; then a name taken in this very moment is overwritten.
        packed.rename(target)


def _refuse_to_overwrite(target: Path) -> None:
    if os.path.lexists(target):
        raise _RefusedError(_TEXTS("backup-exists", path=str(target)))


def _how_to_restore(target: Path) -> str:
    command = f"python3 -m zipfile -e {shlex.quote(str(target.absolute()))} ."
    size = f"{target.stat().st_size / 1_000_000:.1f}"
    return _TEXTS("backup-done", path=str(target), size=size, command=command)


def _say(stream: TextIO, said: str, code: int) -> int:
    stream.write(said + "\n")
    return code
