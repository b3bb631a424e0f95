"""Limits: how many requests a key and an address may make, and how many guesses; shared where there is a Redis.

Redis is never the truth.  When it is away, hangs or is slow, each process counts for itself and looks again a little
later: a request waits for it a tenth of a second at most, and most of them not at all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter as SharedWindows
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter as OwnWindows
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import answer
from api.refusals import TooManyGuesses, TooManyRequests
from points_engine.errors import EngineError, NotFound
from points_engine.flow.counter.codes import as_typed, is_well_formed
from points_engine.settings import Settings

log = logging.getLogger("points_engine.api")

T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.1
"""how long one request waits for Redis: a hung one is noticed by the few that ask it, not felt by the rest."""

SLOW_SECONDS: Final = 0.02
"""an answer of Redis that takes longer is a slow one: it should take a fifth of a millisecond."""

SLOW_ANSWERS: Final = 10
"""slow answers in a row after which Redis is left alone for a while."""

PAUSE_SECONDS: Final = 2.0
"""how long Redis is left alone before one request tries it again."""

CONNECTIONS: Final = 32
"""connections to Redis of one process."""

KEY_GUESSES: Final = RateLimitItemPerMinute(20)
"""unknown keys from one address: a forgotten setting retries, a guesser is told nothing more."""

VOUCHER_GUESSES: Final = RateLimitItemPerMinute(10, 10)
"""well-formed voucher codes that mean nothing, at one key: a till mistypes, but the check character finds that."""


def limit_of(text: str) -> RateLimitItem | None:
    """A limit such as `600/minute` or `10 per 5 minutes`; None for an empty text.

    Raises: ValueError.
    """
    return parse(text) if text.strip() else None


class Limiter:
    """Counts in fixed windows: over all processes through Redis, or in this one."""

    def __init__(
        self,
        redis_url: str | None = None,
        *,
        per_key: str = "",
        per_address: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.per_key, self.per_address = limit_of(per_key), limit_of(per_address)
        self._clock = clock
        self._own = OwnWindows(MemoryStorage())
        self._pool = None if redis_url is None else _pool(redis_url)
        self._shared = None if self._pool is None else SharedWindows(_storage(self._pool))
        self._away_until = 0.0
        self._slow = 0

    @property
    def is_shared(self) -> bool:
        """Whether counts are shared with other processes just now."""
        return self._shared is not None and self._clock() >= self._away_until

    async def hit(self, limit: RateLimitItem, *whom: str) -> int:
        """Count one; answers 0, or the seconds to wait where that was one too many."""
        shared = self._shared

        async def ask_redis() -> int:
            assert shared is not None
            if await shared.hit(limit, *whom):
                return 0
            return _seconds_until((await shared.get_window_stats(limit, *whom)).reset_time)

        return await self._ask(ask_redis, lambda: 0 if self._own.hit(limit, *whom) else self._own_wait(limit, *whom))

    async def wait(self, limit: RateLimitItem, *whom: str) -> int:
        """Count nothing; answers 0, or the seconds to wait where there were too many."""
        shared = self._shared

        async def ask_redis() -> int:
            assert shared is not None
            reset_time, left = await shared.get_window_stats(limit, *whom)
            return 0 if left > 0 else _seconds_until(reset_time)

        return await self._ask(ask_redis, lambda: 0 if self._own.test(limit, *whom) else self._own_wait(limit, *whom))

    # ---- what is limited -------------------------------------------------------------------------------------

    async def admit_key(self, request: Request, key: str) -> None:
        """Let a key's request pass, unless it made too many, or guessed too many vouchers and asks for one again.

        Raises: TooManyRequests, TooManyGuesses.
        """
        request.state.key = key
        if self.per_key is not None:
            wait = await self.hit(self.per_key, "key", key)
            if wait:
                raise TooManyRequests(retry_after_seconds=wait)
        if request.url.path.startswith("/v1/redemptions/"):
            wait = await self.wait(VOUCHER_GUESSES, "voucher", key)
            if wait:
                raise TooManyGuesses(retry_after_seconds=wait, minutes=-(-wait // 60))

    async def count_wrong_key(self, request: Request) -> None:
        """Count a key that nobody has; keys that hold pass from the same address all the same.

        Raises: TooManyGuesses.
        """
        wait = await self.hit(KEY_GUESSES, "unknown key", address_of(request))
        if wait:
            raise TooManyGuesses(retry_after_seconds=wait, minutes=-(-wait // 60))

    async def count_guess(self, request: Request, error: EngineError) -> None:
        """Count a voucher's code that could be one and means nothing."""
        key = getattr(request.state, "key", "")
        is_voucher = isinstance(error, NotFound) and error.facts.get("what") == "voucher"
        if key and is_voucher and is_well_formed(as_typed(str(error.facts.get("code", "")))):
            await self.hit(VOUCHER_GUESSES, "voucher", key)

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.aclose()

    def _own_wait(self, limit: RateLimitItem, *whom: str) -> int:
        return _seconds_until(self._own.get_window_stats(limit, *whom).reset_time)

    async def _ask(self, redis: Callable[[], Awaitable[T]], own: Callable[[], T]) -> T:
        """The answer of Redis, or of this process where Redis has none in time."""
        began = self._clock()
        if self._shared is None or began < self._away_until:
            return own()
        is_trial = bool(self._away_until)
        if is_trial:  # one request tries; the others stay with this process until it is known
            self._away_until = began + PAUSE_SECONDS
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answered = await redis()
        except (RedisError, OSError, TimeoutError) as broken:
            self._leave_alone(type(broken).__name__)
            return own()
        self._judge(is_trial, is_slow=self._clock() - began > SLOW_SECONDS)
        return answered

    def _judge(self, is_trial: bool, is_slow: bool) -> None:
        """What an answer says of Redis.

        Only the trial brings it back, and only by a quick answer: those that were under way when it was left alone
        would else call it back while it is as slow as before.
        """
        if is_trial and is_slow:
            self._leave_alone("slow")
        elif is_trial:
            self._away_until, self._slow = 0.0, 0
            log.info("limits are shared through Redis again")
        elif not self._away_until:
            self._slow = self._slow + 1 if is_slow else 0
            if self._slow >= SLOW_ANSWERS:
                self._leave_alone("slow")

    def _leave_alone(self, why: str) -> None:
        if not self._away_until:
            log.warning("limits are counted per process: Redis gives no answer (%s)", why)
        self._away_until, self._slow = self._clock() + PAUSE_SECONDS, 0


