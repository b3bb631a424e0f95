"""The connection to PostgreSQL is cut around COMMIT; what the engine answers is what the books say, once."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from points_engine.engine import PointsEngine
from points_engine.errors import StoreFault
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.port import Claim, Conflict
from points_engine.group_commit import GroupCommit
from points_engine.store import postgresql
from points_engine.store.opening import open_store
from tests.crashes.errands import Told, assert_happened_once, errand, found_town, reopened
from tests.crashes.proxies import Order, Proxy
from tests.engine.towns import SECRET, START

SEED = 20260303
BATCH = 12

pytestmark = pytest.mark.crash


@pytest.fixture
def proxy(mortal_url: str) -> Iterator[Proxy]:
    """Give a proxy before a founded town."""
    found_town(mortal_url)
    with Proxy(mortal_url) as proxy:
        yield proxy


def batch(number: int) -> list[Submission]:
    """The errands of one batch."""
    return [errand(SEED, f"batch{number}", each) for each in range(BATCH)]


def persistent(engine: PointsEngine, asked: list[Submission]) -> list[Outcome]:
    """The outcomes of a client that tries again with the same keys after every fault."""
    while True:
        try:
            outcomes = engine.execute(asked)
        except StoreFault:
            continue
        if all(outcome.status != "fault" for outcome in outcomes):
            return outcomes


def assert_once(url: str, asked: list[Submission], outcomes: list[Outcome]) -> None:
    """The books say what the outcomes say."""
    told = {each.key: Told.of(outcome) for each, outcome in zip(asked, outcomes, strict=True)}
    town = reopened(url)
    assert_happened_once(town, asked, told)
    town.store.close()


def impatient(url: str) -> str:
    """The URL with bounds on a silent line that a test can wait for; in service they are some seconds."""
    said = {"tcp_user_timeout": "1000", "keepalives_idle": "1", "keepalives_interval": "1", "keepalives_count": "1"}
    return make_url(url).update_query_dict(said).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    "order",
    ["cut before", "cut after", "cut answer", "hold", "slow", "late", "silent before", "silent after"],
)
def test_a_commit_with_a_lost_answer_happens_once_and_is_answered_as_if_nothing_had_been(
    order: Order, proxy: Proxy, mortal_url: str
) -> None:
    store = open_store(impatient(proxy.url))
    engine = PointsEngine(store, secret=SECRET, clock=lambda: START)
    proxy.order(order)
    outcomes = engine.execute(batch(0))
    store.close()
    assert proxy.done == [order]
    assert {outcome.status for outcome in outcomes} <= {"accepted", "refused"}, "the engine found out by itself"
    assert not any(outcome.replayed for outcome in outcomes), "nobody else had asked"
    assert_once(mortal_url, batch(0), outcomes)


def test_a_line_that_is_cut_again_and_again_does_nothing_twice(proxy: Proxy, mortal_url: str) -> None:
    chance = random.Random(SEED)
    store = open_store(proxy.url)
    engine = PointsEngine(store, secret=SECRET, clock=lambda: START)
    asked: list[Submission] = []
    outcomes: list[Outcome] = []
    kinds: tuple[Order, ...] = ("cut before", "cut after", "cut answer", "hold", "slow", "cut anywhere")
    for number in range(25):
        proxy.order(*chance.choices(kinds, k=chance.randint(0, 4)))
        asked += batch(number)
        outcomes += persistent(engine, batch(number))
    store.close()
    assert set(proxy.done) == set(kinds)
    assert_once(mortal_url, asked, outcomes)


def test_a_new_connection_that_breaks_at_once_is_one_fault_that_can_be_tried_again(
    proxy: Proxy, mortal_url: str
) -> None:
    store = open_store(proxy.url)
    engine = PointsEngine(store, secret=SECRET, clock=lambda: START)
    proxy.order("cut begin")
    with pytest.raises(StoreFault, match="no connection to the database"):
        engine.execute(batch(0))
    assert proxy.done == ["cut begin"], "one try, and not one for every command"
    proxy.order("cut begin")
    with GroupCommit(engine) as group:
        told = [future.result(60) for future in group.submit_all(batch(0), lane="interactive")]
        assert {outcome.status for outcome in told} == {"fault"}
        assert all("no connection to the database" in str(outcome.error) for outcome in told)
        outcomes = [future.result(60) for future in group.submit_all(batch(0), lane="interactive")]
    store.close()
    assert_once(mortal_url, batch(0), outcomes)


def test_a_session_that_stops_in_the_middle_of_a_batch_lets_its_keys_go(
    monkeypatch: pytest.MonkeyPatch, mortal_url: str
) -> None:
    found_town(mortal_url)
    asked = batch(0)
    store = open_store(mortal_url)
    with monkeypatch.context() as patch:
        patch.setattr(
            postgresql, "SETTINGS", (*postgresql.SETTINGS, "SET idle_in_transaction_session_timeout TO '500ms'")
        )
        stuck = open_store(mortal_url)
        with pytest.raises((Conflict, StoreFault)), stuck.transaction() as transaction:
            transaction.claim([Claim(each.principal, each.key, "", f"stuck-{each.key}") for each in asked])
            outcomes = PointsEngine(store, secret=SECRET, clock=lambda: START).execute(asked)
            assert {outcome.status for outcome in outcomes} <= {"accepted", "refused"}
            transaction.claim([Claim("errands", "late", "", "late")])
        stuck.close()
    store.close()
    assert_once(mortal_url, asked, outcomes)
