"""The books: every table of the first version, with its indexes and triggers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Day, Flag, Instant, Whole
from points_engine.store.triggers import BOOKS, statements

revision = "0001_books"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, index and trigger, and the journal"s first head."""
    for group in (_programme, _people, _service, _awards, _counter, _access, _books):
        group()
    for statement in statements(op.get_context().dialect.name, BOOKS):
        op.execute(statement)


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_strict=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Whole(), nullable=nullable, autoincrement=False)


def _day(name: str, *, nullable: bool = False) -> sa.Column[date]:
    return sa.Column(name, Day(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, Flag(), nullable=False)


def _key(name: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=name)


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _programme() -> None:
    _table(
        "scheme",
        _text("code"),
        _text("programme"),
        _text("title_zh"),
        _text("title_en"),
        _whole("scale"),
        _flag("keeps_time"),
        _key("scheme_pkey", "code"),
    )
    op.create_index("scheme_by_programme", "scheme", ["programme"])
    _table(
        "pack_version",
        _text("scheme"),
        _day("effective_on"),
        _text("hash"),
        _text("published_by"),
        _instant("published_at"),
        _key("pack_version_pkey", "scheme", "effective_on"),
    )
    _table(
        "pack_text",
        _text("hash"),
        _text("canonical"),
        _key("pack_text_pkey", "hash"),
    )
    _table(
        "unit",
        _text("code"),
        _text("kind"),
        _text("parent", nullable=True),
        _text("name_zh"),
        _text("name_en"),
        _key("unit_pkey", "code"),
    )
    op.create_index("unit_by_parent", "unit", ["parent"])
    _table(
        "partner",
        _text("code"),
        _text("kind"),
        _text("name_zh"),
        _text("name_en"),
        _key("partner_pkey", "code"),
    )
    _table(
        "outlet",
        _text("code"),
        _text("partner"),
        _text("unit", nullable=True),
        _text("name_zh"),
        _text("name_en"),
        _key("outlet_pkey", "code"),
    )
    op.create_index("outlet_by_partner", "outlet", ["partner"])
    _table(
        "fund",
        _text("code"),
        _text("currency"),
        _text("name_zh"),
        _text("name_en"),
        _key("fund_pkey", "code"),
    )
    _table(
        "kiosk",
        _text("code"),
        _text("unit"),
        _text("name_zh"),
        _text("name_en"),
        _key("kiosk_pkey", "code"),
    )
    op.create_index("kiosk_by_unit", "kiosk", ["unit"])


def _people() -> None:
    _table(
        "volunteer",
        _text("id"),
        _text("number"),
        _text("home_unit", nullable=True),
        _text("work_unit", nullable=True),
        _day("joined_on"),
        _text("standing"),
        _text("merged_into", nullable=True),
        _key("volunteer_pkey", "id"),
    )
    op.create_index("volunteer_by_home_unit", "volunteer", ["home_unit"])
    _table(
        "volunteer_number",
        _text("number"),
        _text("volunteer_id"),
        _key("volunteer_number_pkey", "number"),
    )
    op.create_index("volunteer_number_by_volunteer_id", "volunteer_number", ["volunteer_id"])
    _table(
        "person",
        _text("volunteer_id"),
        _text("name"),
        _day("born_on", nullable=True),
        _text("phone"),
        _text("pin_hash"),
        _key("person_pkey", "volunteer_id"),
    )
    _table(
        "volunteer_fact",
        _text("volunteer_id"),
        _text("name"),
        _day("from_day"),
        _text("value_json"),
        _key("volunteer_fact_pkey", "volunteer_id", "name", "from_day"),
    )


def _service() -> None:
    _table(
        "activity",
        _text("code"),
        _text("name"),
        _text("category"),
        _text("host"),
        _text("level"),
        _day("starts_on", nullable=True),
        _day("ends_on", nullable=True),
        _whole("participants", nullable=True),
        _key("activity_pkey", "code"),
    )
    _table(
        "seats",
        _text("activity"),
        _whole("capacity", nullable=True),
        _whole("taken"),
        _key("seats_pkey", "activity"),
    )
    _table(
        "sign_up",
        _text("activity"),
        _text("volunteer_id"),
        _text("state"),
        _instant("signed_up_at"),
        _key("sign_up_pkey", "activity", "volunteer_id"),
    )
    op.create_index("sign_up_by_volunteer_id", "sign_up", ["volunteer_id"])
    _table(
        "check_in",
        _text("id"),
        _text("volunteer_id"),
        _text("activity"),
        _text("kiosk"),
        _instant("checked_in_at"),
        _instant("checked_out_at", nullable=True),
        _text("state"),
        _flag("offline"),
        _text("facts_json"),
        _key("check_in_pkey", "id"),
    )
    op.create_index("check_in_by_volunteer_id", "check_in", ["volunteer_id", "checked_in_at"])
    _table(
        "fact",
        _text("id"),
        _text("natural"),
        _text("volunteer_id"),
        _text("kind"),
        _text("activity"),
        _instant("start"),
        _instant("end"),
        _whole("minutes"),
        _text("facts_json"),
        _text("granted"),
        _text("state"),
        _day("effective_on"),
        _text("source"),
        _text("recorded_by"),
        _text("recorded_principal"),
        _key("fact_pkey", "id"),
    )
    op.create_index("fact_by_volunteer_id", "fact", ["volunteer_id", "start"])
    _partial("fact_by_source", "fact", ["source"], "source <> ''")
    _table(
        "import_run",
        _text("code"),
        _text("state"),
        _text("title"),
        _text("opened_by"),
        _instant("opened_at"),
        _key("import_run_pkey", "code"),
    )


def _awards() -> None:
    _table(
        "award",
        _text("fact_id"),
        _text("scheme"),
        _text("volunteer_id"),
        _instant("start"),
        _whole("minutes"),
        _whole("points"),
        _text("lots_json"),
        _text("awaiting"),
        _text("trace_id"),
        _text("entry_id"),
        _key("award_pkey", "fact_id", "scheme"),
    )
    op.create_index("award_by_volunteer_id", "award", ["volunteer_id", "start"])
    _table(
        "trace",
        _text("id"),
        _text("entry_id"),
        _text("fact_id"),
        _text("scheme"),
        _text("content"),
        _key("trace_pkey", "id"),
    )
    op.create_index("trace_by_entry_id", "trace", ["entry_id"])
    _table(
        "fold",
        _text("scheme"),
        _text("volunteer_id"),
        _instant("last_start"),
        _instant("last_end"),
        _text("last_id"),
        _text("state_json"),
        _text("rules"),
        _key("fold_pkey", "scheme", "volunteer_id"),
    )
    _table(
        "fold_checkpoint",
        _text("scheme"),
        _text("volunteer_id"),
        _day("day"),
        _instant("last_start", nullable=True),
        _instant("last_end", nullable=True),
        _text("last_id"),
        _text("state_json"),
        _text("rules"),
        _flag("is_void"),
        _key("fold_checkpoint_pkey", "scheme", "volunteer_id", "day"),
    )
    _table(
        "tier_held",
        _text("scheme"),
        _text("volunteer_id"),
        _text("tier"),
        _text("level"),
        _day("from_day"),
        _instant("recorded_at"),
        _flag("is_void"),
        _key("tier_held_pkey", "scheme", "volunteer_id", "tier", "level"),
    )
    op.create_index("tier_held_by_volunteer_id", "tier_held", ["volunteer_id"])
    _table(
        "lapse",
        _text("scheme"),
        _text("volunteer_id"),
        _day("expires_on"),
        _whole("amount"),
        _key("lapse_pkey", "scheme", "volunteer_id", "expires_on"),
    )


def _counter() -> None:
    _table(
        "shelf",
        _text("scheme"),
        _text("reward"),
        _whole("available", nullable=True),
        _key("shelf_pkey", "scheme", "reward"),
    )
    _table(
        "hold",
        _text("id"),
        _text("code"),
        _text("volunteer_id"),
        _text("scheme"),
        _text("reward"),
        _text("partner"),
        _text("outlet"),
        _whole("quantity"),
        _whole("points"),
        _whole("money"),
        _whole("pays"),
        _text("fund"),
        _text("drawn_json"),
        _text("state"),
        _instant("placed_at"),
        _instant("expires_at"),
        _instant("confirmed_at", nullable=True),
        _text("confirmed_outlet"),
        _whole("refunded_quantity"),
        _flag("restock"),
        _flag("stocked"),
        _text("trace"),
        _key("hold_pkey", "id"),
        sa.UniqueConstraint("code", name="hold_code_key"),
    )
    op.create_index("hold_by_volunteer_id", "hold", ["volunteer_id"])
    _partial("hold_open", "hold", ["expires_at"], "state = 'open'")
    _table(
        "hold_code",
        _text("code"),
        _text("hold_id"),
        _text("volunteer_id"),
        _key("hold_code_pkey", "code"),
    )
    _table(
        "adjustment",
        _text("id"),
        _text("volunteer_id"),
        _text("scheme"),
        _whole("amount"),
        _day("expires_on"),
        _text("note_id"),
        _text("state"),
        _text("proposed_by"),
        _text("decided_by"),
        _key("adjustment_pkey", "id"),
    )
    op.create_index("adjustment_by_volunteer_id", "adjustment", ["volunteer_id"])
    _table(
        "opening_line",
        _text("natural"),
        _text("entry_id"),
        _key("opening_line_pkey", "natural"),
    )
    _table(
        "note",
        _text("id"),
        _text("text"),
        _text("salt"),
        _text("digest"),
        _key("note_pkey", "id"),
    )


def _access() -> None:
    _table(
        "api_key",
        _text("id"),
        _text("digest"),
        _text("role"),
        _text("principal"),
        _text("label"),
        _text("outlet"),
        _text("kiosk"),
        _text("unit"),
        _text("scheme"),
        _text("issued_by"),
        _instant("issued_at"),
        _instant("expires_at", nullable=True),
        _instant("revoked_at", nullable=True),
        _key("api_key_pkey", "id"),
    )


def _books() -> None:
    _table(
        "account",
        _text("account"),
        _text("asset"),
        _whole("version"),
        _whole("balance"),
        _key("account_pkey", "account", "asset"),
    )
    _table(
        "lot",
        _text("account"),
        _text("asset"),
        _day("expires_on"),
        _whole("amount"),
        sa.CheckConstraint("CASE WHEN account LIKE '%/debt' THEN amount <= 0 ELSE amount >= 0 END", name="lot_sign"),
        _key("lot_pkey", "account", "asset", "expires_on"),
    )
    _partial("lot_expiring", "lot", ["expires_on"], "expires_on < '9999-12-31'")
    _table(
        "entry",
        _text("id"),
        _whole("seq"),
        _whole("idx"),
        _text("kind"),
        _text("cause"),
        _instant("occurred_at"),
        _instant("recorded_at"),
        _text("reverses", nullable=True),
        sa.CheckConstraint("seq > 0", name="entry_seq"),
        _key("entry_pkey", "id"),
        sa.UniqueConstraint("seq", "idx", name="entry_seq_idx_key"),
    )
    _partial("entry_by_reverses", "entry", ["reverses"], "reverses IS NOT NULL")
    _table(
        "posting",
        _text("entry_id"),
        _whole("line"),
        _whole("seq"),
        _text("account"),
        _text("asset"),
        _day("expires_on"),
        _whole("amount"),
        _whole("version", nullable=True),
        _whole("lot_after", nullable=True),
        _whole("balance_after", nullable=True),
        sa.CheckConstraint("amount <> 0", name="posting_moves"),
        _key("posting_pkey", "entry_id", "line"),
    )
    _partial("posting_by_seq", "posting", ["account", "asset", "seq"], "version IS NULL")
    _partial("posting_by_version", "posting", ["account", "asset", "version"], "version IS NOT NULL", unique=True)
    _table(
        "command",
        _text("id"),
        _whole("seq"),
        _whole("index"),
        _instant("recorded_at"),
        _text("principal"),
        _text("key"),
        _text("fingerprint"),
        _text("kind"),
        _text("content_json"),
        _text("outcome_json"),
        sa.CheckConstraint("seq > 0", name="command_seq"),
        _key("command_pkey", "id"),
        sa.UniqueConstraint("seq", "index", name="command_seq_index_key"),
    )
    _table(
        "command_key",
        _text("principal"),
        _text("key"),
        _text("fingerprint"),
        _text("command_id"),
        _key("command_key_pkey", "principal", "key"),
    )
    _table(
        "journal",
        _whole("seq"),
        _instant("recorded_at"),
        _whole("commands"),
        sa.CheckConstraint("seq > 0", name="journal_seq"),
        _key("journal_pkey", "seq"),
    )
    _table(
        "journal_head",
        _whole("id"),
        _whole("seq"),
        _instant("recorded_at"),
        sa.CheckConstraint("id = 1", name="journal_head_one_row"),
        _key("journal_head_pkey", "id"),
    )
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    head = sa.table("journal_head", _whole("id"), _whole("seq"), _instant("recorded_at"))
    op.execute(head.insert().values(id=1, seq=0, recorded_at=epoch))
