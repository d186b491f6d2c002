"""What two typical replies look like in every format, to the letter, in files one can read.

To renew the files after a change that is meant, run this with ``RENEW_GOLDEN=1`` in the
environment and look at what ``git diff`` shows.
"""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from strategies.samples import SAMPLES

from community_bot.adapters.terminal.render import Labels, render_rich
from community_bot.core.render.data import answer_data
from community_bot.core.render.html import render_html
from community_bot.core.render.markdown import render_markdown
from community_bot.core.render.text import render_text
from community_bot.domain.document import Reply

FOLDER = Path(__file__).parent / "golden"


def as_text(reply: Reply) -> str:
    return render_text(reply) + "\n"


def as_narrow_text(reply: Reply) -> str:
    return render_text(reply, width=60) + "\n"


def as_markdown(reply: Reply) -> str:
    return render_markdown(reply) + "\n"


def as_html(reply: Reply) -> str:
    return render_html(reply) + "\n"


def as_json(reply: Reply) -> str:
    return json.dumps(answer_data("a command", reply), ensure_ascii=False, indent=2) + "\n"


def as_terminal(reply: Reply) -> str:
    console = Console(file=StringIO(), width=80, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(render_rich(reply, Labels(actions="You can type:")))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


FORMATS = {
    "txt": as_text,
    "60.txt": as_narrow_text,
    "md": as_markdown,
    "html": as_html,
    "json": as_json,
    "terminal.txt": as_terminal,
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_reply_looks_as_it_did(name: str, suffix: str) -> None:
    path = FOLDER / f"{name}.{suffix}"
    rendered = FORMATS[suffix](SAMPLES[name])
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(rendered, encoding="utf-8")
    assert rendered == path.read_text(encoding="utf-8")
