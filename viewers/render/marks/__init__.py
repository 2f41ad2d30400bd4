"""Marks on copies, and marks that other programs drew: both in the jailed child; see ``app/markups``."""
