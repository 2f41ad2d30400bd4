"""The ways by which a drawing, or its name, leaves; and all other routes with the reason why they are none."""

from dataclasses import dataclass

P, R, V, S = (
    "/projects/<project_id>",
    "/renditions/<rendition_id>",
    "/revisions/<revision_id>",
    "/sheets/<sheet_id>",
)
A = "/api/v1"
OWN = "/projects/{project}"
BOX = "box=0,0,200000,150000&paper=A4"


@dataclass(frozen=True)
class Exit:
    """One way out."""

    rule: str
    path: str
    status: str = "现行有效"
    """The word that says that the revision is in force."""
    is_json: bool = False
    """Asked as the page's own script asks for its rows."""


EXITS = (
    # files
    Exit(f"{R}/download", "/renditions/{rendition}/download", "current"),
    Exit(f"{A}{R}/bytes", f"{A}/renditions/{{rendition}}/bytes", "current"),
    # copies
    Exit(f"{R}/copy.pdf", "/renditions/{rendition}/copy.pdf"),
    Exit(f"{R}/region.pdf", f"/renditions/{{rendition}}/region.pdf?{BOX}"),
    Exit(f"{V}/marks.pdf", "/revisions/{revision}/marks.pdf"),
    Exit(f"{A}{V}/marks.pdf", f"{A}/revisions/{{revision}}/marks.pdf"),
    # packages
    Exit(f"{P}/record.<kind>", f"{OWN}/record.zip", "as_of"),
    Exit(f"{A}{P}/record.zip", f"{A}{OWN}/record.zip", "as_of"),
    # lists
    Exit(f"{P}/register.<kind>", f"{OWN}/register.xlsx"),
    Exit(f"{A}{P}/register.csv", f"{A}{OWN}/register.csv"),
    Exit(f"{A}{P}/register.xlsx", f"{A}{OWN}/register.xlsx"),
    Exit(f"{P}/confirmation.xlsx", f"{OWN}/confirmation.xlsx", "In force"),
    Exit(f"{V}/marks.xlsx", "/revisions/{revision}/marks.xlsx"),
    Exit(f"{V}/marks.bcfzip", "/revisions/{revision}/marks.bcfzip"),
    Exit(f"{P}/marks.xlsx", f"{OWN}/marks.xlsx"),
    Exit(f"{P}/marks.bcfzip", f"{OWN}/marks.bcfzip"),
    Exit(f"{A}{V}/marks.xlsx", f"{A}/revisions/{{revision}}/marks.xlsx"),
    Exit(f"{A}{V}/marks.bcfzip", f"{A}/revisions/{{revision}}/marks.bcfzip"),
    Exit(f"{A}{P}/marks.xlsx", f"{A}{OWN}/marks.xlsx"),
    Exit(f"{A}{P}/marks.bcfzip", f"{A}{OWN}/marks.bcfzip"),
    # answers to programs
    Exit(f"{A}{P}/record", f"{A}{OWN}/record", "as_of"),
    Exit(f"{A}{P}/register", f"{A}{OWN}/register", "in_force"),
    Exit(f"{A}{S}", f"{A}/sheets/{{sheet}}", "in_force"),
    Exit(f"{A}{S}/record", f"{A}/sheets/{{sheet}}/record", "as_of"),
    Exit(f"{A}{S}/may-build", f"{A}/sheets/{{sheet}}/may-build", "is_in_force"),
    Exit(f"{A}/search", f"{A}/search?q=建施-01", "is_in_force"),
    Exit(f"{A}/status/<short_code>", f"{A}/status/{{code}}", "current"),
    # pages that show or name a drawing
    Exit("/search", "/search?q=建施-01"),
    Exit(S, "/sheets/{sheet}"),
    Exit(f"{S}/confirmation", "/sheets/{sheet}/confirmation", "已确认"),
    Exit(f"{P}/record", f"{OWN}/record", "nowLabel", is_json=True),
    # devices
    Exit(f"{S}/offline.json", "/sheets/{sheet}/offline.json", "in_force"),
    # behind a printed code
    Exit("/v/<short_code>", "/v/{code}"),
    Exit("/v/<short_code>.json", "/v/{code}.json", "current"),
)

