"""The turns of a loop, each apart from the others: a defect in one keeps none of them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from community_bot.core.ports import StoreError


class Turns:
    """What went wrong in the turns of one loop."""

    def __init__(self) -> None:
        self._failure: Exception | None = None

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Take one turn. Raises StoreError, from which the others would suffer as well."""
        try:
            yield
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - raised when all have had their turn
            self._failure = self._failure or error

    def end(self) -> None:
        """Raise what went wrong first, for whoever logs it and begins again."""
        if self._failure is not None:
            raise self._failure
