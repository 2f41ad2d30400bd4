"""Every change to seals: officers, seals, keepers, decisions to seal."""
