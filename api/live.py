"""Live events: one reader of the journal per process, any number of screens.

The reader looks when this process has committed, when another one says through Redis that it has, and in any case every
second.  Redis only makes it sooner.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.gateway import Gateway
from points_engine.errors import Overloaded
from points_engine.reading import View, events, public
from points_engine.reading.events import LAST_INDEX, Event

log = logging.getLogger("points_engine.api")

CHANNEL: Final = "points:journal"
POLL_SECONDS: Final = 1.0
"""how late another process's commit is told at most where there is no Redis."""

SETTLE_SECONDS: Final = 0.05
"""pause after a look: under load one look tells many commits."""

SCREENS: Final = 500
"""screens of one process at once."""

BEHIND: Final = 1_000
"""events that may wait for one slow screen before it is told to begin anew."""

RECONNECT_SECONDS: Final = 2.0


class Screen:
    """One open stream: the events that wait for it. `None` says that it has fallen behind, or that all ends."""

    def __init__(self, wants: Callable[[Event], bool]) -> None:
        self._wants = wants
        self.waiting: asyncio.Queue[Event | None] = asyncio.Queue()
        self.is_over = False

    def tell(self, told: list[Event]) -> None:
        """Put what it wants in line."""
        for event in told:
            if self._wants(event) and not self.is_over:
                self.waiting.put_nowait(event)
        if self.waiting.qsize() > BEHIND:
            self.end()

    def end(self) -> None:
        """Nothing more follows."""
        self.is_over = True
        self.waiting.put_nowait(None)


class Live:
    """Reads the journal while anybody watches, and tells them."""

    def __init__(self, books: Gateway, redis_url: str | None = None) -> None:
        self._books = books
        self._redis = None if redis_url is None else Redis.from_url(redis_url, socket_connect_timeout=1)
        self._screens: set[Screen] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._told = asyncio.Event()
        self._reached = (0, -1)

    # ---- the process -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(self._look())]
        if self._redis is not None:
            self._tasks += [
                asyncio.create_task(self._listen(self._redis)),
                asyncio.create_task(self._tell(self._redis)),
            ]

    async def stop(self) -> None:
        """End every stream and look no more."""
        for screen in list(self._screens):
            screen.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    def committed(self) -> None:
        """This process has committed something; called from the writer's thread."""
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop has just been closed: nobody watches any more
                self._loop.call_soon_threadsafe(self._own_commit)

    def _own_commit(self) -> None:
        self._wake.set()
        self._told.set()

    # ---- screens ---------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def watching(self, wants: Callable[[Event], bool]) -> AsyncIterator[Screen]:
        """A screen that is told from now on.

        Raises: Overloaded.
        """
        if len(self._screens) >= SCREENS:
            raise Overloaded(retry_after_seconds=30)
        if not self._screens:
            self._reached = max(self._reached, (await self._books.read(public.head), LAST_INDEX))
        screen = Screen(wants)
        self._screens.add(screen)
        try:
            yield screen
        finally:
            self._screens.discard(screen)

    # ---- looking ---------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            if not self._screens:
                continue
            try:
                await self._read_on()
            except Exception:  # the books cannot be read just now: screens wait, and the next look tells all
                log.exception("the journal could not be read for live events")
                await asyncio.sleep(POLL_SECONDS)
            await asyncio.sleep(SETTLE_SECONDS)

    async def _read_on(self) -> None:
        more = True
        while more:

            def ask(view: View) -> events.News:
                return events.since(view, *self._reached)

            news = await self._books.read(ask)
            for screen in list(self._screens):
                screen.tell(news.events)
            self._reached, more = news.reached, news.more

    async def _listen(self, redis: Redis) -> None:
        """Wake up when another process says that it has committed."""
        while True:
            try:
                async with redis.pubsub() as heard:
                    await heard.subscribe(CHANNEL)
                    async for _ in heard.listen():
                        self._wake.set()
            except (RedisError, OSError) as broken:
                log.info("no wake-ups through Redis for now (%s): the journal is looked at every second", broken)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _tell(self, redis: Redis) -> None:
        """Say to other processes that this one has committed; many commits are one word."""
        while True:
            await self._told.wait()
            self._told.clear()
            try:
                async with asyncio.timeout(1):
                    await redis.publish(CHANNEL, "")
            except (RedisError, OSError, TimeoutError):
                await asyncio.sleep(RECONNECT_SECONDS)
            await asyncio.sleep(SETTLE_SECONDS)
