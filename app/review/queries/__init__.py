"""Everything a review can show, filtered by rights."""
