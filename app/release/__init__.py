"""Release to site: what makes a revision the drawing in force."""
