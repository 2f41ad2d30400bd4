"""Documents in print form: one typesetter and one look for all of them."""
