"""A database that ends every session, as one that is restarted does: whoever reads does not notice."""

from __future__ import annotations

import psycopg
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.street import Clock, Street, lay_out


def test_a_read_is_asked_again_where_the_connection_was_lost_a_moment_ago(postgresql_url: str) -> None:
    clock = Clock()
    engine = PointsEngine(open_store(postgresql_url, create=True), secret=b"a secret for tests only", clock=clock)
    with (
        TestClient(create_app(engine, close=True), raise_server_exceptions=False) as client,
        psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other,
    ):
        street = Street(client, engine, clock)
        lay_out(street)
        for _ in range(3):
            before = street.get("steward", "/v1/volunteers/MEI/balance")
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            after = street.get("steward", "/v1/volunteers/MEI/balance")
            assert (before.status_code, after.status_code) == (200, 200)
            assert before.json() == after.json()
