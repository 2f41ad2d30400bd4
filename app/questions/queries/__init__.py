"""Frozen values of questions, filtered by rights."""
