"""A deterministic simulation of kiosks, outlets and staff, with faults between any two calls of the store."""
