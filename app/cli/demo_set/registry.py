"""Which function draws what: the drawing names of the catalogue."""

from app.cli.demo_set import (
    arch,
    arch_details,
    facade,
    gatehouse,
    lists,
    risers,
    service_notes,
    services,
    site,
    struct_details,
    structure,
)
from app.cli.demo_set.sheet import Draw

DRAWINGS: dict[str, Draw] = {
    **arch.DRAWINGS,
    **arch_details.DRAWINGS,
    **lists.DRAWINGS,
    **structure.DRAWINGS,
    **struct_details.DRAWINGS,
    **service_notes.DRAWINGS,
    **services.DRAWINGS,
    **site.DRAWINGS,
    **risers.DRAWINGS,
    **facade.DRAWINGS,
    **gatehouse.DRAWINGS,
}
