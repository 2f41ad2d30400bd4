"""Every table of the product in one metadata: for migrations and their tests."""

import app.access.models
import app.accounts.models
import app.changes.models
import app.distribution.models
import app.drawings.intake_models
import app.drawings.models
import app.files.models
import app.kernel.ledger.models
import app.kernel.outbox
import app.markups.models
import app.notices.models
import app.projects.models
import app.questions.models
import app.record.models
import app.review.draws.models
import app.review.library_models
import app.review.models
import app.review.paper_models
import app.seals.models  # noqa: F401  importing registers the tables
from app.kernel.db.types import Base

METADATA = Base.metadata
