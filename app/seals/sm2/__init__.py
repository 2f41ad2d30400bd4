"""SM2 with SM3 (GB/T 32918, GB/T 32905, GB/T 35276): names for the parsers, checking, and keys that seal."""
