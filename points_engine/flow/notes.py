"""Free text beside the books: erasable, while its salted hash stays."""

from __future__ import annotations

from hashlib import sha256
from hmac import new as hmac

from points_engine.flow.desk import Desk
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
