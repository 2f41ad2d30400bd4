"""Projects, their codes and buildings."""

from app.access.rules import Permission
from app.api.lookups import require_inside
from app.api.request import act, etag, expected_version, reading, rights
from app.api.shapes.common import Changed, Created, Page, PageQuery, page_of
from app.api.shapes.projects import (
    BuildingBody,
    BuildingCodeBody,
    BuildingOut,
    EditBody,
    FoundBody,
    IdentifierOut,
    IdentifyBody,
    ProjectOut,
    VerdictOut,
)
from app.api.table import PREFIX, Answer, Table
from app.kernel.db.transactions import Tx
from app.kernel.policy import Target
from app.projects.actions import (
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
from app.projects.queries import ProjectView, buildings_of, project_for, projects_of

table = Table("projects")


@table.add("GET", "/projects", answer=Page[ProjectOut], query=PageQuery)
def list_projects(query: PageQuery) -> Answer:
    """Projects in which the person has a seat, by name."""
    return page_of(ProjectOut, projects_of(reading(), rights()), query, _project, lambda p: p.id)


@table.add("POST", "/projects", body=FoundBody, answer=Created, status=201, repeats=True)
def found(body: FoundBody) -> Answer:
    """Found a project; the person's organisation becomes its owner party (建设单位)."""
    values = {**body.model_dump(exclude={"policy"}), "policy": body.policy.to_policy()}
    command = FoundProject(**values)

    def work(tx: Tx) -> Answer:
        project_id = found_project(tx, command)
        return Answer(Created(id=project_id), 201, {"Location": f"{PREFIX}/projects/{project_id}"})

    return act(work)


@table.add("GET", "/projects/{project_id}", answer=ProjectOut)
def get_project(project_id: str) -> Answer:
    """One project; the ETag is its version."""
    return _current(project_id)


@table.add("PUT", "/projects/{project_id}", body=EditBody, answer=ProjectOut, is_versioned=True)
def edit(project_id: str, body: EditBody) -> Answer:
    """Change a project's data and policy."""
    values = {**body.model_dump(exclude={"policy"}), "policy": body.policy.to_policy()}
    command = EditProject(project_id=project_id, version=expected_version(), **values)

    def work(tx: Tx) -> Answer:
        edit_project(tx, command)
        return Answer(Changed(id=project_id))

    act(work)
    return _current(project_id)


@table.add("GET", "/projects/{project_id}/identifiers", answer=Page[IdentifierOut], query=PageQuery)
def list_identifiers(project_id: str, query: PageQuery) -> Answer:
    """All codes a project has or had."""
    codes = project_for(reading(), rights(), project_id).codes
    return page_of(IdentifierOut, codes, query, IdentifierOut.model_validate, lambda c: c.id)


@table.add(
    "POST", "/projects/{project_id}/identifiers", body=IdentifyBody, answer=Created, status=201, repeats=True
)
def identify(project_id: str, body: IdentifyBody) -> Answer:
    """Give a project a code (项目代码 …); the former code of that scheme ends."""
    command = IdentifyProject(project_id, body.scheme, body.value, body.override_reason)
    return act(lambda tx: Answer(Created(id=identify_project(tx, command)), 201))


@table.add("GET", "/projects/{project_id}/buildings", answer=Page[BuildingOut], query=PageQuery)
def list_buildings(project_id: str, query: PageQuery) -> Answer:
    """Buildings with their codes, in natural order."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    return page_of(
        BuildingOut,
        buildings_of(reading(), project_id),
        query,
        BuildingOut.model_validate,
        lambda b: b.id,
    )


@table.add(
    "POST", "/projects/{project_id}/buildings", body=BuildingBody, answer=Created, status=201, repeats=True
)
def add(project_id: str, body: BuildingBody) -> Answer:
    """Add a building (建筑单体)."""
    command = AddBuilding(project_id, body.number, body.name)
    return act(lambda tx: Answer(Created(id=add_building(tx, command)), 201))


@table.add(
    "POST",
    "/projects/{project_id}/buildings/{building_id}/codes",
    body=BuildingCodeBody,
    answer=VerdictOut,
    status=201,
    repeats=True,
)
def identify_one_building(project_id: str, building_id: str, body: BuildingCodeBody) -> Answer:
    """Enter a code assigned to a building (赋码): opaque, exactly unique, never generated here."""
    require_inside(reading(), project_id, building=building_id)
    command = IdentifyBuilding(building_id, body.scheme, body.value, body.issuer)
    return act(lambda tx: Answer(VerdictOut(verdict=str(identify_building(tx, command))), 201))


def _current(project_id: str) -> Answer:
    view = project_for(reading(), rights(), project_id)
    return Answer(_project(view), headers=etag(view.version))


def _project(view: ProjectView) -> ProjectOut:
    values = {
        name: getattr(view, name) for name in ProjectOut.model_fields if name not in ("policy", "codes")
    }
    codes = [IdentifierOut.model_validate(c) for c in view.codes]
    return ProjectOut(**values, policy=view.policy.to_json(), codes=codes)
