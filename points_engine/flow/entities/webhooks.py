"""Webhooks: where what happens is told to, and from which place in the journal on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class Webhook(Row):
    """An address that is told what happens; empty scope fields mean everything.

    Its secret is nowhere in the books: it is made of the engine's own, the code and the generation.
    """

    TABLE = "webhook"
    KEY = ("code",)
    LOCK_ORDER = 6
    code: str
    url: str
    label: str
    topics: str  # parted by spaces; empty: every topic
    scheme: str
    partner: str
    names_volunteers: bool  # whether it is told whose something is, by number
    state: str  # active | paused | suspended | removed
    generation: int  # of its secret
    rotated_at: datetime | None  # since when the secret of the generation before is on its way out
    registered_by: str
    registered_at: datetime
    command_id: str  # of its registration, which is the first thing that it is told
    replays: int  # how often it was asked to begin again …
    replay_seq: int  # … and after which place the last time
    replay_index: int
