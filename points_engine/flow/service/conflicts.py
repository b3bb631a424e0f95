"""Setting aside: what cannot be carried out as it came is kept, listed, and solved by a person, never dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from points_engine.flow.desk import Desk
from points_engine.flow.entities import Activity, Conflict, Kiosk
from points_engine.flow.wire import canonical

FORGOTTEN: Final = "forgotten_check_out"
OVERLAPPING: Final = "overlapping_presence"
"""Conflicts that are no refusal: what was recorded stands, and somebody should look at it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a check-in or check-out that was set aside."""

    action: str
    number: str
    activity: str
    at: datetime
    kiosk: str = ""
    recorded_by: str = "kiosk"
    facts: Mapping[str, Any] | None = None
    volunteer_id: str = ""


def set_aside(desk: Desk, kept: Kept, code: str, fact_id: str = "") -> dict[str, Any]:
    """Put a conflict on the desk; the activity and the kiosk must have been read."""
    identity = desk.make_id()
    desk.put(
        Conflict(
            identity, code, kept.action, kept.volunteer_id, kept.number, kept.activity, _unit(desk, kept), kept.kiosk,
            kept.at, canonical(dict(kept.facts or {})), kept.recorded_by, fact_id, "open", "", desk.now,
            desk.principal, None, "", "",
        )
    )  # fmt: skip
    return {"conflict": identity, "conflict_code": code}


def _unit(desk: Desk, kept: Kept) -> str:
    activity = desk.find(Activity, kept.activity)
    if activity is not None:
        return activity.host
    kiosk = desk.find(Kiosk, kept.kiosk) if kept.kiosk else None
    return "" if kiosk is None else kiosk.unit
