"""What the review puts on paper: opinions, answers, certificates. Values for the templates of :mod:`app.papers`."""
