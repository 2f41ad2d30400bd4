"""Search over everything one may see."""

from dataclasses import asdict

from app.api.request import now, reading, rights, services
from app.api.shapes.record import HitOut, SearchOut, SearchQueryShape
from app.api.table import Answer, Table
from app.copies.versions import Version, versions_of
from app.search.contract import Hit, Kind
from app.search.queries import search

table = Table("search")


@table.add("GET", "/search", answer=SearchOut, query=SearchQueryShape)
def find(query: SearchQueryShape) -> Answer:
    """Sheets, projects and buildings by number, title, code or text in the drawing."""
    found = search(
        reading(),
        services().index,
        rights(),
        query.q,
        now=now(),
        project_id=query.project_id,
        limit=query.limit,
        offset=query.offset,
    )
    sheets = [hit.revision_id for hit in found.hits if hit.kind == Kind.SHEET]
    versions = versions_of(reading(), sheets, now())
    hits = [_hit(hit, versions.get(hit.revision_id)) for hit in found.hits]
    return Answer(SearchOut(as_of=now(), hits=hits, total=found.total, is_exact=found.is_exact))


def _hit(hit: Hit, version: Version | None) -> HitOut:
    said = {"base_sha256": version.base_sha256, "slips": list(version.slips)} if version else {}
    return HitOut.model_validate({"base_sha256": "", "slips": [], **asdict(hit), **said})
