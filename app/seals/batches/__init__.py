"""Sealing a set: the work behind one decision, done by a job outside any transaction (law 7)."""
