"""The migrations of the books' schema, one file per version."""
