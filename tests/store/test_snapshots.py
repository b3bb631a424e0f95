"""What a view reads: the books of one moment, by the same questions as a batch, and the rules as they stood then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date

import pytest
from sqlalchemy import make_url, text

from points_engine.flow.desk import OneAccount
from points_engine.flow.entities import CheckIn, PackVersion, Unit
from points_engine.flow.programme import PublishPack, RegisterUnit
from points_engine.flow.rules import rule_history, schemes
from points_engine.flow.service.presence import CheckInAt
from points_engine.reading import Reader
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import Town, closing


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Town]:
    """Give a town whose readers have connections of their own."""
    is_memory = database_url == "sqlite://"
    url = f"sqlite:///{tmp_path_factory.mktemp('books') / 'points.db'}" if is_memory else database_url
    yield from closing(Town(open_store(url, create=True)))


def reader(town: Town) -> Reader:
    return Reader(town.store, lambda: town.now)


def test_a_view_keeps_its_moment_and_the_rules_of_it(town: Town) -> None:
    with reader(town).open() as before:
        assert [scheme.code for scheme in before.ask(schemes)] == ["town"]
        town.accepted(PublishPack(packs.guild().canonical, date(2024, 1, 1)))
        town.accepted(RegisterUnit("hill", "community", "山", "Hill"))
        assert before.one(Unit, "hill") is None
        assert [scheme.code for scheme in before.ask(schemes)] == ["town"]
        with reader(town).open() as after:
            assert [scheme.code for scheme in after.ask(schemes)] == ["guild", "town"]
            assert after.one(Unit, "hill") is not None
            assert len(after.ask(lambda desk: rule_history(desk, "guild")).versions) == 1
        town.accepted(RegisterUnit("lake", "community", "湖", "Lake"))
    with reader(town).open() as last:
        assert [scheme.code for scheme in last.ask(schemes)] == ["guild", "town"]


def test_readers_leave_the_writer_the_rules_that_it_knows(town: Town) -> None:
    with reader(town).open() as old:
        old.ask(schemes)
        town.accepted(PublishPack(packs.guild().canonical, date(2024, 1, 1)))
        old.ask(lambda desk: rule_history(desk, "town"))
        assert [row.scheme for row in old.where(PackVersion)] == ["town"]
    town.accepted(PublishPack(packs.guild("block").canonical, date(2026, 6, 1)))
    with reader(town).open() as now:
        assert len(now.ask(lambda desk: rule_history(desk, "guild")).versions) == 2


def test_accounts_and_rows_that_are_not_there(town: Town) -> None:
    with reader(town).open() as view:
        account = view.account(OneAccount("volunteer/nobody", "points/town"))
        assert (account.version, account.balance, account.lots) == (0, 0, {})
        assert view.one(Unit, "nowhere") is None
        assert view.accounts([]) == []


def test_instants_are_utc_whatever_the_zone_of_the_server_is(town: Town) -> None:
    if town.store.dialect == "postgresql":
        name = make_url(town.store.url).database
        with town.store.operating() as connection:
            connection.execute(text(f"ALTER DATABASE \"{name}\" SET timezone TO 'Asia/Shanghai'"))
    town.volunteer("mei")
    town.accepted(CheckInAt("mei", "garden"))
    again = open_store(town.store.url)
    with Reader(again, lambda: town.now).open() as view:
        (listed,) = view.where(CheckIn)
        found = view.one(CheckIn, listed.id)
        assert found == listed
        assert found is not None
        assert found.checked_in_at.tzinfo is UTC
        assert found.checked_in_at == town.now
    again.close()
