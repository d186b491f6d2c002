"""The command line: each subcommand, with its options and the module that does it.

Only what a subcommand needs is imported, and only when it is called: ``ask`` must answer at once.
Exit codes: 0 done, 1 the answer is an error or files have problems, 2 wrong usage, 130 interrupted,
and those of ``run``, ``backup`` and ``audit``, which ``docs/operations.md`` lists.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TextIO, cast

from community_bot.app.locating import EX_CONFIG, SettingsError, knowledge_folder

_FORMATS = ("text", "json", "html", "markdown")
_CHECK_FORMATS = ("text", "json", "github")
_KINDS = ("person", "organisation", "case", "resolution", "statement", "source")
_LEVELS = ("debug", "info", "warning", "error")
_ROLES = ("everyone", "poster", "editor", "moderator", "admin")
_INTERRUPTED = 130

Run = Callable[[argparse.Namespace], int]
Add = Callable[[str, str, Run], argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    _ready_streams()
    try:
        try:
            options = parser().parse_args(arguments)
            code: int = options.run(options)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone: what is left of it is of no use to anybody.
        _give_up_output()
        return 0
    except SettingsError as error:
        sys.stderr.writelines(f"{line}\n" for line in error.lines())
        return EX_CONFIG
    except OSError as error:
        _tell(error)
        _give_up_output()
        return 1
    return code


def _ready_streams() -> None:
    """Make the standard streams take any text, and be there even if whoever called closed them.

    A letter that an encoding lacks is written as its escape; bytes that are no text are read as
    replacement characters.
    """
    # In this order, since what is opened gets the lowest number that is free: its own.
    sys.stdin = _ready(sys.stdin, "r", "replace")
    sys.stdout = _ready(sys.stdout, "w", "backslashreplace")
    sys.stderr = _ready(sys.stderr, "w", "backslashreplace")


def _ready(stream: TextIO | None, mode: str, errors: str) -> TextIO:
    if stream is None:
        return cast("TextIO", Path(os.devnull).open(mode, encoding="utf-8"))
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=errors)
    return stream


def _tell(error: OSError) -> None:
    """Say in one sentence what the system did not do."""
    from community_bot.core.i18n import Texts  # noqa: PLC0415 - hardly ever needed

    reason = error.strerror or str(error)
    if error.filename is not None:
        reason = f"{error.filename}: {reason}"
    with suppress(OSError):
        sys.stderr.write(Texts("en")("system-refused", reason=reason) + "\n")


def _give_up_output() -> None:
    """Send what cannot be written nowhere, lest the interpreter complain of it at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="community-bot",
        description="Answers about people, resolutions and statements from reviewed files.",
        epilog="Try: community-bot ask help",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, about: str, run: Run) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=f"{about}.")
        one.set_defaults(run=run)
        _folder_options(one)
        return one

    _add_answering(add)
    _add_authoring(add)
    _add_serving(add)
    return top


def _add_serving(add: Add) -> None:
    run = add("run", "Run the bot until it is told to stop", _later("serving", "run"))
    run.add_argument("--log-level", choices=_LEVELS, help="the least grave that is logged")
    backup = add("backup", "Copy what the bot keeps, while it runs", _later("backing_up", "backup"))
    backup.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="default: in backups/ of the state"
    )
    add("health", "Ask the bot that runs how it is", _later("health_asking", "health"))
    audit = add("audit", "Find out whether the audit was altered", _later("auditing", "audit"))
    audit.add_argument("what", choices=("verify",), metavar="verify", help="look each row through")
    for one in (run, backup, audit):
        one.add_argument(
            "--state-dir",
            type=Path,
            metavar="DIR",
            help="where the bot keeps its own files (else $COMMUNITY_BOT_STATE_DIR, ./state)",
        )


def _add_answering(add: Add) -> None:
    chat = add("chat", "Ask questions in the terminal", _there(_later("answering", "chat")))
    chat.add_argument("--as", dest="role", choices=_ROLES, default="everyone", help="your role")
    ask = add("ask", "Answer one question and end", _brief(_there(_later("answering", "ask"))))
    ask.add_argument("line", nargs="+", metavar="QUESTION", help="such as: person NAME")
    ask.add_argument("--format", choices=_FORMATS, default="text", help="default: text")
    for one in (chat, ask):
        one.add_argument(
            "--lang", default="en", metavar="TAG", help="language to answer in: en, uk, …"
        )


def _add_authoring(add: Add) -> None:
    check = add("check", "Check the knowledge files", _later("authoring", "check"))
    check.add_argument(
        "path", nargs="?", type=Path, metavar="PATH", help="folder, or one file of it"
    )
    check.add_argument("--format", choices=_CHECK_FORMATS, default="text", help="default: text")
    fmt = add(
        "fmt", "Bring knowledge files into their usual form", _there(_later("authoring", "fmt"))
    )
    fmt.add_argument("paths", nargs="*", type=Path, metavar="FILE", help="default: all files")
    new = add("new", "Begin a new entry from a template", _there(_later("authoring", "new")))
    new.add_argument("kind", choices=_KINDS, metavar="KIND", help=", ".join(_KINDS))
    new.add_argument("id", metavar="ID", help="lower-case letters, digits and hyphens")
    docs = add(
        "docs", "Write docs/commands.md and the schemas", _there(_later("authoring", "docs"))
    )
    for one in (fmt, docs):
        one.add_argument("--check", action="store_true", help="change nothing, exit 1 if it would")


def _there(run: Run) -> Run:
    """Return ``run`` with the knowledge base found: flag, variable, settings file, default."""

    def run_there(options: argparse.Namespace) -> int:
        options.knowledge = knowledge_folder(options.knowledge, options.config)
        return run(options)

    return run_there


def _brief(run: Run) -> Run:
    """Return ``run`` without garbage collection: the process ends before it would be worth it."""

    def run_briefly(options: argparse.Namespace) -> int:
        gc.disable()
        try:
            return run(options)
        finally:
            gc.freeze()

    return run_briefly


class _Version(argparse.Action):
    """Shows the version; looks for it only then, since that takes longer than the parsing."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        """Print and end."""
        from importlib.metadata import version  # noqa: PLC0415 - see above

        sys.stdout.write(f"{version('community-bot')}\n")
        parser.exit()


def _later(module: str, function: str) -> Run:
    """Return a function that imports its module when it is called, and no sooner."""

    def run(options: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"community_bot.app.{module}"), function)(options)
        return code

    return run


def _folder_options(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--knowledge",
        type=Path,
        metavar="DIR",
        help="the knowledge base (else $COMMUNITY_BOT_KNOWLEDGE, ./knowledge, the built-in copy)",
    )
    one.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="the settings (else $COMMUNITY_BOT_CONFIG, ./community-bot.toml)",
    )
