import pytest

from tests.seals.attack_tools import Victim
from tests.seals.attacks import AttackDesk


@pytest.fixture(scope="session")
def desk() -> AttackDesk:
    return AttackDesk()


@pytest.fixture(scope="session")
def victim(desk) -> Victim:
    return Victim(desk)
