"""Killed processes, killed servers and cut connections: acknowledged is present, unknown is done exactly once."""
