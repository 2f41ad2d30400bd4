"""Change documents in print form."""
