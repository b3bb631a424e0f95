"""The HTTP service: routes, keys, problems and pages over the engine. Handlers translate and nothing else."""