_INSIDE = {
    "part of a page or of a viewer that says it: pieces of one rendition, addressed by content": (
        f"{R}/page.json", f"{R}/text.json", f"{R}/entities.json", f"{R}/thumb.webp", f"{R}/segments.json",
        f"{R}/crop.png", f"{R}/callouts.json",
        f"{R}/tiles/<int(signed=True):level>/<int:x>/<int:y>.webp",
        f"{R}/layers/<code>/tiles/<int(signed=True):level>/<int:x>/<int:y>.webp",
        f"{V}/marks", f"{V}/carries", f"{S}/opinions.json", f"{A}{V}/marks", f"{A}{V}/carries",
    ),
    "one exact revision or rendition by its identifier, with its hash: what is in force is asked of the sheet": (
        f"{A}{V}", f"{A}{R}", f"{S}/revisions.json",
    ),
    "compares two exact files, both named with revision and hash; no drawing for building": (
        "/renditions/<before_id>/compare/<after_id>", "/renditions/<before_id>/compare/<after_id>.json",
        "/renditions/<before_id>/compare/<after_id>.pdf", "/renditions/<before_id>/compare/<after_id>.xlsx",
        f"{S}/compare", f"{P}/record/changes", f"{A}/renditions/<rendition_id>/compare/<after_id>",
    ),
    "a frozen set: its lines carry revision, hash, slips and the two instants, and never change": (
        "/baselines/<baseline_id>", "/baselines/<baseline_id>/list.txt", f"{P}/baselines", f"{A}{P}/baselines",
        f"{A}/baselines/<baseline_id>",
    ),
    "a page of the house whose lines lead to the sheet's page": (
        "/", P, f"{P}/register", f"{P}/confirmation", f"{P}/confirmation/mine", f"{P}/copies",
        f"{P}/transmittals/new", f"{P}/transmittals", "/notices", "/notices/<notice_id>/open", "/notices/count",
        f"{A}/notices", "/on-device",
    ),
    "who has which paper, and who said what of which exact hash: facts, no drawing": (
        f"{A}{P}/copies", f"{A}{P}/receipts",
    ),
    "a report on the seals of one exact file, which it names by its digest; the file leaves by its download": (
        f"{V}/seals", f"{V}/seals/<judgement_id>.json", f"{A}{V}/seals", f"{A}{V}/seals/judgements/<judgement_id>",
    ),
    "a transmittal is frozen when it is sent: tests/distribution prove what its cover, mail and ZIP say": (
        "/transmittals/<transmittal_id>", "/transmittals/<transmittal_id>.<kind>", f"{A}{P}/transmittals",
        f"{A}/transmittals/<transmittal_id>", f"{A}/transmittals/<transmittal_id>/package.zip",
    ),
    "a photo, not a drawing": (
        "/receipts/<fact_id>/photo/<name>.webp", "/marks/<mark_id>/photo", "/marks/<mark_id>/photo/<name>.webp",
        f"{A}/marks/<mark_id>/photo", f"{A}/marks/<mark_id>/photo.webp", f"{A}/marks/<mark_id>",
    ),
    "uploads under work: nothing of them is in the record yet": (
        "/intake-rows/<row_id>/block.png", "/intake-rows/<row_id>/thumb.webp", "/intakes/<intake_id>",
        "/intakes/<intake_id>.json", "/intakes/<intake_id>/history-table.xlsx", f"{P}/intakes", f"{A}{P}/intakes",
        f"{A}/intakes/<intake_id>",
    ),
    "review: bound to the exact bytes that were submitted, named with revision and hash; not for building": (
        f"{P}/review", f"{P}/self-check", f"{P}/self-check/assist.json", "/review/<case_id>",
        "/review/<case_id>/assist.json", "/review/<case_id>/exchange", "/review/<case_id>/exchange.<kind>",
        "/review/<case_id>/opinion-notice.pdf", "/review/<case_id>/opinion-table",
        "/review/<case_id>/opinion-template.xlsx", "/review/<case_id>/opinions.json",
        "/review/<case_id>/opinions.xlsx", "/review/<case_id>/reply-sheet.pdf",
        "/review/certificates/<certificate_id>", "/review/certificates/<certificate_id>/certificate.pdf",
        "/review/certificates/<certificate_id>/extract.pdf", "/review/documents/<document_id>",
        "/review/opinions/<opinion_id>", "/review/opinions/<opinion_id>/fixes.json",
        "/review/opinions/<opinion_id>/flags.json", "/c/<short_code>", "/c/<short_code>.json",
        f"{A}{P}/review/cases", f"{A}{P}/review/certificates", f"{A}{P}/self-check", f"{A}/review/cases/<case_id>",
        f"{A}/review/cases/<case_id>/assist", f"{A}/review/cases/<case_id>/exchange",
        f"{A}/review/cases/<case_id>/exchange.xlsx", f"{A}/review/cases/<case_id>/opinion-notice.pdf",
        f"{A}/review/cases/<case_id>/opinion-template.xlsx", f"{A}/review/cases/<case_id>/opinions",
        f"{A}/review/cases/<case_id>/opinions.xlsx", f"{A}/review/cases/<case_id>/reply-sheet.pdf",
        f"{A}/review/certificates/<certificate_id>", f"{A}/review/certificates/<certificate_id>/certificate.pdf",
        f"{A}/review/certificates/<certificate_id>/extract.pdf", f"{A}/review/documents/<document_id>/bytes",
        f"{A}/review/opinions/<opinion_id>", f"{A}/review/opinions/<opinion_id>/fixes",
        f"{A}/review/opinions/<opinion_id>/flags",
    ),
    "a change document: itself part of what is in force, with its state, its instant and the revision it was written for": (
        f"{P}/changes", f"{P}/changes/new", f"{P}/changes/closure", f"{P}/changes/settlement.xlsx",
        "/changes/<change_id>", "/changes/<change_id>/edit", "/changes/<change_id>/notice.pdf", f"{S}/changes.json",
        f"{A}{P}/changes", f"{A}{P}/changes/closure", f"{A}{P}/changes/settlement.xlsx", f"{A}/changes/<change_id>",
    ),
    "a question about one exact revision, which it names; not for building": (
        f"{P}/notes", f"{P}/notes/new", "/notes/<note_id>", f"{P}/joint-reviews", "/joint-reviews/<review_id>",
        "/joint-reviews/<review_id>/item-template.xlsx", "/joint-reviews/<review_id>/items.xlsx",
        "/joint-reviews/<review_id>/meeting", "/joint-reviews/<review_id>/record.pdf",
        "/joint-reviews/<review_id>/record.txt", f"{A}{P}/notes", f"{A}/notes/<note_id>", f"{A}{P}/joint-reviews",
        f"{A}/joint-reviews/<joint_id>",
    ),
    "sheets before or after one seal, by name and digest, for whoever seals them; not for building": (
        f"{P}/sealing", f"{P}/sealing/new", f"{P}/sealing/<batch_id>", f"{P}/sealing/<batch_id>/progress.json",
        f"{P}/sealing/<batch_id>/manifest.<kind>", f"{P}/sealing/<batch_id>/proofs/<use_id>.json",
    ),
    "a picture of a seal": (
        f"{P}/sealing/pictures/<seal_id>.svg", f"{P}/sealing/<batch_id>/picture.svg",
    ),
    "a file that somebody sent with a document, as it was sent": (
        "/changes/files/<file_id>", "/notes/files/<file_id>", "/notes/files/<file_id>/<name>.webp",
        f"{A}/changes/files/<file_id>/bytes",
    ),
    "speaks of no sheet": (
        "/sealing/check_membership.py",
        "/admin", "/help", "/help/<topic>", "/healthz", "/me", "/me/factor", "/demo/code", "/sign-in",
        "/service-worker.js", "/viewer/<path:name>",
        "/check", "/check/keys.json", "/check/list", "/d/<short_code>", "/d/<short_code>/announcement.txt",
        "/d/<short_code>/evidence.json", "/d/check_draw.py", "/draws/<draw_id>", "/projects/new", f"{P}/settings",
        f"{P}/robots", f"{P}/review/clauses", f"{P}/review/library", f"{P}/review/library-template.xlsx",
        f"{P}/review/library.xlsx", f"{P}/review/phrases", f"{P}/review/statistics", f"{P}/review/statistics.xlsx",
        "/reviews", "/reviews/<kind>/<organisation_id>", "/reviews/<kind>/<organisation_id>/statistics",
        "/reviews/<kind>/<organisation_id>/statistics.xlsx", "/reviews/authority/<organisation_id>/draws",
        "/reviews/authority/<organisation_id>/draws/new", f"{A}/", f"{A}/<path:rest>", f"{A}/me",
        f"{A}/openapi.json", f"{A}/projects", f"{A}{P}", f"{A}{P}/buildings", f"{A}{P}/identifiers",
        f"{A}{P}/parties", f"{A}{P}/seats", f"{A}{P}/record/moments",
        "/seals", "/organisations/<organisation_id>/seals", "/organisations/<organisation_id>/seals/new",
        "/organisations/<organisation_id>/seals/preview.svg", "/organisations/<organisation_id>/seals/log.xlsx",
        f"{A}/seals", "/seals/<seal_id>", "/seals/<seal_id>/picture.svg", "/seals/<seal_id>/log.xlsx",
    ),
    "the ledger: entries and proofs of them, by their leaf": (
        f"{A}/ledger", f"{A}/ledger/entries/<leaf>", f"{A}/ledger/entries/<leaf>/proof",
    ),
    "digests of sheets by identifier, so that a device learns which kept copies still hold": (f"{P}/offline.json",),
    "leads on to a page that says it": ("/v/<short_code>/sheet", "/v/<short_code>/confirm"),
}  # fmt: skip
INSIDE = {rule: reason for reason, rules in _INSIDE.items() for rule in rules}
