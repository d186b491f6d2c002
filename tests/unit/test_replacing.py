"""A knowledge file is the old one or the new one, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from community_bot.knowledge.reading.disk import NotRegularError
from community_bot.knowledge.replacing import current_file, replace_file, sweep

OLD = b"id: old\n" * 1_000
NEW = b"id: new\n" * 2_000
PATH = "people/ann.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "people").mkdir()
    (tmp_path / PATH).write_bytes(OLD)
    return tmp_path


def names(root: Path) -> set[str]:
    return {str(it.relative_to(root)) for it in root.rglob("*") if it.is_file()}


def test_a_file_is_replaced_made_and_taken_away(root: Path) -> None:
    replace_file(root, PATH, NEW)
    assert current_file(root, PATH) == NEW
    replace_file(root, "sources/book.yaml", OLD)
    assert current_file(root, "sources/book.yaml") == OLD
    replace_file(root, PATH, None)
    assert current_file(root, PATH) is None
    assert names(root) == {"sources/book.yaml"}


def test_who_may_read_it_stays(root: Path) -> None:
    (root / PATH).chmod(0o664)
    replace_file(root, PATH, NEW)
    assert stat.S_IMODE((root / PATH).stat().st_mode) == 0o664


def refusing(code: int) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize("call", ["open", "fsync", "replace", "fchmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EXDEV, errno.EACCES])
def test_what_the_disk_does_not_take_changes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, call, refusing(code))
        with pytest.raises(OSError, match=os.strerror(code)):
            replace_file(root, PATH, NEW)
    assert (root / PATH).read_bytes() == OLD
    assert names(root) == {PATH}


def test_a_disk_that_is_full_changes_nothing(root: Path) -> None:
    # A limit on the size of files is met like the end of the disk, in the middle of a write.
    code = (
        "import resource, signal, sys; from pathlib import Path;"
        "from community_bot.knowledge.replacing import replace_file;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000));"
        f"replace_file(Path(sys.argv[1]), {PATH!r}, {NEW!r})"
    )
    done = subprocess.run(  # noqa: S603 - nothing of anybody else's
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=False
    )
    assert "File too large" in done.stderr
    assert (root / PATH).read_bytes() == OLD
    assert names(root) == {PATH}


DYING = """
import os, signal, sys
from pathlib import Path
from community_bot.knowledge.replacing import replace_file

root, path, call, data = sys.argv[1:]
fdopen = os.fdopen

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class HalfWritten:
    def __init__(self, *arguments):
        self.stream = fdopen(*arguments)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def write(self, data):
        self.stream.write(data[: len(data) // 2])
        self.stream.flush()
        die()

if call == "write":
    os.fdopen = HalfWritten
else:
    setattr(os, call, die)
replace_file(Path(root), path, data.encode())
"""


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "close"])
def test_killed_at_any_step_it_is_the_old_one_or_the_new_one(root: Path, call: str) -> None:
    done = subprocess.run(  # noqa: S603 - nothing of anybody else's
        [sys.executable, "-c", DYING, str(root), PATH, call, NEW.decode()],
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (root / PATH).read_bytes() in (OLD, NEW)
    sweep(root)
    assert names(root) == {PATH}


def test_no_link_leads_out_of_the_folder(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "ann.yaml").write_bytes(OLD)
    (root / "sources").symlink_to(outside)
    with pytest.raises(NotADirectoryError):
        replace_file(root, "sources/ann.yaml", NEW)
    (root / PATH).unlink()
    (root / PATH).symlink_to(outside / "ann.yaml")
    with pytest.raises(NotRegularError):
        replace_file(root, PATH, NEW)
    assert (outside / "ann.yaml").read_bytes() == OLD
