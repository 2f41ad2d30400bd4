"""Putting seals on PDFs: keys, the sheet made ready, clear places, pictures of seals, signatures (PAdES).

Over files and bytes: no database, no routes. What reads a hostile file (:mod:`.preparing`, :mod:`.places`) is a function
over files, meant for a child.
"""
