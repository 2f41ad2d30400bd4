"""Parties, seats and the grants table: what every act is checked against."""
