"""The tables of the counter: stock, holds, adjustments and notes."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text

from points_engine.store.columns import AtInstant, MaybeAtInstant, MaybeNumber, Number, OnDay, TextKey, Words, YesNo
from points_engine.store.tables.strict import STRICT, Books

_ENDED = text("ended_at IS NOT NULL")


class ShelfTable(Books, table=True):
    """Keeps `Shelf`."""

    __tablename__ = "shelf"

    scheme: TextKey
    reward: TextKey
    outlet: TextKey
    available: MaybeNumber
    held: Number


class StockMoveTable(Books, table=True):
    """Keeps `StockMove`."""

    __tablename__ = "stock_move"
    __table_args__ = (Index("stock_move_by_reward", "scheme", "reward"), STRICT)

    id: TextKey
    scheme: Words
    reward: Words
    outlet: Words
    kind: Words
    change: Number
    note_id: Words
    moved_at: AtInstant
    shelf: Words
    carried: Words


class QuotaTable(Books, table=True):
    """Keeps `Quota`."""

    __tablename__ = "quota"

    scheme: TextKey
    rule: TextKey
    place: TextKey
    used: Number


class HoldTable(Books, table=True):
    """Keeps `Hold`."""

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("code", name="hold_code_key"),
        Index("hold_by_volunteer_id", "volunteer_id"),
        Index("hold_open", "expires_at", postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'")),
        Index("hold_ended", "partner", "ended_at", "id", postgresql_where=_ENDED, sqlite_where=_ENDED),
        STRICT,
    )

    id: TextKey
    code: Words
    volunteer_id: Words
    scheme: Words
    reward: Words
    partner: Words
    outlet: Words
    quantity: Number
    points: Number
    money: Number
    pays: Number
    fund: Words
    drawn_json: Words
    state: Words
    placed_at: AtInstant
    expires_at: AtInstant
    confirmed_at: MaybeAtInstant
    confirmed_outlet: Words
    refunded_quantity: Number
    restock: YesNo
    stocked: YesNo
    trace: Words
    choice: Words
    quotas_json: Words
    zeroed_json: Words
    uses: Number
    used: Number
    visit: Words
    restocked: Number
    fetched_by: Words
    offline_until: MaybeAtInstant
    ended_at: MaybeAtInstant
    shelf: Words


class OfflineUseTable(Books, table=True):
    """Keeps `OfflineUse`."""

    __tablename__ = "offline_use"
    __table_args__ = (
        Index("offline_use_by_hold_id", "hold_id"),
        Index("offline_use_by_brought_at", "brought_at", "id"),
        STRICT,
    )

    id: TextKey
    hold_id: Words
    code: Words
    scheme: Words
    reward: Words
    partner: Words
    outlet: Words
    device: Words
    taken_at: AtInstant
    conflict: Words
    charged: Words
    pays: Number
    brought_at: AtInstant
    brought_by: Words


class VisitTable(Books, table=True):
    """Keeps `Visit`."""

    __tablename__ = "visit"
    __table_args__ = (Index("visit_by_volunteer_id", "volunteer_id"), STRICT)

    id: TextKey
    volunteer_id: Words
    number: Words
    outlet: Words
    opened_at: AtInstant
    expires_at: AtInstant
    fetched_by: Words


class CardLinkTable(Books, table=True):
    """Keeps `CardLink`."""

    __tablename__ = "card_link"

    volunteer_id: TextKey
    generation: Number
    seen_step: Number


class HoldCodeTable(Books, table=True):
    """Keeps `HoldCode`."""

    __tablename__ = "hold_code"

    code: TextKey
    hold_id: Words
    volunteer_id: Words


class AdjustmentTable(Books, table=True):
    """Keeps `Adjustment`."""

    __tablename__ = "adjustment"
    __table_args__ = (Index("adjustment_by_volunteer_id", "volunteer_id"), STRICT)

    id: TextKey
    volunteer_id: Words
    scheme: Words
    amount: Number
    expires_on: OnDay
    note_id: Words
    state: Words
    proposed_by: Words
    decided_by: Words


class NoteTable(Books, table=True):
    """Keeps `Note`."""

    __tablename__ = "note"

    id: TextKey
    text: Words
    salt: Words
    digest: Words


class OpeningLineTable(Books, table=True):
    """Keeps `OpeningLine`."""

    __tablename__ = "opening_line"

    natural: TextKey
    entry_id: Words
