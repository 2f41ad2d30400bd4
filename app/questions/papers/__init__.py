"""Papers of a joint drawing review."""
