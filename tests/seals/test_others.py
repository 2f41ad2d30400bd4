"""Other programs agree that our honest files are well sealed."""

import pytest

from tests.seals.makers import ROLES, sheet
from tests.seals.others import table


@pytest.fixture(scope="module")
def rows(desk):
    data = one = desk.seal(sheet(), level="B-LTA", certify=True)
    for role in ROLES[1:]:
        data = desk.seal(data, role, level="B-LTA")
    return table(desk, {"1": one, "4": data})


def test_the_gate_says_valid(rows):
    assert [row[1] for row in rows] == ["valid", "valid"]


@pytest.mark.parametrize(
    ("column", "program"), [(2, "pyhanko"), (3, "pdfsig (poppler-utils)"), (4, "openssl")]
)
def test_another_program_finds_every_seal_valid(rows, column, program):
    said = [row[column] for row in rows]
    if "missing" in said:
        pytest.skip(f"not on this machine: {program}")
    assert [one.split(" valid")[0] for one in said] == ["1 of 1", "4 of 4"]
