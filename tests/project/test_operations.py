"""What the operators' page and the example of the settings say is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from community_bot.app.locating import EX_CONFIG
from community_bot.app.locking import EX_CANTCREAT, EX_TEMPFAIL
from community_bot.app.serving import EX_UNAVAILABLE
from community_bot.app.settings import Settings
from community_bot.app.settings_reading import Known, known_settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "docs" / "community-bot.example.toml").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([\w.]+)` \| `(\w+)` \| (.+?) \| .+ \|$", re.MULTILINE)
LEAVES = [known for known in known_settings(Settings) if known.section is None]
TABLES = ("limits", "publishing", "moderation", "discord", "matrix")
RATES = ("limits.per_actor", "limits.per_room", "limits.global")
SHORT = {f"{name}.burst": name for name in RATES} | {f"{name}.per_second": "" for name in RATES}
"""What the example writes in one line: under which name."""


def default_of(known: Known) -> object:
    value: object = Settings()
    for name in known.path:
        value = getattr(value, {"global": "overall"}.get(name, name))
    return ", ".join(value) if isinstance(value, tuple) else value


def test_the_page_lists_every_setting_once_with_its_variable() -> None:
    rows = [(name, variable) for name, variable, _ in ROW.findall(PAGE)]
    wanted = {(one.name, one.variable) for one in known_settings(Settings)}
    tables = {(name, f"COMMUNITY_BOT_{name.upper()}") for name in TABLES}
    assert len(rows) == len(set(rows))
    assert set(rows) == wanted - tables


@pytest.mark.parametrize("known", LEAVES, ids=lambda one: str(one.name))
def test_the_page_gives_the_default(known: Known) -> None:
    (said,) = [default for name, _, default in ROW.findall(PAGE) if name == known.name]
    value = default_of(known)
    if value:
        assert said == f"`{value}`"
    else:
        assert "`" not in said.removeprefix("`./knowledge`")


def uncommented() -> str:
    return re.sub(r"^# (?=\w+ = |\[)", "", EXAMPLE, flags=re.MULTILINE)


def test_the_example_sets_nothing_until_it_is_changed() -> None:
    assert tomllib.loads(EXAMPLE) == {}


def test_the_example_has_every_setting_with_its_default(tmp_path: Path) -> None:
    config = tmp_path / "community-bot.toml"
    config.write_text(uncommented(), encoding="utf-8")
    config.chmod(0o600)
    settings = read_settings(Settings, config=config, environment={})
    table = tomllib.loads(uncommented())
    for known in LEAVES:
        name = SHORT.get(known.name, known.name)
        value: object = table
        for part in name.split(".") if name else ():
            assert isinstance(value, dict)
            value = value[part]
    assert (settings.limits, settings.publishing) == (Settings().limits, Settings().publishing)
    assert settings.moderation == Settings().moderation
    assert (settings.language, settings.log_level) == (Settings().language, Settings().log_level)
    assert settings.state_dir == tmp_path / Settings().state_dir


def test_the_page_lists_every_exit_code() -> None:
    listed = set(re.findall(r"\d+", " ".join(re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE))))
    used = {EX_CONFIG, EX_CANTCREAT, EX_TEMPFAIL, EX_UNAVAILABLE, 0, 1, 2, 130, 143}
    assert listed == {str(code) for code in used}


def test_every_link_of_the_page_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGE):
        path, _, anchor = target.partition("#")
        assert not path or (ROOT / "docs" / path).exists()
        if anchor and not path:
            headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in slugs


def test_the_invitation_asks_for_the_permissions_that_the_page_explains_and_no_others() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (asked,) = re.findall(r"permissions=(\d+)`", readme)
    rows = re.findall(r"^\| [A-Z][\w ]+ \| (\d+) \| ", PAGE, re.MULTILINE)
    assert sum(map(int, rows)) == int(asked)
    assert f"({asked} in" in PAGE
