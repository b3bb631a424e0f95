"""The plain way to sell limited stock: one row that every taker updates, one transaction each."""

from __future__ import annotations

import sys
from typing import Final

import psycopg

from benchmarks.baselines.clients import THREADS, rate_of, work

_SETUP: Final = (
    "CREATE TABLE IF NOT EXISTS drop_stock (id int PRIMARY KEY, available bigint NOT NULL CHECK (available >= 0))",
    "CREATE TABLE IF NOT EXISTS drop_taken (id bigserial PRIMARY KEY, taker text NOT NULL)",
    "INSERT INTO drop_stock VALUES (1, 1000000000) ON CONFLICT DO NOTHING",
)


def hot_row_rate(url: str, seconds: float) -> float:
    """Takers per second of 8 clients on one row, while there is stock."""
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in _SETUP:
            connection.execute(statement)
    return rate_of([sys.executable, "-m", "benchmarks.baselines.hot_row", plain, str(seconds)])


def client(url: str, seconds: float) -> None:
    """One process of takers."""
    connections = [psycopg.connect(url) for _ in range(THREADS)]

    def take(thread: int, turn: int) -> None:
        connection = connections[thread]
        connection.execute("UPDATE drop_stock SET available = available - 1 WHERE id = 1 AND available > 0")
        connection.execute("INSERT INTO drop_taken (taker) VALUES (%s)", (f"t{thread}-{turn}",))
        connection.commit()

    work(take, THREADS, seconds)


if __name__ == "__main__":
    client(sys.argv[1], float(sys.argv[2]))
