"""Words of seals for templates and scripts; what they are said of comes from :mod:`app.seals.saying` and ``listing``."""

from collections.abc import Mapping
from typing import Any

from app.kernel.labels import Label
from app.seals.rules import CAUSE_LABELS, SEAL_LABELS, VERDICT_LABELS
from app.seals.saying import AFTER_LABELS, CLOCK_LABELS, MARK_LABELS

SEAL_CATALOGUES: Mapping[str, Mapping[Any, Label]] = {
    "seal_mark": MARK_LABELS,
    "seal_kind": SEAL_LABELS,
    "seal_verdict": VERDICT_LABELS,
    "seal_cause": CAUSE_LABELS,
    "seal_clock": CLOCK_LABELS,
    "seal_after": AFTER_LABELS,
}
"""For templates: ``word('seal_kind', …)``."""
