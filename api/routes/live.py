"""Live events for screens: the kiosk's list, the merchant's day. Server-sent events, fed by the journal."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api.access import Anybody, Caller
from api.gateway import Books, Gateway
from api.live import Live
from api.problems import responses
from api.refusals import BadCursor
from points_engine.flow.entities import ApiKey, Outlet
from points_engine.reading import View, events, public
from points_engine.reading.events import LAST_INDEX, Event
from points_engine.reading.keys import state_of
from points_engine.reading.service import units_under

router = APIRouter(prefix="/v1", tags=["live"])

HEARTBEAT_SECONDS: Final = 15
"""pause after which a stream says that it lives, and its key is looked at again."""

LOOK_SECONDS: Final = 1.0
"""how soon a stream notices that the process is on its way out."""

EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "`id` is the place in the journal; `event` is `service`, `counter` or `reset`; `data` is JSON",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 4711-0\\nevent: service\\ndata: {"kind":"check_in","activity":"A-1"}\\n\\n',
            }
        },
    }
}


@router.get(
    "/events",
    summary="What happens, at once",
    response_class=StreamingResponse,
    responses=EVENTS | responses(400),
)
async def live_events(
    request: Request,
    caller: Anybody,
    books: Books,
    seconds: Annotated[int, Query(ge=0, le=3600, description="after which the stream ends; connect again")] = 600,
    last_event_id: Annotated[
        str | None, Header(max_length=40, pattern=r"^[0-9]{1,15}-[0-9]{1,6}$", description="go on after this place")
    ] = None,
) -> StreamingResponse:
    """Server-sent events within the key's reach: service at its units, redemptions at its outlet. They name nobody;
    whoever shows a list reads it again. `reset` says that too much was missed: read everything again."""
    wants = await books.read(lambda view: _wanted(caller, view))
    after = _place(last_event_id)
    stream = _stream(request, caller, books, wants, after, seconds)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _place(last: str | None) -> tuple[int, int] | None:
    if last is None:
        return None
    try:
        seq, _, index = last.partition("-")
        return int(seq), int(index)
    except ValueError:
        raise BadCursor() from None


def _wanted(caller: Caller, view: View) -> Callable[[Event], bool]:
    """Which events are within a key's reach."""
    key = caller.key
    units = frozenset(units_under(view, key.unit)) if key.unit else None

    outlet = view.one(Outlet, key.outlet) if key.outlet else None
    own_partner = outlet.partner if outlet is not None else None

    def wants(event: Event) -> bool:
        if event.topic == "service":
            return key.role != "merchant" and (units is None or event.unit in units)
        if key.role == "kiosk" or not caller.sees_scheme(event.scheme):
            return False
        if key.role == "merchant":
            own = caller.outlets or {key.outlet}
            return event.outlet in own or (not event.outlet and event.partner in (key.partner, own_partner))
        return units is None

    return wants


async def _stream(
    request: Request,
    caller: Caller,
    books: Gateway,
    wants: Callable[[Event], bool],
    after: tuple[int, int] | None,
    seconds: int,
) -> AsyncIterator[str]:
    live: Live = request.app.state.live
    ends = time.monotonic() + seconds
    async with live.watching(wants) as screen:
        yield "retry: 2000\n\n"
        reached = (0, -1)
        if after is not None:
            news = await books.read(lambda view: events.since(view, *after))
            if news.more:
                yield _said("reset", {}, f"{await books.read(public.head)}-{LAST_INDEX}")
            for event in news.events if not news.more else ():
                reached = (event.seq, event.index)
                if wants(event):
                    yield _told(event)
        heartbeat = time.monotonic() + HEARTBEAT_SECONDS
        while time.monotonic() < ends and not request.app.state.watch.is_stopping:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    next_one = await screen.waiting.get()
            except TimeoutError:
                if time.monotonic() >= heartbeat:
                    if not await _still_holds(caller, books):
                        return
                    heartbeat = time.monotonic() + HEARTBEAT_SECONDS
                    yield ": still here\n\n"
                continue
            if next_one is None:
                return
            if (next_one.seq, next_one.index) > reached:
                yield _told(next_one)


async def _still_holds(caller: Caller, books: Gateway) -> bool:
    found = await books.read(lambda view: view.one(ApiKey, caller.key.id))
    return found is not None and state_of(found, books.now()) == "active"


def _told(event: Event) -> str:
    about = {"activity": event.activity, "unit": event.unit, "scheme": event.scheme, "reward": event.reward}
    return _said(
        event.topic, {"kind": event.kind, **{name: value for name, value in about.items() if value}}, event.place
    )


def _said(name: str, data: dict[str, Any], place: str) -> str:
    return f"id: {place}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
