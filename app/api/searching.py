"""Search over everything one may see."""

from app.api.request import now, reading, rights, services
from app.api.shapes.record import SearchOut, SearchQueryShape
from app.api.table import Answer, Table
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
    return Answer(SearchOut.model_validate(found))
