"""Change documents (变更): from a proposal to the as-built sheet; what they say on a sheet stands in the record."""
