"""Mutation testing of the pure layers: small faults are planted one at a time, and the tests must notice each."""
