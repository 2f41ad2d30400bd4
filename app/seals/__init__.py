"""E-seals: who may seal what, sealing PDFs (PAdES), and judging what others have sealed. Over bytes and rendition ids."""
