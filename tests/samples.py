"""Where real drawings are: those the repository ships, and the larger set beside a developer's checkout.

``ONESET_SAMPLES`` names the larger set; without it ``../shared/samples`` beside the checkout is tried. A test that
needs it and does not find it is skipped *with this reason in the summary*, never silently.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("ONESET_SAMPLES", ROOT.parent / "shared" / "samples"))


def sample(*parts: str) -> Path:
    """The path of one sample file or folder."""
    path = SAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"sample drawings not found (set ONESET_SAMPLES): {'/'.join(parts)}")
    return path
