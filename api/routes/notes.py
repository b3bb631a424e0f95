"""Notes over HTTP: a text that should not have been written is taken out; its salted hash stays."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import Administrator
from api.gateway import Write
from api.problems import responses
from api.told.samples import Erased
from points_engine.flow.notes import EraseNote

router = APIRouter(prefix="/v1/notes", tags=["committee"])


@router.post("/{note}/erasure", status_code=201, summary="Erase a note", responses=responses(400, 404, 409))
async def erase_note(note: str, caller: Administrator, write: Write) -> Erased:
    """The text is gone for good, everywhere. Marks, objections and signatures stay, and stay provable."""
    caller.over_all()
    return Erased(**await write.submit(EraseNote(note), caller.principal))
