"""The heart: which drawing is in force, with which slips, as of any instant and any knowledge (laws 3 and 4)."""
