"""Assisted review (辅助审查): rules over the sheets of a case. They propose; a person decides."""
