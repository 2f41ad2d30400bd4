"""Viewers: drawings in, pictures and text out.

``viewers.render`` (Python) turns the bytes of a drawing into a manifest, pictures, text and tiles, in child
processes with limits. ``viewers/browser`` (ES modules) reads the manifest and shows it. Neither knows what a
project, a person or a revision is: bytes and manifests only (ARCHITECTURE, section 3).
"""
