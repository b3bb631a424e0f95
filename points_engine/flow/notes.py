"""Free text beside the books: erasable, while its salted hash stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import new as hmac
from typing import Any

from points_engine.errors import NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Note


def digest(salt: str, text: str) -> str:
    """The salted hash by which an erased text can still be proved."""
    return sha256(f"{salt}\n{text}".encode()).hexdigest()


def keep_note(desk: Desk, text: str) -> str:
    """Keep a text under an id; answers the id. The salt is derived from the id and the engine's secret."""
    identity = desk.make_id()
    salt = hmac(desk.secret, identity.encode(), sha256).hexdigest()[:32]
    desk.put(Note(identity, text, salt, digest(salt, text)))
    return identity


@dataclass(frozen=True, slots=True)
class EraseNote:
    """A text is taken out of a note for good; its salted hash stays, so that what was signed for can still be shown."""

    note_id: str

    def __post_init__(self) -> None:
        shapes.code("note_id", self.note_id)


def erase_needs(command: EraseNote, desk: Desk) -> Iterator[Need]:
    yield OneRow(Note, (command.note_id,))


def erase_note(command: EraseNote, desk: Desk) -> dict[str, Any]:
    """Erase the text of a note.

    Raises, first that applies: NotFound, WrongState (erased already).
    """
    note = desk.find(Note, command.note_id)
    if note is None:
        raise NotFound(what="note", code=command.note_id)
    if not note.text:
        raise WrongState(state="erased", action="erase")
    desk.put(replace(note, text=""))
    return {"note": note.id, "state": "erased", "digest": note.digest}
