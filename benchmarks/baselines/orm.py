"""The plain way with SQLModel: one session per request, rows locked FOR UPDATE, an entry with its postings, a commit.

Keys are unique, locks are taken in one order, balances are checked: what a good engineer writes first.
Run as a module it is a client process: `python -m benchmarks.baselines.orm URL ACCOUNTS SECONDS THREADS`.
"""

from __future__ import annotations

import random
import sys
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, Engine, create_engine, event
from sqlmodel import Field, Session, SQLModel, col, select

from benchmarks.baselines.clients import PROCESSES, THREADS, rate_of, work
from points_engine.store.sqlite import PRAGMAS

Stretch = tuple[str, datetime, datetime, str]
"""Who served, from when to when, and where."""


class Wallet(SQLModel, table=True):
    __tablename__ = "orm_wallet"
    number: str = Field(primary_key=True)
    balance: int = Field(sa_type=BigInteger)
    minutes: int = Field(default=0, sa_type=BigInteger)
    carried_minutes: int = 0


class Entry(SQLModel, table=True):
    __tablename__ = "orm_entry"
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    kind: str
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))


class Posting(SQLModel, table=True):
    __tablename__ = "orm_posting"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: str = Field(foreign_key="orm_entry.id", index=True)
    account: str = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    balance_after: int | None = Field(default=None, sa_type=BigInteger)


class Service(SQLModel, table=True):
    __tablename__ = "orm_service"
    natural: str = Field(primary_key=True)
    volunteer: str = Field(index=True)
    activity: str
    start: datetime = Field(sa_type=DateTime(timezone=True))
    end: datetime = Field(sa_type=DateTime(timezone=True))
    minutes: int
    entry_id: str = Field(foreign_key="orm_entry.id")


_TABLES: Final[list[Any]] = [
    SQLModel.metadata.tables[name] for name in ("orm_wallet", "orm_entry", "orm_posting", "orm_service")
]


def connected(url: str, pool: int = THREADS) -> Engine:
    """An engine for one client process; SQLite as durable as the books are."""
    if url.startswith("sqlite"):
        engine = create_engine(url)

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _: object) -> None:
            connection.isolation_level = None
            for pragma in PRAGMAS:
                connection.execute(pragma)

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine
    return create_engine(url, pool_size=pool)


def prepare(url: str, wallets: Iterable[str]) -> None:
    """Make the tables and rich wallets."""
    engine = connected(url)
    SQLModel.metadata.create_all(engine, tables=_TABLES)
    with Session(engine) as session:
        session.add_all(Wallet(number=number, balance=10**9) for number in wallets)
        session.commit()
    engine.dispose()


def transfer(engine: Engine, key: str, source: str, target: str, points: int) -> None:
    """Move points from one wallet to another."""
    with Session(engine, expire_on_commit=False) as session:
        query = select(Wallet).where(col(Wallet.number).in_((source, target))).order_by(Wallet.number)
        wallets = {wallet.number: wallet for wallet in session.exec(query.with_for_update())}
        if wallets[source].balance < points:
            raise ValueError("insufficient points")
        wallets[source].balance -= points
        wallets[target].balance += points
        entry = Entry(id=str(uuid.uuid4()), key=key, kind="transfer", recorded_at=datetime.now(UTC))
        session.add(entry)
        session.flush()
        for number, amount in ((source, -points), (target, points)):
            balance = wallets[number].balance
            session.add(Posting(entry_id=entry.id, account=number, amount=amount, balance_after=balance))
        session.commit()


def award(engine: Engine, stretch: Stretch) -> None:
    """Record one stretch of service and award a point per full hour, what is below it carried."""
    volunteer, start, end, activity = stretch
    with Session(engine, expire_on_commit=False) as session:
        wallet = session.exec(select(Wallet).where(Wallet.number == volunteer).with_for_update()).one()
        minutes = int((end - start).total_seconds()) // 60
        points, wallet.carried_minutes = divmod(wallet.carried_minutes + minutes, 60)
        wallet.minutes += minutes
        wallet.balance += points
        natural = f"{volunteer}|{activity}|{start.isoformat()}"
        entry = Entry(id=str(uuid.uuid4()), key=natural, kind="award", recorded_at=datetime.now(UTC))
        session.add(entry)
        session.flush()
        session.add(
            Service(
                natural=natural, volunteer=volunteer, activity=activity, start=start, end=end, minutes=minutes,
                entry_id=entry.id,
            )
        )  # fmt: skip
        if points:
            session.add(Posting(entry_id=entry.id, account="issued", amount=-points))
            session.add(Posting(entry_id=entry.id, account=volunteer, amount=points, balance_after=wallet.balance))
        session.commit()


def transfer_rate(
    url: str, accounts: int, seconds: float, *, processes: int = PROCESSES, threads: int = THREADS
) -> float:
    """Transfers per second of so many clients between random wallets that were prepared."""
    words = [url, str(accounts), str(seconds), str(threads)]
    return rate_of([sys.executable, "-m", "benchmarks.baselines.orm", *words], processes)


def wallet_number(account: int) -> str:
    """The number of one of the prepared wallets."""
    return f"w{account:06}"


def award_rate(url: str, stretches: Iterable[Stretch], seconds: float) -> float:
    """Awards per second, one after another as an import makes them, for so many seconds at most."""
    rows = list(stretches)
    prepare(url, sorted({volunteer for volunteer, *_ in rows}))
    engine = connected(url)
    done, began = 0, time.perf_counter()
    for row in rows:
        award(engine, row)
        done += 1
        if time.perf_counter() - began > seconds:
            break
    rate = done / (time.perf_counter() - began)
    engine.dispose()
    return rate


def main(url: str, accounts: int, seconds: float, threads: int) -> None:
    """Be one client process."""
    engine = connected(url)
    mark, chance = uuid.uuid4().hex, random.Random()

    def act(thread: int, turn: int) -> None:
        source, target = chance.sample(range(accounts), 2)
        transfer(engine, f"{mark}-{thread}-{turn}", wallet_number(source), wallet_number(target), 1)

    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    work(act, threads, seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
