"""Papers of distribution."""
