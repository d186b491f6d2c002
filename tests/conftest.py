"""What every test may use: compiled catalogues, the shipped base, a clock that stands still."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hatch_build import compile_catalogues  # noqa: E402 - found through the line above

# Before anything is collected: an edited catalogue is seen without installing the package anew.
# Only by the process that starts the workers, so that none reads what another is writing.
if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_catalogues()

# Whether a change lands depends on the change, not on luck; all other runs go on looking.
settings.register_profile("landing", derandomize=True)
if "CI" in os.environ:
    settings.load_profile("landing")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("COMMUNITY_BOT_")]:
        monkeypatch.delenv(name, raising=False)
