"""Questions in the world of API tests: a note of the contractor to the designer, joint reviews that collect questions."""

from tests.api.conftest import Api
from tests.questions.houses import asked as ask
from tests.questions.houses import item, planned


def question_things(asked: Api) -> dict[str, str]:
    """By the names that addresses give them; the question is of another review, so that the first has none."""
    world = asked.world
    return {
        "note_id": ask(world),
        "joint_id": planned(world),
        "item_id": item(world, planned(world, "另一次")),
    }