def _pool(url: str) -> BlockingConnectionPool:
    return BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=None,
    )


def _storage(pool: BlockingConnectionPool) -> RedisStorage:
    made: object = pool
    return RedisStorage(
        "async+redis://",
        implementation="redispy",
        key_prefix="points:limits",
        connection_pool=made,  # type: ignore[arg-type]
    )


def _seconds_until(moment: float) -> int:
    """Whole seconds until a moment of the wall clock, one at least.

    >>> _seconds_until(0.0)
    1
    """
    return max(1, round(moment - time.time() + 0.5))


def limiter_from(settings: Settings) -> Limiter:
    """The limiter that the `POINTS_*` settings ask for."""
    return Limiter(settings.redis_url, per_key=settings.key_limit, per_address=settings.address_limit)


class AddressLimit:
    """Refuses requests under /v1 from an address that makes too many."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self.app, self.limiter = app, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, then pass on or refuse."""
        limit = self.limiter.per_address
        if limit is None or scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        wait = await self.limiter.hit(limit, "address", address_of(request))
        if wait:
            await answer(request, TooManyRequests(retry_after_seconds=wait))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def address_of(request: Request) -> str:
    """Where a request comes from; a proxy in front says so with X-Forwarded-For, which the server checks."""
    return request.client.host if request.client is not None else "local"
