"""Notices (通知): who is told what, where, and how often."""
