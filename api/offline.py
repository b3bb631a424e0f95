"""The service worker of pages that open without a network, served from the root: it keeps the page of its scope."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)

WORKER: Final = Path(__file__).parent / "static" / "offline-worker.js"


@router.get("/offline-worker.js")
async def worker() -> FileResponse:
    """The script; browsers ask for it anew whenever such a page is opened."""
    return FileResponse(WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
