"""What happened since a place in the journal, for live screens: what kind of thing, where, about what. Nobody is named.

A screen that is told reads the lists it shows again; an event says only that there is a reason to.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from points_engine.flow.entities import Activity, Fact, Hold, StoredCommand
from points_engine.reading.queries import behind
from points_engine.reading.view import View
from points_engine.store.tables import table_of

MOST_EVENTS: Final = 500
"""commands read at once: a busy minute of a district."""

LAST_INDEX: Final = 999_999
"""behind every command of a commit."""


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted command that some screen may show: of service at a unit, or of a redemption at a partner's outlet."""

    seq: int
    index: int
    recorded_at: datetime
    kind: str
    topic: str  # service | counter
    unit: str  # host of the activity; empty where there is none
    activity: str
    scheme: str
    partner: str
    outlet: str  # where a hold is for, or was confirmed; empty: any of the partner
    reward: str

    @property
    def place(self) -> str:
        """Its place in the journal, from which a screen can go on."""
        return f"{self.seq}-{self.index}"


@dataclass(frozen=True, slots=True)
class News:
    """Events in the order of the journal, up to a place; `more` remain behind it."""

    events: list[Event]
    reached: tuple[int, int]
    more: bool


def commands_after(view: View, place: tuple[int, int], most: int) -> tuple[list[StoredCommand], bool]:
    """The next accepted commands behind a place in the journal, in its order, and whether more follow."""
    table = table_of(StoredCommand)
    # By the unique index over (seq, index).
    query = select(table).where(behind(table.c.seq, table.c["index"], place))
    rows = view.connection.execute(query.order_by(table.c.seq, table.c["index"]).limit(most + 1)).all()
    return [StoredCommand(*row) for row in rows[:most]], len(rows) > most


def since(view: View, seq: int, index: int = -1, most: int = MOST_EVENTS) -> News:
    """What happened after a place in the journal."""
    told, more = commands_after(view, (seq, index), most)
    reached = (told[-1].seq, told[-1].index) if told else (seq, index)
    return News(_events(view, told), reached, more)


def _events(view: View, commands: Sequence[StoredCommand]) -> list[Event]:
    said = [(each, json.loads(each.content_json), json.loads(each.outcome_json)) for each in commands]
    holds = view.by(Hold, "id", (outcome.get("hold") for _, _, outcome in said))
    named = [outcome.get("fact") or content.get("fact") for _, content, outcome in said]
    facts = view.by(Fact, "id", named)
    codes = [
        content.get("activity") or (facts[fact].activity if fact in facts else "")
        for (_, content, _), fact in zip(said, named, strict=True)
    ]
    activities = view.by(Activity, "code", codes)
    events = []
    for (command, _, outcome), code, fact in zip(said, codes, named, strict=True):
        hold = holds.get(outcome.get("hold", ""))
        place = (command.seq, command.index, command.recorded_at, command.kind)
        if hold is not None:
            outlet = hold.confirmed_outlet or hold.outlet
            events.append(Event(*place, "counter", "", "", hold.scheme, hold.partner, outlet, hold.reward))
        elif code in activities:
            events.append(Event(*place, "service", activities[code].host, code, "", "", "", ""))
        elif fact in facts:
            events.append(Event(*place, "service", "", "", "", "", "", ""))
    return events
