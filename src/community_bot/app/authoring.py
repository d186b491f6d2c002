"""``check``, ``fmt``, ``new`` and ``docs``: for whoever writes the knowledge files."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from community_bot.app.loading import progress_line
from community_bot.app.locating import is_built_in, knowledge_folder
from community_bot.app.reference import commands_page
from community_bot.app.wiring import command_table
from community_bot.core.i18n import Texts
from community_bot.core.reporting import problem_line, problem_text
from community_bot.domain.values import Kind
from community_bot.knowledge.folder import Folder, read_folder
from community_bot.knowledge.form import format_text, new_entry_text
from community_bot.knowledge.problems import BrokenFileError, Problem
from community_bot.knowledge.schema import schema_files

if TYPE_CHECKING:
    from argparse import Namespace

_TEXTS = Texts("en")
_GITHUB_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


def check(options: Namespace) -> int:
    """Report every problem of the files; 1 if there are any."""
    root, only = _root_of(options.path, options.knowledge, options.config)
    with progress_line() as progress:
        folder = read_folder(root, progress=progress)
    problems = [one for one in folder.problems if only is None or one.path in (only, ".")]
    if only is not None and not problems and only not in folder.records:
        return _refuse("check-not-part", path=str(options.path), folder=str(root))
    if options.format == "json":
        sys.stdout.write(_problems_json(folder, problems) + "\n")
    elif options.format == "github":
        for one in problems:
            sys.stdout.write(_github_line(root, one) + "\n")
    else:
        for one in problems:
            sys.stdout.write(problem_line(_TEXTS, one) + "\n")
        key = "check-problems" if problems else "check-right"
        count = len(problems) or (1 if only else len(folder.records))
        sys.stderr.write(_TEXTS.plural(key, count) + "\n")
    return 1 if problems else 0


def fmt(options: Namespace) -> int:
    """Bring files into their usual form; with ``--check`` only say which are not."""
    root = options.knowledge
    if any(is_built_in(path) for path in options.paths or [root]):
        return _refuse("folder-built-in")
    paths: Sequence[Path] = options.paths or _entry_files(root)
    if not paths:
        return _refuse("fmt-nothing", folder=str(root))
    differing = failed = 0
    for path in paths:
        try:
            before = path.read_bytes()
            after = format_text(before, _kind_of(path)).encode()
            if after == before:
                continue
            if not options.check:
                _replace(path, after)
        except OSError as error:
            failed += 1
            sys.stderr.write(f"{path}: {error.strerror}\n")
        except BrokenFileError as error:
            failed += 1
            for one in error.problems:
                sys.stderr.write(problem_line(_TEXTS, replace(one, path=str(path))) + "\n")
        else:
            differing += 1
            sys.stdout.write(f"{path}\n")
    key = "fmt-would" if options.check else "fmt-done"
    sys.stderr.write(_TEXTS.plural(key, differing) + "\n")
    return 1 if failed or (options.check and differing) else 0


def new(options: Namespace) -> int:
    """Write a template for a new entry; 1 if the id is wrong or taken."""
    root = options.knowledge
    if is_built_in(root):
        return _refuse("folder-built-in")
    kind = Kind(options.kind)
    path = root / kind.folder / f"{options.id}.yaml"
    try:
        text = new_entry_text(kind, options.id)
    except BrokenFileError as error:
        for one in error.problems:
            sys.stderr.write(problem_line(_TEXTS, one) + "\n")
        return 1
    if any((root / one.folder / path.name).exists() for one in Kind):
        return _refuse("new-taken", id=options.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as stream:
        stream.write(text)
    sys.stdout.write(_TEXTS("new-done", path=str(path)) + "\n")
    return 0


def docs(options: Namespace) -> int:
    """Write the generated files; with ``--check`` only say which are not current."""
    root = options.knowledge
    if is_built_in(root):
        return _refuse("folder-built-in")
    wanted = {Path("docs/commands.md"): commands_page(command_table(), _TEXTS)}
    wanted |= {root / "schema" / name: text for name, text in schema_files().items()}
    return _write_changed(wanted.items(), is_check=options.check)


def _refuse(key: str, **arguments: str) -> int:
    """Say why nothing is done; return the exit code."""
    sys.stderr.write(_TEXTS(key, **arguments) + "\n")
    return 1


def _entry_files(root: Path) -> list[Path]:
    """Return the files of a base that are written by hand."""
    return sorted([*root.glob("*.yaml"), *root.glob("*/*.yaml")])


def _write_changed(wanted: Iterable[tuple[Path, str]], *, is_check: bool) -> int:
    differing = 0
    for path, text in wanted:
        data = text.encode()
        if path.exists() and path.read_bytes() == data:
            continue
        if not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        differing += 1
        sys.stdout.write(f"{path}\n")
    return 1 if is_check and differing else 0


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that at any moment it is the old one or the new one, whole."""
    path = path.resolve()
    # A name with a dot before it is none of the base's files, whoever looks meanwhile.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        shutil.copymode(path, temporary)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _root_of(path: Path | None, given: Path | None, config: Path | None) -> tuple[Path, str | None]:
    """Return the base's folder, and the one file to report on if only one was named."""
    if path is None or path.is_dir() or not path.exists():
        return knowledge_folder(path or given, config), None
    # The file itself may be a link, which is then what is to be reported.
    file = path.parent.resolve() / path.name
    root = given or (file.parent if file.name == "about.yaml" else file.parent.parent)
    here = Path.cwd()
    near = root.relative_to(here) if root.is_relative_to(here) else root
    return near, Path(os.path.relpath(file, root.resolve())).as_posix()


def _kind_of(path: Path) -> Kind | None:
    """Return the kind that a file's folder says it is; None for the base's own file."""
    folder = path.resolve().parent.name
    return next((kind for kind in Kind if kind.folder == folder), None)


def _problems_json(folder: Folder, problems: Sequence[Problem]) -> str:
    found = [
        {
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "key": one.key,
            "message": problem_text(_TEXTS, one),
        }
        for one in problems
    ]
    report = {"files": len(folder.records), "problems": found}
    return json.dumps(report, indent=2)


def _github_line(root: Path, problem: Problem) -> str:
    message = problem_text(_TEXTS, problem).translate(_GITHUB_ESCAPES)
    path = (root / problem.path).as_posix().translate(_GITHUB_ESCAPES)
    path = path.replace(":", "%3A").replace(",", "%2C")
    return f"::error file={path},line={problem.line},col={problem.column}::{message}"
