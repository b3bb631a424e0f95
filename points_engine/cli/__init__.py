"""`points …`: the whole engine at the command line."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from points_engine.cli.application import application

    application()
