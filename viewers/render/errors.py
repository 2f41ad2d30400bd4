"""How rendering fails: three ways, each with a stable code.

The code is what pages and logs translate; ``detail`` is data for the message, never prose.
"""

from __future__ import annotations

from typing import Any


class RenderError(Exception):
    """Rendering did not give a result.

    Attributes:
        code: kebab-case, never reused (``pdf-encrypted``, ``over-cpu``, ``render-timeout``, ...).
        detail: JSON-able facts about this case.
    """

    def __init__(self, code: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code} {detail or ''}".rstrip())
        self.code = code
        self.detail = detail or {}


class RenderRefused(RenderError):  # noqa: N818 - a verdict on the file, not an error of the program
    """The file is the reason: encrypted, damaged, too big, over budget. Trying again changes nothing."""


class RenderCrashed(RenderError):  # noqa: N818 - named for what happened
    """The child died of a signal or an error nobody foresaw. The parent and its other work are unharmed."""


class RenderTimeout(RenderError):  # noqa: N818 - named for what happened
    """The child was killed because its time on the wall clock was over."""
