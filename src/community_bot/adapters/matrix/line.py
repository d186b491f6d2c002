"""The account's present session, for who is made before the bot connects and outlives a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.outbound import Outbound


@dataclass(slots=True)
class Line:
    """A session, while there is one; ``is_refused`` says that none will come.

    Where the bot ``can_sign_in_anew``, a session that is over is not the end. By ``outbound`` goes
    what nothing depends on; without it that is left.
    """

    client: MatrixClient | None = None
    outbound: Outbound | None = None
    is_refused: bool = False
    can_sign_in_anew: bool = False

    @contextmanager
    def open(self, client: MatrixClient, outbound: Outbound | None = None) -> Iterator[None]:
        """Have a session for a block."""
        self.client, self.outbound = client, outbound
        try:
            yield
        finally:
            self.client = self.outbound = None
