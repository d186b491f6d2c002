"""One Synapse for all tests of a run; accounts are new in each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from system.matrix.homeserver import Synapse, synapse_in


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    server = synapse_in(tmp_path_factory.mktemp("synapse"))
    server.start()
    yield server
    server.stop()
