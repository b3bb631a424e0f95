"""Pages for the people at the kiosk, at the counter and at home; they talk to /v1 like any other client."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cursors import Cursor, cursor_of, key_of
from api.drawing import qr_svg
from api.gateway import Books, Gateway
from points_engine.flow.rules import programme_zone
from points_engine.flow.scarce.proof import HOW
from points_engine.limits import CODE_CHARACTERS
from points_engine.reading import View, public, scarce
from points_engine.reading.view import Page
from points_engine.rulebook.kinds import Text

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers of every answer: nothing from elsewhere is loaded, nothing inline runs, nobody frames us."""

DRAWS_A_PAGE: Final = 50
TICKETS_A_PAGE: Final = 500
"""tickets listed on the page of a draw; the document has them all."""

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


class Headers:
    """Adds the security headers to every answer, and keeps answers with personal data out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, sent)


def yuan(minor: int) -> str:
    """Fen as yuan with thousands separated.

    >>> yuan(6200000), yuan(-5)
    ('62,000.00', '-0.05')
    """
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole:,}.{rest:02d}"


def hours(minutes: int) -> str:
    """Minutes as whole hours with thousands separated, for large totals.

    >>> hours(418905)
    '6,981'
    """
    return f"{minutes // 60:,}"


def by_clock(moment: datetime, zone: str) -> str:
    """An instant by the clock of a zone.

    >>> from datetime import UTC
    >>> by_clock(datetime(2026, 3, 2, 4, tzinfo=UTC), "Asia/Shanghai")
    '2026-03-02 12:00'
    """
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


templates.env.filters.update(yuan=yuan, hours=hours, by_clock=by_clock)


def _zone(view: View) -> str:
    return str(view.ask(programme_zone))


async def _page(request: Request, books: Gateway, name: str) -> HTMLResponse:
    """A page, which tells times by the programme's clock wherever it is looked at."""
    return _rendered(request, name, await books.read(_zone))


async def _numbered(request: Request, books: Gateway, name: str) -> HTMLResponse:
    """A page with the programme's public numbers, all of one snapshot."""
    numbers, zone = await books.read(lambda view: (public.numbers(view), _zone(view)))
    return _rendered(request, name, zone, numbers=numbers, partners={each.code: each for each in numbers.partners})


def _rendered(request: Request, name: str, zone: str, **values: Any) -> HTMLResponse:
    return templates.TemplateResponse(request, name, {**values, "zone": zone})


@router.get("/")
async def start(request: Request, books: Books) -> HTMLResponse:
    """What this is, and the programme in numbers."""
    return await _numbered(request, books, "start.html")


@router.get("/public/books")
async def fund_books(request: Request, books: Books) -> HTMLResponse:
    """The public notice of the funds: income, expenditure, what is left."""
    return await _numbered(request, books, "books.html")


@router.get("/public/draws")
async def all_draws(request: Request, books: Books, cursor: Cursor = None) -> HTMLResponse:
    """The public notice of draws: announced, drawn, cancelled, the newest first."""
    after = key_of(cursor, datetime.fromisoformat, str)

    def ask(view: View) -> tuple[Page, dict[str, Text], str]:
        page = scarce.draws(view, DRAWS_A_PAGE, after)
        return page, {each.code: scarce.title_of(view, each) for each in page.items}, _zone(view)

    page, titles, zone = await books.read(ask)
    return _rendered(request, "draws.html", zone, page=page, titles=titles, earlier=cursor_of(page.next))


@router.get("/public/draws/{draw}")
async def one_draw(
    request: Request, books: Books, draw: Annotated[str, InPath(max_length=CODE_CHARACTERS)]
) -> HTMLResponse:
    """A draw as everybody may see it, and how to draw it again."""
    found, zone = await books.read(lambda view: (scarce.a_draw(view, draw), _zone(view)))
    winners = [each.ticket for each in found.in_turn if each.state in ("offered", "taken")]
    ranked = sorted(found.tickets, key=lambda each: (each.place == 0, each.place, each.ticket))
    return _rendered(
        request, "draw.html", zone, found=found, winners=winners, shown=ranked[:TICKETS_A_PAGE], how=HOW
    )  # fmt: skip


@router.get("/merchant")
async def merchant(request: Request, books: Books) -> HTMLResponse:
    """The counter: a code in, green or red out."""
    return await _page(request, books, "merchant.html")


@router.get("/phone")
async def phone(request: Request, books: Books) -> HTMLResponse:
    """A volunteer's own code on their own phone; the key in the link never reaches us."""
    return await _page(request, books, "phone.html")


@router.get("/phone/qr.svg")
async def phone_code(text: Annotated[str, Query(pattern=r"^[\w./:@+-]{1,64}#[0-9]{8}$")]) -> Response:
    """The code of the moment as a picture."""
    return Response(qr_svg(text), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/committee")
async def committee(request: Request, books: Books) -> HTMLResponse:
    """The committee: a sample drawn at random, entry by entry, and a signature under it."""
    return await _page(request, books, "committee.html")


@router.get("/steward")
async def steward(request: Request, books: Books) -> HTMLResponse:
    """The steward: who is here, what waits for them, what was set aside."""
    return await _page(request, books, "steward.html")


@router.get("/kiosk")
async def kiosk(request: Request, books: Books) -> HTMLResponse:
    """The kiosk: a number in, check in and out, hours, points and why."""
    return await _page(request, books, "kiosk.html")


@router.get("/voucher/{code}")
async def voucher(
    request: Request, books: Books, code: Annotated[str, InPath(max_length=CODE_CHARACTERS, pattern=r"^[\w-]+$")]
) -> HTMLResponse:
    """A voucher to show or print; what stands on it is fetched with the kiosk's key."""
    return _rendered(request, "voucher.html", await books.read(_zone), code=code)


@router.get("/card/{number}")
async def card(
    request: Request,
    books: Books,
    number: Annotated[str, InPath(max_length=CODE_CHARACTERS, pattern=r"^[\w.][\w./:@+-]*$")],
) -> HTMLResponse:
    """A volunteer's card; what stands on it is fetched with the kiosk's key."""
    return _rendered(request, "card.html", await books.read(_zone), number=number)
