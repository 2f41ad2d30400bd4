"""Sheets, revisions, drawing lists and intake: how engineering content comes to be."""
