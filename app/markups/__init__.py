"""Marks on sheets (批注): drawn in sheet space beside the bytes, never in them, with threads of comments.

What a mark is about is an opaque reference: opinions and changes, which come above, hang theirs there.
"""
