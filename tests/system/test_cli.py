"""The command line as a whole process, as people and scripts call it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import ROOT, call

SHIPPED = ROOT / "knowledge"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    root = Path(shutil.copytree(SHIPPED, tmp_path / "base"))
    path = root / "people" / "ali-asanov.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
    return root


def test_a_question_is_answered_and_the_exit_code_is_0() -> None:
    done = call("ask", "person umerov")
    assert done.returncode == 0
    assert done.stdout.startswith("Ilmi Umerov\n")
    assert "ilmi-umerov@" in done.stdout
    assert "\x1b" not in done.stdout, "colours only on a terminal"
    assert done.stderr == ""


def test_a_question_may_be_given_as_several_words() -> None:
    assert (
        call("ask", "person", "ilmi", "umerov").stdout == call("ask", "person ilmi umerov").stdout
    )


def test_json_says_command_entries_candidates_reply_and_error() -> None:
    done = call("ask", "prisoner umerov", "--format", "json")
    answer = json.loads(done.stdout)
    assert list(answer) == ["command", "entries", "candidates", "reply", "error"]
    assert answer["command"] == "person"
    assert [one.split("@")[0] for one in answer["entries"]] == ["ilmi-umerov"]
    assert answer["error"] is None
    assert answer["reply"]["blocks"][0]["block"] == "heading"


def test_an_ambiguous_name_lists_its_candidates_in_json() -> None:
    done = call("ask", "person mustafa", "--format", "json")
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert answer["error"]["key"] == "name-ambiguous"
    assert answer["candidates"] == ["mustafa-degermendzhi"]


@pytest.mark.parametrize("output", ["text", "json", "html", "markdown"])
def test_an_error_is_answered_in_the_same_format_with_exit_code_1(output: str) -> None:
    done = call("ask", "statement 99", "--format", output)
    assert done.returncode == 1
    assert "99" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    if output == "json":
        assert json.loads(done.stdout)["error"]["key"] == "paragraph-unknown"


@pytest.mark.parametrize("tag", ["uk", "uk_UA.UTF-8"])
def test_the_answer_comes_in_the_language_that_is_asked_for(tag: str) -> None:
    assert "Ільмі Умеров" in call("ask", "person umerov", "--lang", tag).stdout
    assert "Ільмі Умеров" in call("chat", "--lang", tag, stdin="person umerov").stdout


@pytest.mark.parametrize(
    "command", [["ask", "person umerov"], ["ask", "x", "--format", "json"], ["chat"], ["check"]]
)
def test_a_broken_file_is_named_by_line_and_exits_1(command: list[str], broken: Path) -> None:
    done = call(*command, "--knowledge", str(broken), stdin="ping\n")
    assert done.returncode == 1
    assert "people/ali-asanov.yaml:" in done.stdout
    assert "colour" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_shipped_base_is_right() -> None:
    done = call("check")
    assert (done.returncode, done.stdout) == (0, "")


def test_check_speaks_json_and_github(broken: Path) -> None:
    report = json.loads(call("check", str(broken), "--format", "json").stdout)
    assert [one["path"] for one in report["problems"]] == ["people/ali-asanov.yaml"]
    line = call("check", str(broken), "--format", "github").stdout
    assert line.startswith("::error file=")
    assert "ali-asanov.yaml,line=" in line


def test_check_takes_one_file(broken: Path) -> None:
    right = call("check", str(broken / "people" / "ilmi-umerov.yaml"))
    wrong = call("check", str(broken / "people" / "ali-asanov.yaml"))
    assert (right.returncode, wrong.returncode) == (0, 1)


def test_the_base_is_found_by_option_then_variable_then_folder(tmp_path: Path) -> None:
    dreyfus = ROOT / "tests" / "bases" / "dreyfus"
    shutil.copytree(dreyfus, tmp_path / "knowledge")
    empty = tmp_path / "empty"
    empty.mkdir()
    by_folder = call("ask", "about", cwd=tmp_path)
    by_variable = call("ask", "about", cwd=tmp_path, COMMUNITY_BOT_KNOWLEDGE=str(SHIPPED))
    by_option = call(
        "ask",
        "about",
        "--knowledge",
        str(empty),
        cwd=tmp_path,
        COMMUNITY_BOT_KNOWLEDGE=str(SHIPPED),
    )
    titles = [done.stdout.splitlines()[0] for done in (by_folder, by_variable, by_option)]
    assert len(set(titles)) == len(titles)
    assert titles[2] == "community-bot"


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = call("ask", "ping", "--knowledge", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_chat_answers_lines_from_a_pipe() -> None:
    done = call("chat", stdin="ping one\n\nping two\n")
    assert done.stdout.split() == ["pong", "one", "pong", "two"]


def test_new_writes_a_template_once(tmp_path: Path) -> None:
    first = call("new", "person", "jane-doe", "--knowledge", str(tmp_path))
    again = call("new", "case", "jane-doe", "--knowledge", str(tmp_path))
    assert first.returncode == 0
    assert (tmp_path / "people" / "jane-doe.yaml").read_text(encoding="utf-8")
    assert again.returncode == 1
    assert "jane-doe" in again.stderr


@pytest.mark.parametrize("id_", ["../escape", "UPPER", "a/b", "", "ünder", "-x", ".git"])
def test_new_refuses_an_id_that_leaves_the_folder_or_the_rules(tmp_path: Path, id_: str) -> None:
    done = call("new", "person", f"--knowledge={tmp_path / 'base'}", "--", id_)
    assert done.returncode != 0
    assert not list(tmp_path.rglob("*.yaml"))
    assert "Traceback" not in done.stdout + done.stderr


def test_fmt_leaves_a_tidy_file_alone_and_tidies_another(tmp_path: Path) -> None:
    root = Path(shutil.copytree(SHIPPED, tmp_path / "base"))
    path = root / "people" / "ali-asanov.yaml"
    tidy = path.read_text(encoding="utf-8")
    assert call("fmt", "--check", "--knowledge", str(root)).returncode == 0
    path.write_text(tidy.replace("\n", "\r\n") + "\r\n", encoding="utf-8", newline="")
    assert call("fmt", "--check", "--knowledge", str(root)).returncode == 1
    assert call("fmt", "--knowledge", str(root)).returncode == 0
    assert path.read_bytes().decode() == tidy


def test_fmt_leaves_the_rights_of_a_file_as_they_are(tmp_path: Path) -> None:
    root = Path(shutil.copytree(ROOT / "tests" / "bases" / "dreyfus", tmp_path / "base"))
    path = root / "people" / "emile-zola.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    path.chmod(0o640)
    names = sorted(path.parent.iterdir())
    assert call("fmt", path.name, cwd=path.parent).stdout == f"{path.name}\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(path.parent.iterdir()) == names


@pytest.mark.parametrize("command", [["new", "person", "jane-doe"], ["fmt"], ["docs"]])
def test_nothing_is_written_into_the_copy_that_comes_with_the_program(
    command: list[str], tmp_path: Path
) -> None:
    done = call(*command, cwd=tmp_path)
    assert done.returncode == 1
    assert "--knowledge" in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_helps_and_a_wrong_word_exits_2() -> None:
    shown = call("--help")
    assert shown.returncode == 0
    assert "community-bot ask help" in shown.stdout
    assert call("no-such-command").returncode == 2
    for command in ("chat", "ask", "check", "fmt", "new", "docs", "run", "backup"):
        assert call(command, "--help").returncode == 0


def test_ask_imports_no_platform_and_no_database() -> None:
    code = (
        "import sys; from community_bot.app.cli import main; main(['ask', 'person umerov']);"
        "heavy = {'discord', 'nio', 'sqlalchemy', 'aiohttp', 'rich', 'prompt_toolkit',"
        " 'watchfiles', 'pydantic_settings', 'alembic', 'cronsim', 'filelock'};"
        " print(heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "set()"
