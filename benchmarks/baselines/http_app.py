"""The plain way over HTTP: FastAPI, a SQLModel session per request, rows locked FOR UPDATE, a commit.

Keys are unique, balances and stock are checked, entries have their postings: what a good engineer writes first.  One
rule is written down in code: a full hour is a point. `uvicorn benchmarks.baselines.http_app:application --factory`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import BigInteger, DateTime, create_engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, select


class Key(SQLModel, table=True):
    __tablename__ = "plain_key"
    digest: str = Field(primary_key=True)
    principal: str


class Person(SQLModel, table=True):
    __tablename__ = "plain_person"
    number: str = Field(primary_key=True)
    name: str
    balance: int = Field(sa_type=BigInteger)
    held: int = Field(default=0, sa_type=BigInteger)
    minutes: int = Field(default=0, sa_type=BigInteger)
    carried_minutes: int = 0


class Prize(SQLModel, table=True):
    __tablename__ = "plain_prize"
    code: str = Field(primary_key=True)
    title: str
    price: int
    stock: int


class Reserved(SQLModel, table=True):
    __tablename__ = "plain_reserved"
    code: str = Field(primary_key=True)
    number: str = Field(index=True)
    prize: str
    points: int
    state: str
    placed_at: datetime = Field(sa_type=DateTime(timezone=True))


class Presence(SQLModel, table=True):
    __tablename__ = "plain_presence"
    number: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    since: datetime = Field(sa_type=DateTime(timezone=True), primary_key=True)
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Line(SQLModel, table=True):
    __tablename__ = "plain_entry"
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    kind: str
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))


class Move(SQLModel, table=True):
    __tablename__ = "plain_posting"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: str = Field(foreign_key="plain_entry.id", index=True)
    account: str = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    balance_after: int | None = Field(default=None, sa_type=BigInteger)


TABLES = [SQLModel.metadata.tables[name] for name in SQLModel.metadata.tables if name.startswith("plain_")]


class WantedHold(BaseModel):
    volunteer: str
    reward: str


class Going(BaseModel):
    volunteer: str
    activity: str


def prepare(url: str, token: str, people: list[str], prizes: int, since: datetime) -> None:
    """Make the tables, rich people who are all present at the garden, and prizes."""
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine, tables=TABLES)
    with Session(engine) as session:
        session.add(Key(digest=hashlib.sha256(token.encode()).hexdigest(), principal="bench"))
        session.add_all(Person(number=number, name=number, balance=1_000_000) for number in people)
        session.add_all(
            Prize(code=f"r{each:02}", title=f"r{each:02}", price=3, stock=1_000_000) for each in range(prizes)
        )
        session.add_all(Presence(number=number, activity="garden", since=since) for number in people)
        session.commit()
    engine.dispose()


router = APIRouter()


def session_of(request: Request) -> Iterator[Session]:
    """A session for one request."""
    with Session(request.app.state.engine, expire_on_commit=False) as made:
        yield made


Books = Annotated[Session, Depends(session_of)]
Once = Annotated[str, Header(alias="Idempotency-Key")]


def caller_of(session: Books, authorization: Annotated[str, Header()]) -> str:
    """Who shows the key."""
    token = authorization.removeprefix("Bearer ")
    key = session.get(Key, hashlib.sha256(token.encode()).hexdigest())
    if key is None:
        raise HTTPException(401)
    return key.principal


Caller = Annotated[str, Depends(caller_of)]


def entry(session: Session, key: str, kind: str, moves: list[tuple[str, int, int | None]]) -> None:
    line = Line(id=str(uuid.uuid4()), key=key, kind=kind, recorded_at=datetime.now(UTC))
    session.add(line)
    session.flush()
    session.add_all(
        Move(entry_id=line.id, account=account, amount=amount, balance_after=after) for account, amount, after in moves
    )
    try:
        session.commit()
    except IntegrityError as again:
        raise HTTPException(409) from again


@router.post("/v1/redemptions", status_code=201)
def hold(wanted: WantedHold, books: Books, who: Caller, once: Once) -> dict[str, Any]:
    person = books.exec(select(Person).where(Person.number == wanted.volunteer).with_for_update()).one_or_none()
    prize = books.exec(select(Prize).where(Prize.code == wanted.reward).with_for_update()).one_or_none()
    if person is None or prize is None:
        raise HTTPException(404)
    if prize.stock < 1 or person.balance < prize.price:
        raise HTTPException(409)
    prize.stock -= 1
    person.balance -= prize.price
    person.held += prize.price
    kept = Reserved(
        code=secrets.token_hex(5), number=person.number, prize=prize.code, points=prize.price, state="open",
        placed_at=datetime.now(UTC),
    )  # fmt: skip
    books.add(kept)
    place = f"{person.number}/held"
    entry(books, once, "hold", [(person.number, -prize.price, person.balance), (place, prize.price, person.held)])
    return {"code": kept.code, "state": kept.state, "points": kept.points, "reward": kept.prize}


@router.post("/v1/redemptions/{code}/confirm")
def confirm(code: str, books: Books, who: Caller, once: Once) -> dict[str, Any]:
    kept = books.exec(select(Reserved).where(Reserved.code == code).with_for_update()).one_or_none()
    if kept is None:
        raise HTTPException(404)
    if kept.state != "open":
        raise HTTPException(409)
    person = books.exec(select(Person).where(Person.number == kept.number).with_for_update()).one()
    kept.state = "confirmed"
    person.held -= kept.points
    entry(
        books, once, "confirm",
        [(f"{person.number}/held", -kept.points, person.held), ("partner/shop", kept.points, None)],
    )  # fmt: skip
    return {"code": kept.code, "state": kept.state, "points": kept.points, "reward": kept.prize}


@router.post("/v1/check-outs", status_code=201)
def check_out(going: Going, books: Books, who: Caller, once: Once) -> dict[str, Any]:
    person = books.exec(select(Person).where(Person.number == going.volunteer).with_for_update()).one_or_none()
    there = books.exec(
        select(Presence).where(
            Presence.number == going.volunteer,
            Presence.activity == going.activity,
            Presence.until == None,  # noqa: E711
        )
    ).first()
    if person is None or there is None:
        raise HTTPException(409)
    there.until = datetime.now(UTC)
    minutes = int((there.until - there.since).total_seconds()) // 60
    points, person.carried_minutes = divmod(person.carried_minutes + minutes, 60)
    person.minutes += minutes
    person.balance += points
    moves: list[tuple[str, int, int | None]] = [
        ("served", -minutes, None), (f"{person.number}/minutes", minutes, person.minutes),
    ]  # fmt: skip
    if points:
        moves += [("issued", -points, None), (person.number, points, person.balance)]
    entry(books, once, "award", moves)
    return {"minutes": minutes, "points": points, "balance": person.balance}


@router.get("/v1/volunteers/{number}/balance")
def balance(number: str, books: Books, who: Caller) -> dict[str, Any]:
    person = books.get(Person, number)
    if person is None:
        raise HTTPException(404)
    return {"number": number, "minutes": person.minutes, "spendable": person.balance, "held": person.held}


@router.get("/v1/volunteers/{number}/quotes")
def quotes(number: str, books: Books, who: Caller) -> list[dict[str, Any]]:
    person = books.get(Person, number)
    if person is None:
        raise HTTPException(404)
    return [
        {
            "reward": prize.code, "title": prize.title, "points": prize.price,
            "possible": prize.stock > 0 and person.balance >= prize.price,
            "missing": max(0, prize.price - person.balance),
        }
        for prize in books.exec(select(Prize).order_by(Prize.code))
    ]  # fmt: skip


def application() -> FastAPI:
    """The application over the database that PLAIN_DATABASE_URL names."""
    app = FastAPI()
    app.state.engine = create_engine(os.environ["PLAIN_DATABASE_URL"], pool_size=40)
    app.include_router(router)
    return app
