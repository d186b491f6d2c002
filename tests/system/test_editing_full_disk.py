"""A disk that is really full, and one that is really read-only, under the whole of an edit."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MOUNT = 'mount -t tmpfs -o size=512k tmpfs "$1" && exec "$2" "$3" "$1" "$4"'


def in_a_small_disk(place: Path, script: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with a small disk of its own at a place; nobody else sees it."""
    (place / "disk").mkdir()
    (place / "state").mkdir()
    command = ("unshare", "--mount", "sh", "-c", MOUNT, "sh")
    return subprocess.run(  # noqa: S603 - our own script
        [*command, place / "disk", sys.executable, script, place / "state"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent / "src")))},
    )


def can_mount() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    tried = [unshare, "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0  # noqa: S603


@pytest.mark.skipif(not can_mount(), reason="nothing may be mounted here")
def test_what_does_not_fit_or_may_not_be_written_changes_nothing(tmp_path: Path) -> None:
    done = in_a_small_disk(tmp_path, Path(__file__))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "full: change-not-written No space left on device",
        "with room again: applied",
        "read-only: change-not-written Read-only file system",
        "writable again: applied",
    ]


async def main(disk: Path, state: Path) -> None:
    """Edit on a disk that is full, then on one that is read-only, and each time when it is well."""
    # Imported by the script only: a skipped test needs none of it.
    from mortal_office import begin_office  # noqa: PLC0415
    from sample_base import make_base  # noqa: PLC0415
    from terminal import StillClock  # noqa: PLC0415

    from community_bot.domain.errors import UserError  # noqa: PLC0415

    office = await begin_office(make_base(disk / "base").root, state, StillClock())

    async def edit(title: str, value: str) -> None:
        before = {it: it.read_bytes() for it in office.root.rglob("*.yaml")}
        draft = await office.drafter.edit(
            "bo-dahl", "names.en.text", f"Bo {value}", source=f"https://example.org/{value}"
        )
        change = await office.reviewer.submit(draft, 1)
        try:
            done = await office.reviewer.approve(change.id, 2)
        except UserError as error:
            assert before == {it: it.read_bytes() for it in office.root.rglob("*.yaml")}
            assert not list(office.root.rglob(".*"))
            assert not office.snapshot.is_outdated
            sys.stdout.write(f"{title}: {error.key} {error.arguments['reason']}\n")
        else:
            sys.stdout.write(f"{title}: {done.state}\n")

    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream:
        while _fits(stream.fileno()):
            pass
    await edit("full", "one")
    filler.unlink()
    await edit("with room again", "two")
    _remount(disk, "ro")
    await edit("read-only", "three")
    _remount(disk, "rw")
    await edit("writable again", "four")
    await office.database.close()


def _remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)  # noqa: S603, S607 - our own


def _fits(handle: int) -> bool:
    try:
        return os.write(handle, bytes(4096)) > 0
    except OSError:
        return False


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
