"""Which judge a file gets: by its first bytes, never by its name."""

from __future__ import annotations

from datetime import datetime

from app.seals.verifying import gate, ofd
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import Report

ENGINE = gate.engine()
"""Found out when this module is loaded: in the jail no file can be read any more."""


def judge(data: bytes, trust: TrustList, at: datetime) -> Report:
    """Judge a PDF or an OFD. Inside the jail (:mod:`app.seals.verifying.jail`): every check parses hostile bytes."""
    if data.startswith(ofd.MAGIC):
        return ofd.judge(data, trust, at, ENGINE)
    return gate.judge(data, trust, at)
