"""Acts of distribution, each one transaction."""
