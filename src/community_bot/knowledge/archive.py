"""The last good knowledge base, kept in one file, to be served while the folder is broken.

One file is replaced as a whole, so there is always either the old copy or the new one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

from community_bot.knowledge.folder import Folder, read_folder


def save_archive(folder: Folder, path: Path) -> bool:
    """Keep the files of a folder that was read without problems in the file ``path``.

    Returns False, and keeps nothing new, when a file is no longer what was read. Raises OSError
    when the disk does not take it. Either way what was kept before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                is_as_read = all(_add(archive, folder, name) for name in sorted(folder.records))
            stream.flush()
            os.fsync(stream.fileno())
        if is_as_read:
            Path(temporary).replace(path)
            _sync_directory(path.parent)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return is_as_read


def _add(archive: zipfile.ZipFile, folder: Folder, name: str) -> bool:
    data = (folder.root / name).read_bytes()
    archive.writestr(name, data)
    return hashlib.sha256(data).hexdigest() == folder.records[name].digest


def load_archive(path: Path) -> Folder | None:
    """Read the folder that an archive keeps; ``None`` when there is no usable one.

    It is unpacked beside the archive for as long as it is read.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=path.name) as temporary:
            root = Path(temporary)
            folder = read_folder(root) if _unpack(path, root) else None
    except OSError:
        return None
    return None if folder is None or folder.problems or not folder.records else folder


def _unpack(path: Path, root: Path) -> bool:
    """Unpack an archive into ``root``; return False when it is damaged or not there."""
    try:
        with zipfile.ZipFile(path) as archive:
            # extractall keeps every name inside the folder, whatever the archive says.
            archive.extractall(root)
    except Exception:  # noqa: BLE001 - damaged bytes make zipfile raise a dozen different errors
        return False
    return True


def _sync_directory(path: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
