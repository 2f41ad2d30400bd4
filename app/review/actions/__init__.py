"""Every change of a review case; each one transaction."""
