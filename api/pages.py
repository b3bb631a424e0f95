"""Pages for the people at the kiosk, at the counter and at home; they talk to /v1 like any other client."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.drawing import qr_svg
from api.gateway import Books
from points_engine.limits import CODE_CHARACTERS
from points_engine.reading import public

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


templates.env.filters.update(yuan=yuan, hours=hours)


def _page(request: Request, name: str, **values: Any) -> HTMLResponse:
    return templates.TemplateResponse(request, name, values)


@router.get("/")
async def start(request: Request, books: Books) -> HTMLResponse:
    """What this is, and the programme in numbers."""
    return _page(request, "start.html", numbers=await books.read(public.numbers))


@router.get("/public/books")
async def fund_books(request: Request, books: Books) -> HTMLResponse:
    """The public notice of the funds: income, expenditure, what is left."""
    numbers = await books.read(public.numbers)
    return _page(request, "books.html", numbers=numbers, partners={each.code: each for each in numbers.partners})


@router.get("/merchant")
async def merchant(request: Request) -> HTMLResponse:
    """The counter: a code in, green or red out."""
    return _page(request, "merchant.html")


@router.get("/phone")
async def phone(request: Request) -> HTMLResponse:
    """A volunteer's own code on their own phone; the key in the link never reaches us."""
    return _page(request, "phone.html")


@router.get("/phone/qr.svg")
async def phone_code(text: Annotated[str, Query(pattern=r"^[\w./:@+-]{1,64}#[0-9]{8}$")]) -> Response:
    """The code of the moment as a picture."""
    return Response(qr_svg(text), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/committee")
async def committee(request: Request) -> HTMLResponse:
    """The committee: a sample drawn at random, entry by entry, and a signature under it."""
    return _page(request, "committee.html")


@router.get("/steward")
async def steward(request: Request) -> HTMLResponse:
    """The steward: who is here, what waits for them, what was set aside."""
    return _page(request, "steward.html")


@router.get("/kiosk")
async def kiosk(request: Request) -> HTMLResponse:
    """The kiosk: a number in, check in and out, hours, points and why."""
    return _page(request, "kiosk.html")


@router.get("/card/{number}")
async def card(
    request: Request, number: Annotated[str, InPath(max_length=CODE_CHARACTERS, pattern=r"^[\w.][\w./:@+-]*$")]
) -> HTMLResponse:
    """A volunteer's card; what stands on it is fetched with the kiosk's key."""
    return _page(request, "card.html", number=number)
