"""The sweeps that send commands: what is due is read without locks; the command that acts on it decides again.

So two sweeps at once, or one that is late, change nothing twice. Each handles at most `SWEEP_ROWS` rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from points_engine.flow.counter.holds import ExpireHold
from points_engine.flow.entities import Hold, Scheme, Ticket, Volunteer
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.outcomes import Submission
from points_engine.flow.scarce.takings import LapseOffer
from points_engine.interchange.lookups import latest_pack
from points_engine.jobs.jobs import PRINCIPAL, JobReport, Shift
from points_engine.ledger import amounts
from points_engine.limits import IMPORT_SLICE_COMMANDS, SWEEP_ROWS
from points_engine.store.tables import METADATA, table_of


def expire_holds(shift: Shift) -> JobReport:
    """Let go every open hold whose time is over: points, stock and budget return."""
    table = table_of(Hold)
    # Open holds past their time, and past that of those who bring a use later, oldest first.
    due = (
        select(table.c.code)
        .where(
            table.c.state == "open",
            table.c.expires_at < shift.now,
            table.c.offline_until.is_(None) | (table.c.offline_until < shift.now),
        )
        .order_by(table.c.expires_at, table.c.id)
        .limit(SWEEP_ROWS + 1)
    )
    with shift.store.reading() as connection:
        codes = list(connection.execute(due).scalars())
    sweep = [Submission(ExpireHold(code), PRINCIPAL, f"expire-hold:{code}") for code in codes[:SWEEP_ROWS]]
    return swept(shift, sweep, more=len(codes) > SWEEP_ROWS)


def lapse_offers(shift: Shift) -> JobReport:
    """Let go every offer of a place whose time is over: it passes to the next who waits."""
    table = table_of(Ticket)
    # Offers past their time, oldest first, by the index ticket_offered; of one draw in the order of their places.
    due = (
        select(table.c.draw, table.c.ticket)
        .where(table.c.state == "offered", table.c.lapses_at < shift.now)
        .order_by(table.c.lapses_at, table.c.draw, table.c.place, table.c.ticket)
        .limit(SWEEP_ROWS + 1)
    )
    with shift.store.reading() as connection:
        found = list(connection.execute(due).all())
    sweep = [
        Submission(LapseOffer(draw, ticket), PRINCIPAL, f"lapse-offer:{draw}:{ticket}")
        for draw, ticket in found[:SWEEP_ROWS]
    ]
    return swept(shift, sweep, more=len(found) > SWEEP_ROWS)


def expire_lots(shift: Shift) -> JobReport:
    """Take away the lots whose last usable day has passed, volunteer by volunteer."""
    sweep: list[Submission] = []
    with shift.store.reading() as connection:
        for scheme, today in _days(connection, shift.now):
            room = SWEEP_ROWS + 1 - len(sweep)
            sweep += [
                Submission(
                    ExpireLots(number, scheme), PRINCIPAL, f"expire-lots:{scheme}:{number}:{shift.now.isoformat()}"
                )
                for number in _with_expired_lots(connection, scheme, today, room)
            ]
    return swept(shift, sweep[:SWEEP_ROWS], more=len(sweep) > SWEEP_ROWS)


def swept(shift: Shift, submissions: Sequence[Submission], *, more: bool) -> JobReport:
    """Execute commands in slices that a counter does not notice."""
    handled = refused = 0
    for first in range(0, len(submissions), IMPORT_SLICE_COMMANDS):
        shift.go_on()
        for outcome in shift.execute(submissions[first : first + IMPORT_SLICE_COMMANDS]):
            handled += outcome.is_accepted and not outcome.replayed
            refused += not outcome.is_accepted
    return JobReport(handled, refused, more)


def _days(connection: Connection, now: datetime) -> Iterable[tuple[str, date]]:
    """Each scheme with the day that it is there now."""
    schemes = table_of(Scheme)
    for scheme in connection.execute(select(schemes.c.code).order_by(schemes.c.code)).scalars().all():
        pack = latest_pack(connection, scheme)
        if pack is not None:
            yield scheme, now.astimezone(pack.zone).date()


def _with_expired_lots(connection: Connection, scheme: str, today: date, most: int) -> list[str]:
    """Numbers of volunteers who hold lots that expired before `today`; lots in open holds wait for the hold's end."""
    lots, volunteers = METADATA.tables["lot"], table_of(Volunteer)
    # Expired lots of one asset, held and owed ones aside, one row per account.
    due = (
        select(lots.c.account)
        .where(
            lots.c.asset == amounts.points(scheme),
            lots.c.expires_on < today,
            lots.c.account.like("volunteer/%"),
            lots.c.account.not_like("%/held"),
            lots.c.account.not_like("%/debt"),
        )
        .distinct()
        .order_by(lots.c.account)
        .limit(most)
    )
    ids = list(dict.fromkeys(account.split("/")[1] for account in connection.execute(due).scalars()))
    numbers = select(volunteers.c.id, volunteers.c.number).where(volunteers.c.id.in_(ids))
    known = {row.id: row.number for row in connection.execute(numbers)}
    return [known[each] for each in ids]
