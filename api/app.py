"""The application: everything that is served, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import pages, phones, problems
from api.bodies import BodyLimit
from api.document import openapi, operation_id
from api.gateway import Gateway
from api.health import router as health
from api.jobs import Jobs
from api.limiting import AddressLimit, Limiter, limiter_from
from api.live import Live
from api.metrics import Metrics
from api.routes import ROUTERS
from api.tags import NotModified
from api.watch import Watch
from points_engine.engine import PointsEngine
from points_engine.group_commit import Commit
from points_engine.jobs import JobRunner
from points_engine.store import SqlStore
from points_engine.webhooks.targets import Network, networks_of

DESCRIPTION = """
Volunteers give hours, hours become points under published rules, points are exchanged for benefits.
志愿服务时长按公开的规则计为积分，积分兑换文旅、商业和公共服务礼遇。

* Every request needs a key: `Authorization: Bearer pe_…`, except where an operation says otherwise.
* Every POST that writes needs an `Idempotency-Key`. Missing: 400. The same key with other content: 422. A replay
  answers the first outcome with the header `Idempotent-Replayed: true`.
* Errors are `application/problem+json` (RFC 9457) with a stable `code`; `detail` is in the language of
  `Accept-Language` (zh-CN or en).
* Every list and thing has an `ETag`; with `If-None-Match` an unchanged one is 304. What can be edited takes `If-Match`:
  412 if somebody else was there first.
* Too many requests, or guesses, are answered with 429 and `Retry-After`.
* Lists are paged: pass `next` as `cursor`.
"""


def create_app(
    engine: PointsEngine,
    store: SqlStore | None = None,
    *,
    close: bool = False,
    jobs: bool = False,
    limiter: Limiter | None = None,
    redis_url: str | None = None,
    networks: Sequence[Network] = (),
) -> FastAPI:
    """The service over an engine; with `close` the store is closed when the service ends, with `jobs` due jobs run.

    Without a `limiter` of the deployment's only guesses are limited, in this process; with `redis_url` processes wake
    each other's live screens. Webhooks may be at public addresses and in `networks`.
    """
    books_of = store if store is not None else engine.store
    assert isinstance(books_of, SqlStore), "the service reads the books by SQL"

    watch = Watch(Metrics())

    def committed(commit: Commit) -> None:
        watch.metrics.commit(commit)
        live.committed()

    gateway = Gateway(engine, books_of, committed)
    live = Live(gateway, redis_url)
    limits = limiter if limiter is not None else Limiter()
    sweeps = Jobs(JobRunner(engine, books_of, gateway.execute_in_bulk, networks=networks))

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        gateway.start()
        sweeps.start(by_schedule=jobs)
        live.start()
        yield
        await live.stop()
        await sweeps.stop()
        await gateway.stop()
        await limits.close()
        if close:
            books_of.close()

    app = FastAPI(
        title="Volunteer points and rewards exchange engine",
        description=DESCRIPTION,
        version=_version(),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        lifespan=life,
    )
    app.state.gateway, app.state.jobs, app.state.watch = gateway, sweeps, watch
    app.state.limiter, app.state.live = limits, live
    app.add_middleware(BodyLimit)
    app.add_middleware(NotModified)
    app.add_middleware(AddressLimit, limiter=limits)
    app.add_middleware(pages.Headers)
    app.add_middleware(watch.over)
    problems.install(app)
    for router in (health, *ROUTERS, phones.router, pages.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    return app


def app_from_settings() -> FastAPI:
    """The service over the books that the `POINTS_*` settings name; what `points serve` runs."""
    from points_engine import logs
    from points_engine.settings import Settings, open_engine

    settings = Settings()
    logs.configure(settings.log_level)
    return create_app(
        open_engine(settings),
        close=True,
        jobs=settings.jobs,
        limiter=limiter_from(settings),
        redis_url=settings.redis_url,
        networks=networks_of(settings.webhook_networks),
    )


def _version() -> str:
    try:
        return version("points-engine")
    except PackageNotFoundError:
        return "0"
