"""``backup``: one file with all that the bot keeps, made beside a bot that runs.

That is the database, the last good knowledge base, and the keys of its device on Matrix.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from community_bot.adapters.matrix.copies import copy_folder
from community_bot.app.loading import progress_line
from community_bot.app.serving import BACKUPS, LAST_GOOD, settings_of
from community_bot.app.settings import DATABASE, Settings
from community_bot.app.settings_matrix import MATRIX_FOLDER
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
    """Copy all that the bot keeps into one file."""
    settings = settings_of(options)
    os.umask(0o077)
    target = options.file or _usual_place(settings.state_dir)
    # A server has tools of its own for its database; what stands in files is copied all the same.
    is_elsewhere = (
        file_of(settings.database) is None and (settings.state_dir / MATRIX_FOLDER).is_dir()
    )
    try:
        _refuse_where_nothing_is(settings)
        _refuse_to_overwrite(target)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copies = Path(folder) / "state"
            copies.mkdir()
            if not is_elsewhere:
                with progress_line() as progress:
                    copy_database(settings.database, copies / DATABASE, _counting(progress))
            _copy_files(settings.state_dir, copies)
            _put(_pack(copies), target)
    except _RefusedError as error:
        return _say(sys.stderr, str(error), 1)
    except StoreError as error:
        return _say(sys.stderr, _TEXTS(error.key, **error.arguments), 1)
    if is_elsewhere:
        _say(sys.stderr, _TEXTS("storage-backup-postgres"), 0)
    return _say(sys.stdout, _how_to_restore(target, is_whole=not is_elsewhere), 0)


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


def _copy_files(state: Path, copies: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.copyfile(state / LAST_GOOD, copies / LAST_GOOD)
    if (state / MATRIX_FOLDER).is_dir():
        copy_folder(state / MATRIX_FOLDER, copies / MATRIX_FOLDER, copy_database)


def _pack(copies: Path) -> Path:
    """Pack the copies into one file beside them, under the names that they have in the state."""
    packed = copies.with_suffix(".zip")
    with packed.open("xb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for file in sorted(copies.rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(copies))
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


def _how_to_restore(target: Path, *, is_whole: bool) -> str:
    command = f"python3 -m zipfile -e {shlex.quote(str(target.absolute()))} ."
    size = f"{target.stat().st_size / 1_000_000:.1f}"
    key = "backup-done" if is_whole else "backup-done-files"
    return _TEXTS(key, path=str(target), size=size, command=command)


def _say(stream: TextIO, said: str, code: int) -> int:
    stream.write(said + "\n")
    return code
