"""The resources beside the desks: what is listed, read and changed one by one."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.routes import challenges, draws, notes, planning, rules, samples, units, volunteers

RESOURCES: Final[tuple[APIRouter, ...]] = (
    volunteers.router,
    units.router,
    planning.router,
    challenges.router,
    samples.router,
    draws.router,
    notes.router,
    rules.router,
)
"""Their routers, in the order of the document."""
