"""The ground floor: what every subject stands on and nothing of any subject."""
