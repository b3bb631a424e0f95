"""Benchmarks: every number is measured beside a baseline, on the same machine in the same run."""
