"""A made-up construction drawing set for demonstrations and tests: drawn, never read, by this package."""

from app.cli.demo_set.demo import DemoSet, DemoSheet, draw_demo_set

__all__ = ["DemoSet", "DemoSheet", "draw_demo_set"]
