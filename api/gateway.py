"""The one way from a handler to the engine: commands through the group commit, reads in a worker thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request, Response
from pydantic import Field
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from api.headers import Told, reads
from api.identifications import Identifications
from api.key_uses import KeyUses
from api.known_keys import KnownKeys
from api.shapes import Moment
from api.tags import rows_of
from points_engine.engine import PointsEngine
from points_engine.errors import KeyMissing, Overloaded
from points_engine.flow.counter.tokens import VoucherKey
from points_engine.flow.entities import Hold, Row
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.steps import Command
from points_engine.flow.tags import Unchanged
from points_engine.group_commit import Commit, GroupCommit
from points_engine.limits import KEY_CHARACTERS, READERS
from points_engine.reading import Reader, View
from points_engine.store import SqlStore

T = TypeVar("T")


class Gateway:
    """The engine and its books, for `async` callers."""

    def __init__(
        self, engine: PointsEngine, store: SqlStore, on_commit: Callable[[Commit], None] | None = None
    ) -> None:
        self._engine = engine
        self._on_commit = on_commit
        self.store = store
        self._reader = Reader(store, engine.clock)
        self._commits: GroupCommit | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.identifications = Identifications(engine.derived_secret("identifications"))
        self.pepper = engine.derived_secret("pins")
        # Argon2 takes 19 MiB and some 20 ms of a core: two at a time leave the rest of the service its machine.
        self.hashing = asyncio.Semaphore(2)
        self.uses = KeyUses(self.submit_behind, engine.clock)
        self.known_keys = KnownKeys()
        self._readers = _readers()

    def start(self) -> None:
        """Start the writer; commands are taken from now on."""
        self._commits = GroupCommit(self._engine, on_commit=self._on_commit)
        self._tasks = [asyncio.create_task(self.uses.keep_noting())]

    async def stop(self) -> None:
        """Answer every command that was taken, then stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.uses.note(all_of_them=True)
        if self._commits is not None:
            await run_in_threadpool(self._commits.close)
        asked, self._readers = self._readers, _readers()
        await run_in_threadpool(asked.shutdown)

    def takes_commands(self) -> bool:
        """Whether there is room in the queue and somebody who empties it."""
        return self._commits is not None and self._commits.takes_commands()

    def waiting(self) -> int:
        """How many commands wait for a commit."""
        return 0 if self._commits is None else self._commits.waiting()

    def card_key(self, volunteer_id: str, generation: int) -> bytes:
        """The key that a linked phone shows a volunteer's codes with."""
        return self._engine.card_key(volunteer_id, generation)

    def voucher_key(self) -> VoucherKey:
        """The public key that the tokens of vouchers can be checked with."""
        return self._engine.voucher_key()

    def voucher_token(self, hold: Hold) -> str:
        """The signed token that the QR code of a voucher says."""
        return self._engine.voucher_token(hold)

    def with_token(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The outcome of a hold with its voucher's signed token; an older engine kept it in the books."""
        return dict(told) if "token" in told else {**told, "token": self._engine.voucher_token(told)}

    def short_code(self, typed: str) -> str:
        """The short code that was typed, or that a signed token is about.

        Raises: VoucherSignatureWrong.
        """
        return self._engine.short_code(typed)

    def now(self) -> datetime:
        """The engine's present instant."""
        return self._engine.clock()

    async def submit(self, submission: Submission) -> Outcome:
        """Execute one command; the outcome is durable when this answers.

        Raises: Overloaded.
        """
        if self._commits is None:
            raise Overloaded(retry_after_seconds=1)
        outcome = await self._commits.ask(submission)
        self.known_keys.after(submission.command)
        return outcome

    async def submit_all(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Execute several commands in order, behind whoever stands at a counter; each gets its own outcome.

        Raises: Overloaded; then none was taken.
        """
        if self._commits is None:
            raise Overloaded(retry_after_seconds=1)
        return await self._commits.ask_all(submissions)

    async def submit_behind(self, submission: Submission) -> Outcome:
        """Execute one command that nobody waits for, behind those that somebody does.

        Raises: Overloaded.
        """
        if self._commits is None:
            raise Overloaded(retry_after_seconds=1)
        return await self._commits.ask(submission, "bulk")

    def execute_in_bulk(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Execute commands of a job, from a thread of its own, behind whoever stands at a counter.

        Raises: Overloaded.
        """
        if self._commits is None:
            raise Overloaded(retry_after_seconds=1)
        return [each.result() for each in self._commits.submit_all(submissions)]

    async def read(self, question: Callable[[View], T]) -> T:
        """The answer of a question over one snapshot of the books; asked again where the connection had been lost."""

        def once() -> T:
            with self._reader.open() as view:
                return question(view)

        def ask() -> T:
            try:
                return once()
            except DBAPIError as lost:
                if not lost.connection_invalidated:
                    raise
            return once()

        return await asyncio.get_running_loop().run_in_executor(self._readers, ask)


def _readers() -> ThreadPoolExecutor:
    """Threads for reads alone: fewer than of the framework, whose threads would wait for each other."""
    return ThreadPoolExecutor(READERS, thread_name_prefix="reader")


async def gateway(request: Request) -> Gateway:
    """The gateway that the application was made with."""
    found: Gateway = request.app.state.gateway
    return found


Books = Annotated[Gateway, Depends(gateway)]


class Writer:
    """Submits the command of one request under its Idempotency-Key and marks a replay in the answer."""

    def __init__(
        self, books: Gateway, key: str, request: Request, response: Response, valid_until: datetime | None
    ) -> None:
        self._books, self._key, self._response, self._valid_until = books, key, response, valid_until
        self._request = request

    def _submission(self, command: Command, principal: str, key: str) -> Submission:
        """A command with the API key that was shown, as the dependency that looked at it has left it."""
        state = self._request.state
        return Submission(command, principal, key, self._valid_until, getattr(state, "key", ""), state.is_staff)

    async def submit(self, command: Command, principal: str, on: tuple[type[Row], str] | None = None) -> dict[str, Any]:
        """Execute a command for a principal; answers what was done.

        `on` is the row that it edits: where the request has an If-Match, it is refused if that row is another by now.

        Raises: the error of a command that was not accepted.
        """
        submission = self._submission(command, principal, self._key)
        seen = rows_of(self._request.headers.get("if-match", ""))
        if on is not None and seen and "*" not in seen:
            submission = replace(submission, unchanged=Unchanged(on[0], (on[1],), seen))
        outcome = await self._books.submit(submission)
        result = dict(outcome.expect())
        if outcome.replayed:
            self._response.headers["Idempotent-Replayed"] = "true"
        return result

    async def also(self, command: Command, principal: str, part: str) -> dict[str, Any]:
        """Execute a further command of the same request; `part` tells its key from the first one's.

        Raises: the error of a command that was not accepted.
        """
        key = f"{sha256(self._key.encode()).hexdigest()}:{part}"
        outcome = await self._books.submit(self._submission(command, principal, key))
        result = dict(outcome.expect())
        if outcome.replayed:
            self._response.headers["Idempotent-Replayed"] = "true"
        return result

    async def submit_all(self, commands: Sequence[tuple[str, Command]], principal: str) -> list[Outcome]:
        """Execute the commands of one request, each under a key of its own or, where that begins with `:`, under the
        request's key with this at its end.

        Raises: InvalidValue (a key is too long), Overloaded (none was taken).
        """
        return await self._books.submit_all(
            [
                self._submission(command, principal, self._key + key if key.startswith(":") else key)
                for key, command in commands
            ]
        )


IDEMPOTENCY_KEY: Final[Told[str]] = Told(
    "idempotency-key",
    Annotated[str, Field(max_length=KEY_CHARACTERS, examples=["0b6ff0d3-3f2b-4d38-8f5c-1a3a1b1f9b51"])],
    "Makes a retry safe: the same key and content answer the first outcome again. Required.",
    required=True,
)
VALID_UNTIL: Final[Told[datetime]] = Told(
    "valid-until", Moment, "After this instant the command is refused, so that a late retry cannot charge."
)


@reads(IDEMPOTENCY_KEY, VALID_UNTIL)
async def writer(request: Request, response: Response) -> Writer:
    """The writer of this request.

    Raises, first that applies: RequestValidationError (a header has the wrong shape), KeyMissing.
    """
    key, valid_until = IDEMPOTENCY_KEY.of(request), VALID_UNTIL.of(request)
    if not key:
        raise KeyMissing()
    return Writer(request.app.state.gateway, key, request, response, valid_until)


Write = Annotated[Writer, Depends(writer)]
