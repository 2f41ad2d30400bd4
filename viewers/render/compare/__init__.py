"""Compare two sheets: what was added, removed, changed or moved, place by place (README.md in this folder)."""
