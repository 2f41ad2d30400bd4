"""Who may import whom: the contracts of pyproject.toml, and what import-linter cannot say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.samples import ROOT

APP = ROOT / "app"
RULES_MAY = ("app.kernel.labels", "app.kernel.workflow", "app.kernel.text", "app.kernel.policy")
SQL_IN_WEB = {"app/web/request.py", "app/web/demo_accounts.py"}
"""Only for the type of a session."""


def imports_of(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_the_layers_of_the_house_hold():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]


def test_rules_know_only_the_standard_library_and_each_other():
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in APP.rglob("rules.py")
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and name not in RULES_MAY
        and not name.endswith((".rules", "_rules", ".told", ".canonical"))
    ]
    assert wrong == []


def test_pages_know_neither_tables_nor_sql():
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _files("app/web")
        for name in imports_of(path)
        if name.endswith((".models", "intake_models"))
        or (name.split(".")[0] == "sqlalchemy" and name != "sqlalchemy.orm")
        or (name == "sqlalchemy.orm" and str(path.relative_to(ROOT)) not in SQL_IN_WEB)
    ]
    assert wrong == []


HOMES = {
    "minio": "storage/s3", "pyhanko": "app/seals", "whoosh": "app/search", "ezdxf": "viewers/render",
    "pypdfium2": "viewers/render", "ezdwg": "viewers/render", "cadkit": "viewers/render", "argon2": "app/accounts",
    "psycopg": "app/kernel/db", "alembic": "app/kernel/db", "typst": "app/papers",
}  # fmt: skip
ELSEWHERE = {("ezdxf", "app/cli/demo_set"), ("fpdf", "app/cli/demo_set")}


def test_each_driver_library_has_one_home():
    wrong = []
    for path in _files("app", "storage", "viewers"):
        here = str(path.relative_to(ROOT))
        for name in {n.split(".")[0] for n in imports_of(path)} & set(HOMES):
            allowed = {HOMES[name]} | {home for lib, home in ELSEWHERE if lib == name}
            if not any(here.startswith(home) for home in allowed):
                wrong.append(f"{here}: {name}")
    assert wrong == []
