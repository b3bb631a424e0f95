"""Getting data in and out: imports, opening balances, and exports that others can check."""
