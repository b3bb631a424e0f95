"""`python -m points_engine.cli` is `points`."""

from __future__ import annotations

from points_engine.cli import main

main()
