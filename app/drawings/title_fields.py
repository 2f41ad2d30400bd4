"""Where the title block of a page says what every new revision must change: version, date, signatures, pages."""

from app.drawings.reading import PageContent, read_title_block
from app.drawings.reading.vocabulary import SIGNERS
from app.files.derived import DerivedFiles
from viewers.render.compare.values import TitleField
from viewers.render.manifest import rules_from_json, runs_from_json

ROUTINE = frozenset({"revision", "date", "sheet_index", "sheet_total", *SIGNERS})
"""Fields whose change nobody declares. A new number, title, scale or stage is a change like any other."""


def routine_fields(content: PageContent) -> tuple[TitleField, ...]:
    """The routine fields that the title block of a page states."""
    read = read_title_block(content).fields
    return tuple(
        TitleField(name, field.box)
        for name, field in sorted(read.items())
        if name in ROUTINE and field.box is not None
    )


def fields_of(derived: DerivedFiles, sha256: str, page: int) -> tuple[TitleField, ...]:
    """The routine fields of a page that was read; none where nothing was kept of it."""
    manifest = derived.manifest(sha256)
    words, rules = (derived.member(sha256, page, name) for name in ("text.json", "rules.json"))
    if manifest is None or words is None or page >= len(manifest.pages):
        return ()
    of = manifest.pages[page]
    return routine_fields(
        PageContent(
            width_um=of.width_um,
            height_um=of.height_um,
            runs=[(r.text, r.x0, r.y0, r.x1, r.y1, r.angle) for r in runs_from_json(words.decode())],
            lines=[(n.x0, n.y0, n.x1, n.y1) for n in rules_from_json(rules.decode())] if rules else [],
            page=page,
            page_count=len(manifest.pages),
            text_usable=of.text_usable,
        )
    )
