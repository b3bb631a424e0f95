"""The rulebook: YAML to a pack, expressions, evaluation and trace. Pure, and it knows no ledger."""
