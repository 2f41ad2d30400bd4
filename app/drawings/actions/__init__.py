"""Every change to sheets, revisions and intakes."""
