"""The volunteer points and rewards exchange engine."""
