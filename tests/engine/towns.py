"""A small town to try the engine in: one unit, two activities, two partners, a fund, and a clock that tests turn."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect, text

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.funds import ReceiveDonation, RegisterFund
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.port import Store
from points_engine.flow.programme import (
    PublishPack,
    RegisterKiosk,
    RegisterOutlet,
    RegisterPartner,
    RegisterUnit,
)
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.steps import Command
from points_engine.ledger.amounts import NEVER, points
from points_engine.rulebook.pack import Pack
from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests.engine import packs

START = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Monday noon in Shanghai."""

SECRET = b"a secret of a town"

UNORDERED = frozenset({"journal", "journal_head", "alembic_version"})
"""Tables that say how work was cut into commits, and not what is in the books."""

PLACED = frozenset({"seq", "idx", "index", "recorded_at"})
"""Columns that say when something was committed."""

Lots = dict[str, int]


def at(when: str) -> datetime:
    """A Shanghai time, such as `2026-03-01 09:00`, as an instant."""
    return (datetime.fromisoformat(when) - timedelta(hours=8)).replace(tzinfo=UTC)


def counting_ids() -> Callable[[], str]:
    """Ids by arrival: c00001, c00002, …"""
    numbers = itertools.count(1)
    return lambda: f"c{next(numbers):05d}"


def dump(store: SqlStore, *, placed: bool = False) -> dict[str, list[str]]:
    """Every row of every table as text, without its place in the journal unless `placed`."""
    books = {}
    with store.reading() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            if table in UNORDERED and not placed:
                continue
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            hidden = frozenset() if placed else PLACED
            books[table] = sorted(repr({name: row[name] for name in row if name not in hidden}) for row in rows)
    return books


def dumped_changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> set[str]:
    """The tables that differ between two dumps."""
    return {table for table in before.keys() | after.keys() if before.get(table) != after.get(table)}


