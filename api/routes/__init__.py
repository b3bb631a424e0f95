"""The operations under /v1, a file per desk."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api import offline
from api.routes import books, counter, imports, jobs, keys, kiosks, live, people, pins, service, visits
from api.routes.resources import RESOURCES

ROUTERS: Final[tuple[APIRouter, ...]] = (
    people.router,
    pins.router,
    *RESOURCES,
    service.router,
    imports.router,
    kiosks.router,
    offline.router,
    counter.router,
    visits.router,
    books.router,
    keys.router,
    jobs.router,
    live.router,
)
"""Every router, in the order of the document."""
