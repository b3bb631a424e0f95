"""The packs of rules/: each example of each pack."""
