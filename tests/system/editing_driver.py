"""One life of an editorial office after another, each killed at the n-th point that it meets.

Run as the driver of deliveries is: settings as JSON, then a line of JSON for each life.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from mortal_office import MortalOffice, PointedSystem, begin_office
from system.kill_driver import main, say

from community_bot.app.questions import SystemClock
from community_bot.knowledge import replacing

ANN, BEN = 1, 2


class EditingLife:
    """Begins on a base and a database and does one deed, or dies at its n-th point.

    The deed ``begin`` is the beginning itself.
    """

    def __init__(self, settings: dict[str, Any], life: dict[str, Any]) -> None:
        del settings
        self._life = life
        self._left = 0

    def _pass_by(self, point: str) -> None:
        self._left -= 1
        if not self._left:
            say({"died": point})
            os.kill(os.getpid(), signal.SIGKILL)

    async def live(self) -> None:
        """Live until the deed is done, if death does not come before."""
        place, deed = Path(self._life["place"]), self._life["deed"]
        replacing.os = PointedSystem(self._pass_by)  # type: ignore[assignment,attr-defined]
        if deed == "begin":
            self._left = self._life["n"]
        office = await begin_office(place / "base", place, SystemClock(), self._pass_by)
        self._left = self._life["n"]
        await _do(deed, office)
        self._left = 0
        await office.database.close()


async def _do(deed: str, office: MortalOffice) -> None:
    match deed:
        case "approve":
            await office.reviewer.approve(1, BEN)
        case "undo":
            await office.reviewer.undo([1], BEN)
        case "edit":
            draft = await office.drafter.edit("bo-dahl", "about.text.en", "A man.", source="paper")
            await office.reviewer.submit(draft, ANN)
        case "hand":
            path = "people/bo-dahl.yaml"
            text = (office.root / path).read_text(encoding="utf-8")
            by_hand = text.replace("Bo Dahl", "Bo D" if "Bo Dahl" in text else "Bo Dahl")
            (office.root / path).write_text(by_hand, encoding="utf-8")
            await office.snapshot.reload({path})


if __name__ == "__main__":
    main(EditingLife)
