"""Which function draws what: the drawing names of the catalogue."""

from app.cli.demo_set import (
    arch,
    arch_details,
    facade,
    gatehouse,
    lists,
    risers,
    services,
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
    **services.DRAWINGS,
    **risers.DRAWINGS,
    **facade.DRAWINGS,
    **gatehouse.DRAWINGS,
}
