"""What imports and exports read from the books before they begin."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from points_engine.flow.entities import Import, PackText, PackVersion
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.pack import Pack
from points_engine.store.tables import table_of


def latest_pack(connection: Connection, scheme: str) -> Pack | None:
    """The newest published pack of a scheme; None where none was published."""
    versions, texts = table_of(PackVersion), table_of(PackText)
    # The newest version of one scheme, by the primary key of pack_version.
    newest = (
        select(texts.c.canonical)
        .join(versions, versions.c.hash == texts.c.hash)
        .where(versions.c.scheme == scheme)
        .order_by(versions.c.effective_on.desc())
        .limit(1)
    )
    text = connection.execute(newest).scalar()
    return None if text is None else pack_from_canonical(text)


def import_opened_at(connection: Connection, code: str) -> datetime | None:
    """When an import was opened last; None where there is none of this code."""
    table = table_of(Import)
    opened_at: datetime | None = connection.execute(select(table.c.opened_at).where(table.c.code == code)).scalar()
    return opened_at


def import_state(connection: Connection, code: str) -> str | None:
    """`open` or `undone`; None where there is no import of this code."""
    table = table_of(Import)
    state: str | None = connection.execute(select(table.c.state).where(table.c.code == code)).scalar()
    return state
