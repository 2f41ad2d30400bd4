"""Object stores as a library: bytes under their SHA-256, on a disk, in a bucket or in memory.

It knows bytes only and imports nothing of the application.
"""

from storage.contract import (
    CHUNK,
    Capabilities,
    Capability,
    Condition,
    ObjectStore,
    StoredObject,
    Verdict,
)
from storage.opening import open_store
from storage.scrub import scrub
from storage.staging import Staging, Upload

__all__ = [
    "CHUNK",
    "Capabilities",
    "Capability",
    "Condition",
    "ObjectStore",
    "Staging",
    "StoredObject",
    "Upload",
    "Verdict",
    "open_store",
    "scrub",
]
