"""What the engine remembers, as frozen rows: the working set of a batch holds these and nothing else.

Each class names its table, its key, the field(s) by which its rows hang on a parent, and whether the row is a parent
that commands lock.  The store has one table per class with the same columns.  Texts that end in `_json` are canonical
JSON; personal data stands only in `Person` and `Note`.
"""

from __future__ import annotations

from typing import Final

from points_engine.flow.entities.access import (
    Actor,
    ApiKey,
    KeyUse,
    PinTries,
    RevokedKey,
)
from points_engine.flow.entities.committee import (
    Sample,
    SampleItem,
    SampleMark,
    SampleSignOff,
)
from points_engine.flow.entities.conflicts import (
    Challenge,
    Conflict,
)
from points_engine.flow.entities.counter import (
    Adjustment,
    CardLink,
    Hold,
    HoldCode,
    Note,
    OfflineUse,
    OpeningLine,
    Quota,
    Shelf,
    StockMove,
    Visit,
)
from points_engine.flow.entities.journal import (
    BookEntry,
    RefusedAction,
    StoredCommand,
)
from points_engine.flow.entities.people import (
    Household,
    HouseholdMember,
    Person,
    Volunteer,
    VolunteerFact,
    VolunteerNumber,
)
from points_engine.flow.entities.programme import (
    Fund,
    Group,
    Kiosk,
    Outlet,
    PackText,
    PackVersion,
    Partner,
    Scheme,
    Unit,
    UnitMove,
)
from points_engine.flow.entities.rows import (
    FIRST_LOCKED,
    PROGRAMME,
    Row,
)
from points_engine.flow.entities.scarce import (
    Draw,
    Entrant,
    Ticket,
    Wins,
)
from points_engine.flow.entities.service import (
    Activity,
    Award,
    CheckIn,
    Fact,
    Fold,
    FoldCheckpoint,
    Import,
    Lapse,
    Seats,
    SignUp,
    TierHeld,
    Total,
    Trace,
)
from points_engine.flow.entities.webhooks import Webhook
from points_engine.frozen import quickly_made

ENTITIES: Final[tuple[type[Row], ...]] = (
    Scheme, PackVersion, PackText, Unit, UnitMove, Partner, Outlet, Fund, Group, Kiosk,
    Volunteer, VolunteerNumber, Person, VolunteerFact, Household, HouseholdMember,
    Activity, Seats, SignUp, CheckIn, Fact, Award, Trace, Fold, FoldCheckpoint, TierHeld, Total, Lapse, Import,
    Conflict, Challenge,
    Shelf, Hold, HoldCode, Adjustment, OpeningLine, Note, ApiKey, Actor, RevokedKey, KeyUse, PinTries, Webhook,
    Quota,
    Visit, CardLink, StockMove, OfflineUse,
    Sample, SampleItem, SampleMark, SampleSignOff,
    Draw, Ticket, Entrant, Wins,
)  # fmt: skip
"""The entities that commands read and write through the desk; the journal's own rows are written by the store."""

for _kind in (*ENTITIES, StoredCommand, BookEntry):
    quickly_made(_kind)

APPEND_ONLY: Final[frozenset[type[Row]]] = frozenset(
    {Trace, PackText, SampleItem, SampleSignOff, RevokedKey, OfflineUse}
)
"""Entities that are only ever inserted: the database refuses to change them."""

__all__ = [
    "APPEND_ONLY",
    "ENTITIES",
    "FIRST_LOCKED",
    "PROGRAMME",
    "Activity",
    "Actor",
    "Adjustment",
    "ApiKey",
    "Award",
    "BookEntry",
    "CardLink",
    "Challenge",
    "CheckIn",
    "Conflict",
    "Draw",
    "Entrant",
    "Fact",
    "Fold",
    "FoldCheckpoint",
    "Fund",
    "Group",
    "Hold",
    "HoldCode",
    "Household",
    "HouseholdMember",
    "Import",
    "KeyUse",
    "Kiosk",
    "Lapse",
    "Note",
    "OfflineUse",
    "OpeningLine",
    "Outlet",
    "PackText",
    "PackVersion",
    "Partner",
    "Person",
    "PinTries",
    "Quota",
    "RefusedAction",
    "RevokedKey",
    "Row",
    "Sample",
    "SampleItem",
    "SampleMark",
    "SampleSignOff",
    "Scheme",
    "Seats",
    "Shelf",
    "SignUp",
    "StockMove",
    "StoredCommand",
    "Ticket",
    "TierHeld",
    "Total",
    "Trace",
    "Unit",
    "UnitMove",
    "Visit",
    "Volunteer",
    "VolunteerFact",
    "VolunteerNumber",
    "Webhook",
    "Wins",
]
