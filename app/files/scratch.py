"""Folders of readers that died: a killed process cannot tidy up, so the next one does."""

import shutil
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path


def sweep_scratch(scratch: Path, older_than: timedelta) -> list[str]:
    """Remove what nobody has touched for so long; the names removed.

    Args:
        scratch: the folder in which readers make theirs.
        older_than: far more than any reader may take.
    """
    limit = time.time() - older_than.total_seconds()
    swept: list[str] = []
    for path in sorted(scratch.iterdir()):
        with suppress(FileNotFoundError):
            if path.lstat().st_mtime >= limit:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
            swept.append(path.name)
    return swept
