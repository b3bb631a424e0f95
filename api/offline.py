"""The kiosk's service worker, served from the root: it keeps the kiosk's page for when the network is off."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)

WORKER: Final = Path(__file__).parent / "static" / "kiosk-worker.js"


@router.get("/kiosk-worker.js")
async def worker() -> FileResponse:
    """The script; browsers ask for it anew whenever the page is opened."""
    return FileResponse(WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
