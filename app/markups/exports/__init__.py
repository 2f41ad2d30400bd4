"""Marks for other programs and for paper: values and bytes; no web, no renderer."""
