"""``oneset keys``: listing, renewing, withdrawing; never a private part on the screen."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.main import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ONESET_DATA_DIR", str(tmp_path))

    def call(*options: str) -> str:
        result = CliRunner().invoke(main, ["keys", *options])
        assert result.exit_code == 0, result.output
        return result.output

    return call


def test_the_first_question_makes_the_key_and_says_its_fingerprint(run, tmp_path: Path):
    said = run()
    (private,) = (tmp_path / "keys").glob("*.private")
    assert private.stem in said
    assert "可用 / usable" in said
    assert private.read_text() not in said
    assert run() == said


def test_a_renewed_key_stands_before_the_retired_one(run):
    run()
    said = [line for line in run("--renew").splitlines() if not line.startswith("  ")]
    assert len(said) == 2
    assert "可用 / usable" in said[0]
    assert "停用 / retired" in said[1]


def test_a_withdrawn_key_is_named_so(run):
    run()
    assert "撤销 / withdrawn" in run("--withdraw")


def test_a_missing_private_part_is_said_with_the_way_out_and_mended_by_renewing(run, tmp_path: Path):
    run()
    next((tmp_path / "keys").glob("*.private")).unlink()
    assert "用 --renew 启用新密钥" in run()
    assert "可用 / usable" in run("--renew")
