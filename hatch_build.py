"""Build hook: compile the message catalogues, so that the wheel needs no compiler at run time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES = Path(__file__).parent / "src" / "community_bot" / "locales"


def compile_catalogues(folder: Path = LOCALES) -> None:
    """Write an ``.mo`` beside every ``.po`` under ``folder`` that is newer than its ``.mo``."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, abort_invalid=True)
        with target.open("wb") as stream:
            write_mo(stream, catalogue)


class CatalogueHook(BuildHookInterface[Any]):
    """Runs for wheels and for editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before hatchling collects the files."""
        del version, build_data
        compile_catalogues()
