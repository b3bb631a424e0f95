"""Whether the service lives, and whether it can reach its books. No key is needed."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.gateway import Books
from points_engine.reading import public

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`status` is `ok` or the answer is a problem."""

    status: str = "ok"


class Readiness(Health):
    """`seq` is the newest place in the journal."""

    seq: int


@router.get("/healthz", summary="The process lives")
async def healthz() -> Health:
    """Answers as long as the process does."""
    return Health()


@router.get("/readyz", summary="The books can be read")
async def readyz(books: Books) -> Readiness:
    """Reads the journal's head."""
    return Readiness(seq=await books.read(public.head))
