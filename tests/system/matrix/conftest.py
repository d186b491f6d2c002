"""One Synapse for all tests of a run; accounts are new in each.

They run with ``REAL_SYNAPSE=1`` only, until the adapter they are about is whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from system.matrix.homeserver import Synapse, synapse_in

_HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "REAL_SYNAPSE" in os.environ:
        return
    skip = pytest.mark.skip(reason="set REAL_SYNAPSE=1 to test the unfinished Matrix adapter")
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    server = synapse_in(tmp_path_factory.mktemp("synapse"))
    server.start()
    yield server
    server.stop()
