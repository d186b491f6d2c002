"""Settings: where they come from, which one holds, and what is said of those that are wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from community_bot.app.editorial import Care
from community_bot.app.locating import Flaw, SettingsError, knowledge_folder
from community_bot.app.settings import Settings
from community_bot.app.settings_forms import Section
from community_bot.app.settings_reading import known_settings, read_settings
from community_bot.core.limits import Rate
from community_bot.domain.address import Account, Platform

URL = "postgresql://bot:hunter2@db.example/bot"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str, mode: int = 0o600) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def read(
    flags: Mapping[str, object] | None = None, /, *, config: Path | None = None, **variables: str
) -> Settings:
    return read_settings(Settings, flags or {}, config=config, environment=variables)


def flaws(
    flags: Mapping[str, object] | None = None, /, *, config: Path | None = None, **variables: str
) -> list[Flaw]:
    with pytest.raises(SettingsError) as caught:
        read(flags, config=config, **variables)
    error = caught.value
    everything = f"{error!r} {error} {error.lines()}"
    assert "hunter2" not in everything
    assert error.__cause__ is None
    assert len(error.lines()) == len(error.flaws)
    return list(error.flaws)


def flaw(**variables: str) -> Flaw:
    found = flaws(None, config=None, **variables)
    assert len(found) == 1
    return found[0]


def test_nothing_has_to_be_set() -> None:
    settings = read()
    assert settings.state_dir == Path("state")
    assert settings.database == Path("state/community-bot.db")
    assert settings.limits.limits().rates.per_actor.burst == 20
    assert settings.admins == ()


def test_flags_go_before_variables_before_the_file_before_defaults() -> None:
    write("community-bot.toml", 'log_level = "error"\nlanguage = "tr"\nstate_dir = "by-file"\n')
    settings = read(
        {"log_level": "debug", "state_dir": None},
        COMMUNITY_BOT_LOG_LEVEL="warning",
        COMMUNITY_BOT_LANGUAGE="uk",
    )
    assert settings.log_level == "debug"
    assert settings.language == "uk"
    assert settings.state_dir == Path("by-file")
    assert settings.knowledge is None


def test_tables_of_all_places_are_put_together() -> None:
    write(
        "community-bot.toml",
        '[limits]\nstale_months = 6\nper_actor = "5/2"\n[publishing]\nconcurrency = 2\n',
    )
    settings = read(
        COMMUNITY_BOT_LIMITS='{"timeout": 3}',
        COMMUNITY_BOT_LIMITS__PER_ACTOR__BURST="7",
    )
    assert settings.limits.stale_months == 6
    assert settings.limits.timeout == 3.0
    assert (settings.limits.per_actor.burst, settings.limits.per_actor.per_second) == (7, 2.0)
    assert settings.publishing.concurrency == 2


@pytest.mark.parametrize(
    "rate", ["20/0.5", " 20 / 0.5 ", '{"burst": 20, "per_second": 0.5}', '{"per_second": 0.5}']
)
def test_a_rate_is_written_short_or_as_a_table(rate: str) -> None:
    per_actor = read(COMMUNITY_BOT_LIMITS__PER_ACTOR=rate).limits.per_actor
    assert (per_actor.burst, per_actor.per_second) == (20, 0.5)


def test_rooms_and_all_together_have_limits_of_their_own() -> None:
    limits = read(COMMUNITY_BOT_LIMITS__PER_ROOM="7/2", COMMUNITY_BOT_LIMITS__GLOBAL="8/3").limits
    rates = limits.limits().rates
    assert (rates.per_room, rates.overall) == (Rate(7, 2.0), Rate(8, 3.0))


@pytest.mark.parametrize(
    "written",
    [
        "discord:123,matrix:@a:example.org",
        "discord:123, matrix:@a:example.org",
        "discord:123\nmatrix:@a:example.org\n",
        '["discord:123", "matrix:@a:example.org"]',
    ],
)
def test_admins_are_written_as_json_or_with_commas_or_on_lines(written: str) -> None:
    wanted = (Account(Platform.DISCORD, "123"), Account(Platform.MATRIX, "@a:example.org"))
    assert read(COMMUNITY_BOT_ADMINS=written).admins == wanted
    write("admins", written)
    assert read(COMMUNITY_BOT_ADMINS_FILE="admins").admins == wanted


def test_admins_of_the_file_are_a_list_of_accounts() -> None:
    write("community-bot.toml", 'admins = ["discord:123"]\n')
    assert read().admins == (Account(Platform.DISCORD, "123"),)
    write("community-bot.toml", 'admins = ["discord:123", "matrix:@a", 7]\n')
    found = flaws()
    assert found[0].key == "setting-misfit-item"
    assert found[0].arguments["number"] == "2"


def test_every_setting_may_stand_in_a_file_of_its_own() -> None:
    values = {"COMMUNITY_BOT_LIMITS__TIMEOUT": "2", "COMMUNITY_BOT_LIMITS__PER_ACTOR": "3/4"}
    values |= {"COMMUNITY_BOT_DATABASE_URL": URL, "COMMUNITY_BOT_STATE_DIR": "kept"}
    variables = {f"{name}_FILE": str(write(name, f"{it}\n")) for name, it in values.items()}
    settings = read(None, config=None, **variables)
    assert settings.limits.timeout == 2.0
    assert settings.limits.per_actor.burst == 3
    assert settings.database == URL
    assert settings.state_dir == Path("kept")


def test_an_empty_variable_sets_nothing() -> None:
    write("community-bot.toml", 'language = "tr"\n')
    assert read(COMMUNITY_BOT_LANGUAGE="", COMMUNITY_BOT_CONFIG="").language == "tr"


def test_the_settings_file_is_found_by_flag_then_variable_then_here() -> None:
    write("community-bot.toml", 'language = "tr"\n')
    by_variable = write("variable.toml", 'language = "uk"\n')
    by_flag = write("flag.toml", 'language = "ru"\n')
    assert read().language == "tr"
    assert read(COMMUNITY_BOT_CONFIG=str(by_variable)).language == "uk"
    assert read(config=by_flag, COMMUNITY_BOT_CONFIG=str(by_variable)).language == "ru"


def test_a_path_is_from_where_it_was_written() -> None:
    Path("etc").mkdir()
    config = write("etc/bot.toml", 'state_dir = "state"\nknowledge = "/srv/knowledge"\n')
    settings = read(config=config)
    assert settings.state_dir == Path("etc/state")
    assert settings.knowledge == Path("/srv/knowledge")
    assert read(COMMUNITY_BOT_STATE_DIR="~/kept").state_dir == Path.home() / "kept"


def test_an_unknown_key_is_an_error_with_a_suggestion() -> None:
    write("community-bot.toml", 'languge = "uk"\n[limits]\ntimout = 3\n[limits.per_actor]\nx = 1\n')
    found = {one.arguments["name"]: one for one in flaws()}
    assert found["languge"].arguments["like"] == "language"
    assert found["limits.timout"].arguments["like"] == "limits.timeout"
    assert found["limits.per_actor.x"].key.startswith("setting-unknown")
    assert {one.arguments["where"] for one in found.values()} == {"community-bot.toml"}


def test_a_key_outside_its_table_is_sent_there() -> None:
    write("community-bot.toml", "timeout = 3\n")
    assert flaw().arguments["like"] == "limits.timeout"


def test_an_unknown_variable_is_an_error_with_a_suggestion() -> None:
    assert flaw(COMMUNITY_BOT_ADMIN="discord:1").arguments["like"] == "COMMUNITY_BOT_ADMINS"
    assert flaw(COMMUNITY_BOT_CONFIG_FILE="x").arguments["like"] == "COMMUNITY_BOT_CONFIG"
    assert read(ANOTHER_BOT_ADMIN="x", COMMUNITY_BOTS="x") == read()


def test_what_is_like_nothing_is_only_refused() -> None:
    write("community-bot.toml", "zzz = 1\n")
    assert flaw().key == "setting-unknown"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    write("community-bot.toml", 'languge = "uk"\nstate_dir = 5\n[publishing]\nconcurrency = 0\n')
    found = flaws(
        COMMUNITY_BOT_LIMITS__TIMEOUT="soon",
        COMMUNITY_BOT_ADMINS="discord:abc",
        COMMUNITY_BOT_KNOWLEDGE_FILE="nowhere",
        COMMUNITY_BOT_NO_SUCH_THING="1",
    )
    assert len(found) == 7
    told = "\n".join(SettingsError(found).lines())
    assert "COMMUNITY_BOT_LIMITS__TIMEOUT: limits.timeout cannot be “soon”" in told
    assert "community-bot.toml: publishing.concurrency cannot be “0”" in told


@pytest.mark.parametrize(
    "toml",
    [
        "limits = 5",
        "limits = []",
        "admins = 5",
        "admins = [[1]]",
        "language = true",
        "state_dir = ['a']",
        "[limits]\ntimeout = true",
        "[limits]\ntimeout = nan",
        "[limits]\ntimeout = -1",
        "[limits]\nstale_months = 1.5",
        "[limits]\nper_actor = '20'",
        "[limits]\nper_actor = '20/'",
        "[limits]\nper_actor = '1e999/1'",
        "[publishing]\ngrace_hours = 2026-11-22",
        "[knowledge]\nx = 1",
        "language = 'de'",
        "log_level = 'loud'",
    ],
)
def test_a_value_that_does_not_fit_is_one_flaw_in_words(toml: str) -> None:
    write("community-bot.toml", toml)
    found = flaw()
    assert found.arguments["where"] == "community-bot.toml"
    assert "\n" not in SettingsError([found]).lines()[0]


def test_a_log_level_may_be_shouted() -> None:
    assert read(COMMUNITY_BOT_LOG_LEVEL="DEBUG").log_level == "debug"


def test_a_value_cannot_play_with_the_terminal() -> None:
    found = flaw(COMMUNITY_BOT_LANGUAGE="\x1b[2J\n\u202e" + "x" * 500)
    line = SettingsError([found]).lines()[0]
    assert line.isprintable()
    assert len(found.arguments["value"]) <= 60


@pytest.mark.parametrize("toml", ["language = ", "a = 1\na = 2", "\ud800", 'x = "hunter2'])
def test_a_file_that_is_no_toml_is_said_with_its_place(toml: str) -> None:
    path = Path("community-bot.toml")
    path.write_bytes(toml.encode("utf-8", "surrogatepass"))
    assert flaw().key == "settings-not-toml"


def test_a_settings_file_that_was_named_must_be_there() -> None:
    assert flaw(COMMUNITY_BOT_CONFIG="nowhere.toml").key == "settings-unreadable"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o606])
def test_a_file_with_a_secret_that_others_can_read_is_refused_with_the_remedy(mode: int) -> None:
    path = write("a secret.toml", f'database_url = "{URL}"\n', mode)
    found = flaws(config=path)
    assert [one.arguments["command"] for one in found] == ["chmod 600 'a secret.toml'"]
    kept = write("kept", URL, mode)
    assert flaw(COMMUNITY_BOT_DATABASE_URL_FILE="kept").key == "settings-file-shared"
    path.chmod(0o600)
    kept.chmod(0o400)
    assert read(config=path) == read(COMMUNITY_BOT_DATABASE_URL_FILE="kept")


def test_what_the_service_manager_hands_over_is_private_however_it_looks() -> None:
    Path("credentials").mkdir()
    kept = write("credentials/url", URL, 0o440)
    variables = {"CREDENTIALS_DIRECTORY": "credentials"}
    variables["COMMUNITY_BOT_DATABASE_URL_FILE"] = str(kept)
    assert read(None, config=None, **variables).database == URL
    variables["COMMUNITY_BOT_DATABASE_URL_FILE"] = str(write("url", URL, 0o440))
    assert flaw(**variables).key == "settings-file-shared"


def test_a_settings_file_without_a_secret_may_be_read_by_all() -> None:
    write("community-bot.toml", 'language = "uk"\n', 0o644)
    assert read().language == "uk"


def test_a_secret_is_shown_nowhere() -> None:
    settings = read(COMMUNITY_BOT_DATABASE_URL=URL)
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"
    assert "hunter2" not in settings.model_dump_json()
    wrong = URL.replace("postgresql", "mysql")
    assert flaw(COMMUNITY_BOT_DATABASE_URL=wrong).key == "setting-misfit"
    write("community-bot.toml", f'database_url = ["{wrong}"]\n')
    assert flaw().key == "setting-misfit"


def test_the_content_of_a_file_that_does_not_fit_is_not_quoted() -> None:
    write("token", "hunter2")
    assert flaw(COMMUNITY_BOT_LANGUAGE_FILE="token").key == "setting-misfit"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b", b"x" * 1_000_001])
def test_a_file_that_is_no_text_is_refused(content: bytes) -> None:
    write("kept", "").write_bytes(content)
    assert flaw(COMMUNITY_BOT_LANGUAGE_FILE="kept").key == "setting-file-no-text"


def test_a_value_and_its_file_are_not_both_taken() -> None:
    write("kept", "uk")
    found = flaw(COMMUNITY_BOT_LANGUAGE="uk", COMMUNITY_BOT_LANGUAGE_FILE="kept")
    assert found.key == "setting-twice"


class ChatSection(Section):
    """Stands for a platform that is to come."""

    token: SecretStr = Field(description="the token")
    rooms: int = Field(default=5, description="a whole number")


class WithChat(Settings):
    """Settings with one section more: all that a new platform adds."""

    chat: ChatSection | None = Field(default=None, description="a platform")


def test_a_section_more_needs_nothing_but_its_field() -> None:
    write("token", "hunter2\n")
    write("community-bot.toml", "[chat]\nrooms = 3\n", 0o644)
    environment = {"COMMUNITY_BOT_CHAT__TOKEN_FILE": "token"}
    chat = read_settings(WithChat, environment=environment).chat
    assert chat is not None
    assert (chat.token.get_secret_value(), chat.rooms) == ("hunter2", 3)
    assert "hunter2" not in repr(chat)
    write("community-bot.toml", '[chat]\ntoken = "hunter2"\n', 0o644)
    with pytest.raises(SettingsError) as caught:
        read_settings(WithChat, environment={})
    assert [one.key for one in caught.value.flaws] == ["settings-file-shared"]
    write("community-bot.toml", "[chat]\nrooms = 3\n")
    with pytest.raises(SettingsError) as caught:
        read_settings(WithChat, environment={})
    (line,) = caught.value.lines()
    assert line.startswith("chat.token is not set.")
    assert "COMMUNITY_BOT_CHAT__TOKEN" in line


def test_every_setting_says_what_it_is() -> None:
    assert [one.name for one in known_settings(Settings) if not one.field.description] == []


def outcome(find: Callable[[], Path]) -> Path | str:
    try:
        return find()
    except SettingsError as error:
        return error.flaws[0].key


@pytest.mark.parametrize(
    ("flag", "variable", "file", "config"),
    list(
        product(
            [None, "flag"],
            [None, "", "variable", "~/variable"],
            [None, "", "kept", "missing"],
            [None, "flag.toml", "variable.toml", "here.toml", "missing.toml"],
        )
    ),
)
def test_an_answer_finds_the_knowledge_where_the_service_does(
    flag: str | None, variable: str | None, file: str | None, config: str | None
) -> None:
    write("kept", "by-file\n")
    Path("etc").mkdir()
    text = 'knowledge = "by-toml"\n'
    environment: dict[str, str] = {}
    if variable is not None:
        environment["COMMUNITY_BOT_KNOWLEDGE"] = variable
    if file is not None:
        environment["COMMUNITY_BOT_KNOWLEDGE_FILE"] = file
    given = None if flag is None else Path(flag)
    named = None
    match config:
        case "flag.toml":
            named = write("etc/flag.toml", text)
        case "variable.toml":
            environment["COMMUNITY_BOT_CONFIG"] = str(write("etc/variable.toml", text))
        case "here.toml":
            write("community-bot.toml", text)
        case "missing.toml":
            named = Path("missing.toml")
    brief = outcome(lambda: knowledge_folder(given, named, environment))
    whole = outcome(
        lambda: (
            read_settings(
                Settings, {"knowledge": given}, config=named, environment=environment
            ).knowledge_folder
        )
    )
    if isinstance(whole, Path):
        assert brief == whole
    else:
        # What is found first ends an answer's search; the service looks at all that is set.
        assert brief == whole or isinstance(brief, Path)


def test_the_tests_run_without_settings_from_outside() -> None:
    assert not [name for name in os.environ if name.startswith("COMMUNITY_BOT_")]


MATRIX = {
    "COMMUNITY_BOT_MATRIX__HOMESERVER": "https://matrix.example.org/",
    "COMMUNITY_BOT_MATRIX__USER_ID": "@bot:example.org",
}


def secret(name: str) -> dict[str, str]:
    return {f"COMMUNITY_BOT_MATRIX__{name}": "hunter2"}


def test_an_account_on_matrix_is_a_homeserver_and_a_user() -> None:
    assert not read().matrix.is_set
    matrix = read(config=None, **MATRIX, **secret("ACCESS_TOKEN")).matrix
    assert matrix.is_set
    assert matrix.homeserver == "https://matrix.example.org"
    assert (matrix.prefix, matrix.invite_from) == ("!", ())
    assert "hunter2" not in repr(matrix)


@pytest.mark.parametrize("missing", MATRIX)
def test_half_an_account_is_an_error(missing: str) -> None:
    rest = {name: value for name, value in MATRIX.items() if name != missing}
    assert flaw(**rest).key == "setting-together"
    assert flaw(**secret("PASSWORD")).key == "setting-together"


def test_who_may_invite_and_prefixes_of_rooms_are_given_as_text() -> None:
    matrix = read(
        config=None,
        **MATRIX,
        COMMUNITY_BOT_MATRIX__INVITE_FROM="@a:b.example, !c:d.example,!12th example.org:8448",
        COMMUNITY_BOT_MATRIX__ROOM_PREFIXES='{"!c:d.example": "?"}',
    ).matrix
    assert len(matrix.invite_from) == 4
    assert matrix.room_prefixes == {"!c:d.example": "?"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOMESERVER", "matrix.example.org"),
        ("HOMESERVER", "https://bot:hunter2@example.org"),
        ("USER_ID", "bot"),
        ("DEVICE_ID", "a b"),
        ("INVITE_FROM", "@a:b.example,#room:b.example"),
        ("PREFIX", "! "),
        ("PREFIX", "!" * 9),
        ("ROOM_PREFIXES", "!c:d.example=?"),
        ("ROOM_PREFIXES", '{"#c:d.example": "?"}'),
        ("NAME", "n" * 101),
    ],
)
def test_what_does_not_fit_matrix_is_named(name: str, value: str) -> None:
    variable = f"COMMUNITY_BOT_MATRIX__{name}"
    found = flaw(**{**MATRIX, variable: value})
    assert found.key.startswith("setting-misfit")
    assert found.arguments["where"] == variable


@pytest.mark.parametrize("value", ["8765", "localhost:8765", "127.0.0.1:0", "127.0.0.1:65536"])
def test_health_is_told_at_an_address_and_a_port(value: str) -> None:
    assert flaw(COMMUNITY_BOT_HEALTH=value).arguments["name"] == "health"
    assert read(COMMUNITY_BOT_HEALTH="off").health_place is None
    assert read(COMMUNITY_BOT_HEALTH="[::1]:1").health_place == ("::1", 1)


def test_moderation_is_set_like_all_else_and_becomes_a_policy() -> None:
    toml = '[moderation]\nsecond_person = ["status", "quotations"]\nbudget = 3\ngit = true\n'
    write("community-bot.toml", toml)
    care = read(
        COMMUNITY_BOT_MODERATION__ALONE_HOURS="1.5", COMMUNITY_BOT_MODERATION__REVIEW_DAYS="30"
    ).moderation.care(12)
    assert care.policy.second_person == {"status", "quotations"}
    assert (care.policy.budget, care.in_git, care.stale_months) == (3, True, 12)
    assert care.policy.alone_after == timedelta(hours=1, minutes=30)
    assert care.policy.review_after == timedelta(days=30)


def test_by_default_moderation_is_as_its_own_policy_has_it() -> None:
    assert read().moderation.care(24) == Care()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECOND_PERSON", "statuses"),
        ("BUDGET", "0"),
        ("BUDGET_MINUTES", "0"),
        ("ALONE_HOURS", "-1"),
        ("REVIEW_DAYS", "0"),
        ("UNDO_DAYS", "1.5"),
        ("GIT", "perhaps"),
    ],
)
def test_what_moderation_cannot_be_set_to_is_one_flaw(name: str, value: str) -> None:
    found = flaw(**{f"COMMUNITY_BOT_MODERATION__{name}": value})
    assert name in str(found)
