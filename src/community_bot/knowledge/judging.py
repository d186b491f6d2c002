"""What would be wrong with a knowledge base if some of its files said something else.

The same reading that judges the folder judges what is to be put into it; nothing is written where
the base is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from community_bot.knowledge.folder import Folder, read_folder


def judged(folder: Folder, files: Mapping[str, bytes | None]) -> Folder:
    """Return the folder as it would be with these files; None is one that would not be there.

    ``folder`` is one without problems. Raise OSError.
    """
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for path, data in files.items():
            if data is not None:
                place = root / path
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(data)
        return read_folder(root, previous=folder, changed=files.keys())
