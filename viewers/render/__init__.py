"""Bytes of a drawing -> manifest, thumbnails, text, vector view and tiles.

Everything that opens a file of a stranger runs in a child process with limits (law 9): see ``pool.py``.
"""