class Town:
    """An engine over a store, with short words for what tests do again and again."""

    def __init__(
        self,
        store: SqlStore | None = None,
        *,
        town: Pack | None = None,
        guild: Pack | None = None,
        bare: bool = False,
        wrapped: Callable[[SqlStore], Store] = lambda store: store,
    ) -> None:
        self.store = store if store is not None else open_store("sqlite://", create=True)
        self.now = START
        self.engine = PointsEngine(wrapped(self.store), secret=SECRET, clock=lambda: self.now, make_id=counting_ids())
        self._keys = itertools.count(1)
        self.pack = town or packs.town()
        if not bare:
            self.all_accepted(self.founding(self.pack, guild))

    @staticmethod
    def founding(town: Pack, guild: Pack | None = None) -> list[Command]:
        """The commands that set the town up."""
        founded = [
            PublishPack(town.canonical, date(2024, 1, 1)),
            RegisterUnit("riverside", "community", "河畔", "Riverside"),
            RegisterKiosk("kiosk", "riverside", "亭", "Kiosk"),
            RegisterPartner("shop", "commerce", "店", "Shop"),
            RegisterPartner("museum", "culture_tourism", "馆", "Museum"),
            RegisterOutlet("till", "shop", "柜", "Till"),
            RegisterOutlet("till-2", "shop", "柜二", "Till 2"),
            RegisterOutlet("gate", "museum", "门", "Gate"),
            RegisterFund("community", "基金", "Fund"),
            ReceiveDonation("community", 100_000, "neighbours"),
            RegisterActivity("garden", "Garden", "green", "riverside"),
            RegisterActivity("library", "Library", "books", "riverside", capacity=1),
            RegisterActivity("street", "Street", "green", "riverside"),
        ]
        return [*founded, PublishPack(guild.canonical, date(2024, 1, 1))] if guild is not None else founded

    # ---- asking ----------------------------------------------------------------------------------------------

    def submission(self, command: Command, by: str = "staff", key: str = "") -> Submission:
        """The command with a key of its own."""
        return Submission(command, by, key or f"key-{next(self._keys)}")

    def do(self, command: Command, by: str = "staff", key: str = "") -> Outcome:
        """Execute one command, or one submission."""
        asked = command if isinstance(command, Submission) else self.submission(command, by, key)
        return self.engine.submit(asked)

    def accepted(self, command: Command, by: str = "staff", key: str = "") -> Mapping[str, Any]:
        """The result of a command that must be accepted."""
        return self.do(command, by, key).expect()

    def token(self, told: Mapping[str, Any]) -> str:
        """The signed token of the voucher that the result of a command tells of."""
        return self.engine.voucher_token(told)

    def all_accepted(self, commands: Sequence[Command]) -> list[Mapping[str, Any]]:
        """The results of commands of one batch that must be accepted."""
        return [outcome.expect() for outcome in self.engine.execute([self.submission(each) for each in commands])]

    def refused(self, command: Command, by: str = "staff", key: str = "") -> str:
        """The code of the refusal of a command that must be refused and must change nothing."""
        before = dump(self.store)
        outcome = self.do(command, by, key)
        assert outcome.status == "refused", outcome
        assert outcome.error is not None
        changed = dumped_changes(before, dump(self.store))
        assert not changed, f"a refusal changed {changed}"
        return outcome.error.code

    # ---- the town's people -----------------------------------------------------------------------------------

    def volunteer(self, number: str = "mei", joined: str = "2024-01-01", **fields: Any) -> str:
        """Register a volunteer; answers the id."""
        command = RegisterVolunteer(number, number.title(), date.fromisoformat(joined), **fields)
        return str(self.accepted(command)["volunteer"])

    def serve(
        self, start: str, minutes: int = 60, number: str = "mei", activity: str = "garden", **fields: Any
    ) -> Mapping[str, Any]:
        """Record service from a Shanghai time on."""
        begun = at(start)
        by = fields.pop("recorded_by", "kiosk")
        ended = begun + timedelta(minutes=minutes)
        return self.accepted(RecordService(number, activity, begun, ended, by, **fields))

    def give_blood(self, when: str, quantity: int = 1, number: str = "mei") -> Mapping[str, Any]:
        """Record a deed that earns 4 points an item."""
        from fractions import Fraction

        return self.accepted(RecordDeed(number, "blood", at(when), Fraction(quantity)))

    def hold(self, reward: str = "cup", quantity: int = 1, number: str = "mei", outlet: str = "") -> str:
        """Place a hold; answers the voucher's code."""
        return str(self.accepted(PlaceHold(number, "town", reward, outlet, quantity))["code"])

    # ---- reading the books -----------------------------------------------------------------------------------

    def query(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a query."""
        with self.store.reading() as connection:
            return list(connection.execute(text(statement), values).all())

    def identity(self, number: str) -> str:
        """The id of a volunteer by number."""
        return str(self.query("SELECT volunteer_id FROM volunteer_number WHERE number = :n", n=number)[0][0])

    def lots(self, part: str = "", number: str = "mei", scheme: str = "town") -> Lots:
        """A volunteer's lots by the year of their last usable day; `never` for those without one."""
        account = f"volunteer/{self.identity(number)}" + (f"/{part}" if part else "")
        rows = self.query(
            "SELECT expires_on, amount FROM lot WHERE account = :a AND asset = :s", a=account, s=points(scheme)
        )
        found: Lots = {}
        for day, amount in rows:
            year = "never" if str(day) == NEVER.isoformat() else str(day)[:4]
            found[year] = found.get(year, 0) + amount
        return found

    def balance(self, part: str = "", number: str = "mei", scheme: str = "town") -> int:
        """What a volunteer's account holds."""
        return sum(self.lots(part, number, scheme).values())

    def minutes(self, number: str = "mei") -> int:
        """The statutory minutes of a volunteer."""
        account = f"volunteer/{self.identity(number)}"
        rows = self.query("SELECT balance FROM account WHERE account = :a AND asset = 'minutes'", a=account)
        return int(rows[0][0]) if rows else 0

    def total(self, account: str, asset: str = "points/town") -> int:
        """The sum of postings to an account."""
        statement = "SELECT coalesce(sum(amount), 0) FROM posting WHERE account = :a AND asset = :s"
        return int(self.query(statement, a=account, s=asset)[0][0])

    def awards(self, scheme: str = "town") -> list[tuple[str, int, int, str]]:
        """(natural id, minutes, points, awaiting) of every award that is not nothing."""
        statement = (
            "SELECT f.natural, a.minutes, a.points, a.awaiting FROM award a JOIN fact f ON f.id = a.fact_id "
            "WHERE a.scheme = :s AND (a.minutes <> 0 OR a.points <> 0 OR a.awaiting <> '') ORDER BY 1"
        )
        return [tuple(row) for row in self.query(statement, s=scheme)]

    def assert_sound(self) -> None:
        """The audit of the store finds nothing."""
        from points_engine.store.audit import audit

        report = audit(self.store)
        assert report.is_sound, "\n".join(map(str, report.findings))


def closing(town: Town) -> Iterator[Town]:
    """Give a town and close its books afterwards."""
    try:
        yield town
    finally:
        town.store.close()
