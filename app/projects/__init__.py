"""Projects: codes, buildings, disciplines, stages and policies."""
