"""Judging sealed PDFs: a strict gate in a jail. Bytes and a trust list go in, a report comes out; no database."""
