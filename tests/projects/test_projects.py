import pytest

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.kernel.errors import NOT_FOUND, STALE, Refused
from app.projects.actions import (
    BUILDING_EXISTS,
    CODE_DOUBTFUL,
    CODE_TAKEN,
    AddBuilding,
    EditProject,
    FoundProject,
    IdentifyBuilding,
    IdentifyProject,
    add_building,
    edit_project,
    found_project,
    identify_building,
    identify_project,
)
from app.projects.queries import buildings_of, project_for, projects_of
from app.projects.rules import BuildingScheme, IdentifierScheme, Policy, ReviewMode
from tests.world import make_world

GOOD, BAD = "2603-141124-89-05-346948", "2603-141124-89-05-346947"


def test_a_doubtful_code_needs_a_reason_and_keeps_it(database: Database):
    world = make_world(database)
    for founding in (True, False):
        with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
            if founding:
                found_project(tx, FoundProject("新", project_code=BAD))
            else:
                identify_project(tx, IdentifyProject(world.project_id, IdentifierScheme.PROJECT_CODE, BAD))
        assert refused.value.code == CODE_DOUBTFUL
    with database.write(world.actor("owner")) as tx:
        identify_project(
            tx, IdentifyProject(world.project_id, IdentifierScheme.PROJECT_CODE, BAD, "与证书一致")
        )
    with database.write(world.actor("owner")) as tx:
        identify_project(tx, IdentifyProject(world.project_id, IdentifierScheme.PROJECT_CODE, GOOD))
    with database.read() as session:
        view = project_for(
            session, rights_of(session, world.actor("owner"), database.clock.now()), world.project_id
        )
    assert view.code == GOOD
    assert [(c.value, c.override_reason, c.valid_to is None) for c in view.codes] == [
        (BAD, "与证书一致", False),
        (GOOD, "", True),
    ]


def test_a_project_is_found_only_by_those_who_have_a_seat_in_it(database: Database):
    world = make_world(database)
    with database.read() as session:
        for name in ("stranger", "admin"):
            rights = rights_of(session, world.actor(name), database.clock.now())
            assert world.project_id not in [p.id for p in projects_of(session, rights)]
            with pytest.raises(Refused) as refused:
                project_for(session, rights, world.project_id)
            assert refused.value.code == NOT_FOUND


def test_buildings_have_numbers_of_their_own_and_stand_in_natural_order(database: Database):
    world = make_world(database)
    with database.write(world.actor("owner")) as tx:
        for number in ("10#", "2#"):
            add_building(tx, AddBuilding(world.project_id, number, "楼"))
    with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
        add_building(tx, AddBuilding(world.project_id, "２＃", "楼"))
    assert refused.value.code == BUILDING_EXISTS
    with database.read() as session:
        assert [b.number for b in buildings_of(session, world.project_id)] == ["1#", "2#", "10#"]


def test_a_building_code_belongs_to_one_building(database: Database):
    world = make_world(database)
    with database.write(world.actor("owner")) as tx:
        other = add_building(tx, AddBuilding(world.project_id, "2#", "楼"))
        identify_building(tx, IdentifyBuilding(world.building_id, BuildingScheme.JGJ496, "A" * 27))
    with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
        identify_building(tx, IdentifyBuilding(other, BuildingScheme.JGJ496, "a" * 27))
    assert refused.value.code == CODE_TAKEN
    with pytest.raises(Refused) as refused, database.write(world.actor("stranger")) as tx:
        identify_building(tx, IdentifyBuilding(other, BuildingScheme.LOCAL, "1"))
    assert refused.value.code == NOT_FOUND


def test_a_change_over_somebody_elses_is_refused(database: Database):
    world = make_world(database)

    def edit(version: int, zone: str = "Asia/Shanghai") -> None:
        values = EditProject(world.project_id, version, "名", "", "", "", "", zone, True, False, Policy())
        with database.write(world.actor("owner")) as tx:
            edit_project(tx, values)

    edit(1)
    for version, zone, code in ((1, "Asia/Shanghai", STALE), (2, "Mars/Olympus", "invalid-input")):
        with pytest.raises(Refused) as refused:
            edit(version, zone)
        assert refused.value.code == code


def test_a_policy_is_read_back_as_it_was_and_older_ones_get_defaults():
    policy = Policy(
        ReviewMode.JOINT,
        ("checker",),
        ("struct",),
        require_pdf=True,
        require_seals=True,
        seal_kinds=("issue",),
        seal_disciplines=(),
        require_review_seal=True,
        accept_unjudged_seals=True,
        require_joint_review=True,
        require_title_match=False,
        number_pattern=r"[A-Z]-\d+",
    )
    assert Policy.from_json(policy.to_json()) == policy
    assert Policy.from_json({}) == Policy()
    assert Policy.from_json({"a field of tomorrow": 1}) == Policy()


def test_a_platform_serial_counts_inside_its_project_and_a_lifelong_code_everywhere(database: Database):
    world = make_world(database)
    with database.write(world.actor("stranger")) as tx:
        there = add_building(tx, AddBuilding(world.other_project_id, "1#", "楼"))
        identify_building(tx, IdentifyBuilding(there, BuildingScheme.PLATFORM_UNIT, "001"))
        identify_building(tx, IdentifyBuilding(there, BuildingScheme.JGJ496, "B" * 27))
    with database.write(world.actor("owner")) as tx:
        identify_building(tx, IdentifyBuilding(world.building_id, BuildingScheme.PLATFORM_UNIT, "001"))
    with pytest.raises(Refused, match="building-code-taken"), database.write(world.actor("owner")) as tx:
        identify_building(tx, IdentifyBuilding(world.building_id, BuildingScheme.JGJ496, "B" * 27))
    with pytest.raises(Refused, match="building-code-taken"), database.write(world.actor("owner")) as tx:
        other = add_building(tx, AddBuilding(world.project_id, "2#", "楼"))
        identify_building(tx, IdentifyBuilding(other, BuildingScheme.PLATFORM_UNIT, "001"))
