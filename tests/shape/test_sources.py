"""What every source file keeps to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.samples import ROOT

FOLDERS = ("app", "storage", "viewers", "migrations")
FILE_LINES, FUNCTION_LINES = 450, 60
LONG_FILES = {"migrations/versions/20261123_first_tables.py"}
"""Written by Alembic."""
LONG_FUNCTIONS = {
    "migrations/versions/20261123_first_tables.py",
    "app/cli/demo_set/risers.py",
    "app/cli/demo_set/services.py",
    "app/cli/demo_set/site.py",
    "app/cli/demo_set/struct_details.py",
}
"""Alembic's, and made-up drawings: one statement per line of the drawing, in its order."""
COMMITS = {"app/kernel/db/transactions.py", "app/search/whoosh_index.py"}
"""The second commits files of the index, not the database."""


def _sources() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def test_files_and_functions_stay_small():
    wrong = []
    for name, text in _sources():
        lines = text.count("\n")
        if lines > FILE_LINES and name not in LONG_FILES:
            wrong.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and name not in LONG_FUNCTIONS:
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    wrong.append(f"{name}: {node.name} has {length} lines")
    assert wrong == []


def test_nobody_commits_but_the_transaction_runner():
    wrong = [
        f"{name}:{node.lineno}"
        for name, text in _sources()
        if name not in COMMITS
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert wrong == []


MACHINE = re.compile(r"(?<![\w.])/(work|home|Users|root)/[\w.-]+|[A-Z]:\\\\Users")


def test_no_source_names_a_place_of_somebodys_machine():
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for folder in (*FOLDERS, "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for found in [MACHINE.search(path.read_text("utf-8"))]
        if found and path != Path(__file__)
    ]
    assert wrong == []
