"""The lock under which a job runs: whoever has it is the only process that runs the job.

PostgreSQL: an advisory lock on a connection of its own, let go by the server when the process dies.  SQLite: a lease
row with an end, renewed by a thread while the job runs; the lease of a process that died runs out.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError

from points_engine.limits import JOB_LEASE_SECONDS
from points_engine.store.stores import SqlStore
from points_engine.store.tables import METADATA

_CLASS: Final = 0x6A6F6273
"""The first half of PostgreSQL's advisory lock of a job ("jobs"); the second is made of schema and job."""

# One lock per schema and job: programmes that share a database by search_path do not wait for each other.
_TRY: Final = text("SELECT pg_try_advisory_lock(:class, hashtext(current_schema() || '/' || :job))")


class JobLock(ABC):
    """A lock that is held."""

    @abstractmethod
    def is_held(self) -> bool:
        """Whether it is still ours: False once the connection or the lease was lost."""

    @abstractmethod
    def release(self) -> None:
        """Let it go."""


def lock_job(store: SqlStore, job: str, holder: str) -> JobLock | None:
    """The lock of a job, or None where another process, or another thread of this one, has it."""
    if store.dialect == "postgresql":
        return _advisory(store, job)
    return _leased(store, job, holder)


@contextmanager
def locked_job(store: SqlStore, job: str, holder: str) -> Iterator[JobLock | None]:
    """The lock for the length of a block."""
    lock = lock_job(store, job, holder)
    try:
        yield lock
    finally:
        if lock is not None:
            lock.release()


class _Advisory(JobLock):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_held(self) -> bool:
        """The session holds the lock as long as it lives."""
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def release(self) -> None:
        """End the session, and the lock with it."""
        self._connection.close()


def _advisory(store: SqlStore, job: str) -> JobLock | None:
    connection = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # closing it ends the session: a lock can never go back into the pool
    try:
        if connection.execute(_TRY, {"class": _CLASS, "job": job}).scalar_one():
            return _Advisory(connection)
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


_LEASES: Final = METADATA.tables["job_lease"]


def _now() -> datetime:
    """The machine's time: a lease is about processes of one machine, whatever clock the books are kept by."""
    return datetime.now(UTC)


class _Leased(JobLock):
    def __init__(self, store: SqlStore, job: str, holder: str) -> None:
        self._store, self._job, self._holder = store, job, holder
        self._until = _now() + timedelta(seconds=JOB_LEASE_SECONDS)
        self._done = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name=f"lease-{job}", daemon=True)
        self._renewing.start()

    def is_held(self) -> bool:
        """The lease is ours until its end, which the thread keeps moving on."""
        return _now() < self._until

    def release(self) -> None:
        """Take the lease row away."""
        self._done.set()
        self._renewing.join()
        ours = (_LEASES.c.job == self._job) & (_LEASES.c.holder == self._holder)
        with self._store.operating() as connection:
            connection.execute(delete(_LEASES).where(ours))

    def _renew(self) -> None:
        while not self._done.wait(JOB_LEASE_SECONDS / 3):
            until = _now() + timedelta(seconds=JOB_LEASE_SECONDS)
            still_ours = (_LEASES.c.job == self._job) & (_LEASES.c.holder == self._holder) & (_LEASES.c.until > _now())
            try:
                with self._store.operating() as connection:
                    if not connection.execute(update(_LEASES).where(still_ours).values(until=until)).rowcount:
                        self._until = _now()
                        return  # it ran out, and is somebody else's by now
            except SQLAlchemyError:
                continue  # busy: the lease runs out if that goes on
            self._until = until


def _leased(store: SqlStore, job: str, holder: str, now: Callable[[], datetime] = _now) -> JobLock | None:
    at = now()
    row = {"job": job, "holder": holder, "until": at + timedelta(seconds=JOB_LEASE_SECONDS)}
    taken = insert(_LEASES).values(row)
    taken = taken.on_conflict_do_update(
        index_elements=["job"], set_={"holder": holder, "until": row["until"]}, where=_LEASES.c.until <= at
    )
    with store.operating() as connection:
        if not connection.execute(taken).rowcount:
            return None
    return _Leased(store, job, holder)
