"""Messages: every command has its type, and none says a name, a text, a code or a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from points_engine.flow.access.webhooks import TOPICS
from points_engine.flow.entities import Webhook
from points_engine.flow.steps import STEPS
from points_engine.reading import Reader, View
from points_engine.store import open_store
from points_engine.webhooks import TYPES, UNTOLD
from points_engine.webhooks import Message as Told
from points_engine.webhooks.messages import after, at
from tests.model.model import Message
from tests.properties.walks import Walk

STEPS_OF_A_WALK = 900
EVERYTHING = 10_000


def test_every_command_is_told_or_says_why_not() -> None:
    assert TYPES.keys() | UNTOLD == {step.name for step in STEPS}
    assert not TYPES.keys() & UNTOLD
    assert len(set(TYPES.values())) == len(TYPES), "each type means one thing"
    assert {kind.partition(".")[0] for kind in TYPES.values()} == set(TOPICS)


@pytest.fixture(scope="module")
def walked() -> Iterator[tuple[View, Webhook]]:
    """Give the books of a long walk, and an address that is told everything from its beginning."""
    walk = Walk(open_store("sqlite://", create=True), 7)
    fields = {"code": "platform", "url": "https://platform.example.org/", "label": "x", "names_volunteers": True}
    walk.mirror.send(Message("register_webhook", fields, "lea", "register"))
    walk.go(STEPS_OF_A_WALK)
    with Reader(walk.mirror.store, walk.mirror.engine.clock).open() as view:
        yield view, view.the(Webhook, "webhook", "platform")
    walk.mirror.store.close()


def told(view: View, webhook: Webhook) -> list[Told]:
    return after(view, webhook, (0, -1), EVERYTHING).messages


def test_messages_hold_references_and_numbers_only(walked: tuple[View, Webhook]) -> None:
    messages = told(*walked)
    assert len(messages) > STEPS_OF_A_WALK // 4
    said = json.dumps([json.loads(each.text()) for each in messages], ensure_ascii=False)
    view, _ = walked
    codes = [row[0] for row in view.connection.exec_driver_sql("SELECT code FROM hold_code").all()]
    assert codes
    for secret in (*codes, "argon2", "aaaaaaaa", "Ann", "mill lane", "1951-02-03"):
        assert secret not in said, secret


def test_a_volunteer_is_named_only_where_it_is_asked_for(walked: tuple[View, Webhook]) -> None:
    view, webhook = walked
    assert any("volunteer" in each.data for each in told(view, webhook))
    silent = told(view, replace(webhook, names_volunteers=False))
    assert len(silent) == len(told(view, webhook))
    assert not any("volunteer" in each.data for each in silent)


def test_topics_schemes_and_partners_narrow_what_is_told(walked: tuple[View, Webhook]) -> None:
    view, webhook = walked
    everything = told(view, webhook)
    for topic in TOPICS:
        narrowed = told(view, replace(webhook, topics=topic))
        assert narrowed == [each for each in everything if each.type.startswith(f"{topic}.")]
    of_town = told(view, replace(webhook, scheme="town"))
    assert of_town
    for each in of_town:
        assert each.data.get("scheme", "town") == "town"
        assert set(each.data.get("awarded", {"town": ""})) == {"town"}
    of_shop = told(view, replace(webhook, partner="shop"))
    assert {each.type.partition(".")[0] for each in of_shop} <= {"redemption", "stock", "webhook"}
    assert any(each.type == "redemption.held" for each in of_shop)
    assert {each.data.get("partner", "shop") for each in of_shop} == {"shop"}


def test_any_cutting_tells_the_same(walked: tuple[View, Webhook]) -> None:
    view, webhook = walked
    place, more, found = (0, -1), True, []
    while more:
        stretch = after(view, webhook, place, 7)
        found += stretch.messages
        place, more = stretch.reached, stretch.more
    assert found == told(view, webhook)
    for each in found[::25]:
        assert at(view, webhook, each.seq, each.index) == each
