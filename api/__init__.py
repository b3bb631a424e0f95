"""The thin HTTP face of the engine: routes, pages and problems; it translates and nothing else."""
