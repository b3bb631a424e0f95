"""The operations under /v1, a file per desk."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api import offline
from api.routes import (
    books,
    counter,
    groups,
    imports,
    jobs,
    keys,
    kiosks,
    live,
    offline_uses,
    people,
    pins,
    rewards,
    service,
    visits,
    vouchers,
    webhooks,
)
from api.routes.resources import RESOURCES

ROUTERS: Final[tuple[APIRouter, ...]] = (
    counter.router,
    service.router,
    people.router,
    pins.router,
    *RESOURCES,
    imports.router,
    kiosks.router,
    offline.router,
    visits.router,
    groups.router,
    rewards.router,
    vouchers.router,
    offline_uses.router,
    books.router,
    keys.router,
    jobs.router,
    webhooks.router,
    live.router,
)
"""Every router, in the order of the document. A path is looked for in this order: what is asked most comes first."""
