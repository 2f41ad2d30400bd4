"""Pictures of seals as vectors, from outlines of letters: one list of paths gives PDF operators and SVG."""
