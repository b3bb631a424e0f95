"""Telling: in order, once where it is taken, again where it is not, from where it stopped, and never in secret."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from points_engine.flow.access.webhooks import (
    AmendWebhook,
    ReplayWebhook,
    RotateWebhookSecret,
    SetWebhookState,
)
from points_engine.jobs import JobRunner
from points_engine.store import webhook_cursors
from points_engine.webhooks import Message
from points_engine.webhooks.delivery import AGAIN_AFTER, PATIENCE, RESTS, SUSPENDED_AFTER
from tests.webhooks.conftest import Office
from tests.webhooks.receivers import Receiver, receiving

REGISTERED, HAPPENED = "webhook.registered", "programme.unit_registered"


def ids(receiver: Receiver) -> list[str]:
    return [each.id for each in receiver.got]


def test_it_is_told_in_order_once_and_from_where_it_stopped(office: Office, receiver: Receiver) -> None:
    office.happen(2)
    office.register(receiver.url)
    first = office.happen(3)
    run = office.tell()
    assert (run.state, run.handled, run.refused) == ("done", 4, 0)
    assert receiver.types == [REGISTERED, *[HAPPENED] * 3]
    assert ids(receiver)[1:] == first
    assert office.tell().handled == 0
    second = office.happen(1)
    assert office.tell().handled == 1
    assert ids(receiver)[4:] == second
    assert (office.state().cursor.sent, office.state().waiting, office.state().given_up) == (5, 0, 0)


def test_a_message_is_signed_and_says_when_and_what(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url)
    office.happen()
    office.tell()
    secret = office.runner.courier.secret_of("platform", 1)
    told = receiver.got[1].verified(secret)
    assert told["type"] == HAPPENED
    assert told["data"] == {"unit": "u1"}
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verified(office.runner.courier.secret_of("platform", 2))
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verified(office.runner.courier.secret_of("another", 1))


def test_a_new_secret_is_used_at_once_and_the_old_one_for_a_day(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url)
    office.done(RotateWebhookSecret("platform"))
    office.tell()
    for generation in (1, 2):
        receiver.got[-1].verified(office.runner.courier.secret_of("platform", generation))
    webhook, courier = office.row(), office.runner.courier
    message = Message(1, 0, "x.y", office.now, {})
    at_last = courier.headers(webhook, message, message.text(), office.now + timedelta(hours=23, minutes=59))
    assert len(at_last["webhook-signature"].split()) == 2
    after = courier.headers(webhook, message, message.text(), office.now + timedelta(days=1))
    assert len(after["webhook-signature"].split()) == 1


def test_what_is_not_taken_is_told_again_later_and_holds_nothing_up(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url, topics=("programme",))
    (first,) = office.happen()
    receiver.status = 500
    assert (office.tell().handled, office.state().waiting) == (0, 1)
    receiver.status = 200
    (second,) = office.happen()
    office.tell(seconds=1)
    assert ids(receiver) == [first, second]
    office.tell(seconds=58)
    assert ids(receiver) == [first, second], "a minute is not over"
    office.tell(seconds=2)
    assert ids(receiver) == [first, second, first]
    assert office.state().waiting == 0
    assert receiver.got[0].body == receiver.got[2].body


def test_it_is_given_up_after_three_days_and_told_again_when_it_is_asked_for(
    office: Office, receiver: Receiver
) -> None:
    begins = office.register(receiver.url, topics=("programme",)).seq
    assert begins is not None
    (lost,) = office.happen()
    receiver.refuses[HAPPENED] = 400
    office.tell()
    for pause in AGAIN_AFTER:
        assert office.state().waiting == 1
        office.tell(seconds=pause.total_seconds())
    assert ids(receiver) == [lost] * (len(AGAIN_AFTER) + 1)
    assert (office.state().waiting, office.state().given_up) == (0, 1)
    office.tell(days=30)
    assert len(receiver.got) == len(AGAIN_AFTER) + 1
    receiver.refuses.clear()
    office.done(ReplayWebhook("platform", begins))
    office.tell()
    assert ids(receiver)[-1:] == [lost]
    assert office.state().given_up == 0


def test_an_address_that_is_not_there_is_left_alone_longer_and_longer(office: Office) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office.register(f"http://127.0.0.1:{port}/")
    office.happen(20)
    waited = []
    for rest in RESTS:
        office.tell()
        cursor = office.state().cursor
        assert cursor.resting_until is not None
        assert (cursor.last_status, cursor.last_error.partition(":")[0]) == (0, "ConnectError")
        waited.append(cursor.resting_until - office.now)
        assert office.tell(seconds=rest.total_seconds() - 1).refused == 0, "it is left alone"
        office.now += timedelta(seconds=1)
    assert waited == list(RESTS)
    assert office.state().waiting <= len(RESTS)


def test_many_noes_in_a_row_are_a_reason_to_wait_and_a_yes_ends_it(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url, topics=("programme",))
    office.happen(PATIENCE + 5)
    receiver.status = 500
    assert office.tell().refused == PATIENCE
    receiver.status = 200
    office.tell(hours=1)
    assert office.state().cursor.failures == 0
    assert len(set(ids(receiver))) == PATIENCE + 5
    assert office.state().waiting == 0


def test_a_busy_address_says_for_how_long_it_wants_to_be_left(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url)
    receiver.status, receiver.headers = 429, {"retry-after": "600"}
    office.tell()
    receiver.status = 200
    assert office.tell(seconds=599).handled == 0
    assert office.tell(seconds=1).handled == 1


def test_an_address_where_nobody_answers_for_five_days_is_suspended_and_can_go_on(
    office: Office, receiver: Receiver
) -> None:
    office.register(receiver.url)
    receiver.status = 500
    office.tell()
    office.happen()
    office.tell(seconds=SUSPENDED_AFTER.total_seconds() - 1)
    assert office.row().state == "active"
    office.happen()
    office.tell(hours=1)
    assert office.row().state == "suspended"
    count = len(receiver.got)
    receiver.status = 200
    later = office.happen()
    office.tell(hours=1)
    assert len(receiver.got) == count
    office.done(SetWebhookState("platform", "active"))
    office.tell(days=1)
    assert set(later) <= set(ids(receiver)[count:])


def test_an_address_that_is_gone_is_told_nothing_more(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url)
    receiver.status = 410
    office.happen(3)
    office.tell()
    assert (len(receiver.got), office.row().state) == (1, "suspended")


def test_a_paused_address_goes_on_where_it_stopped_and_a_removed_one_never(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url, topics=("programme",))
    office.done(SetWebhookState("platform", "paused"))
    missed = office.happen(2)
    office.tell()
    assert receiver.got == []
    office.done(SetWebhookState("platform", "active"))
    office.tell()
    assert ids(receiver) == missed
    office.done(SetWebhookState("platform", "removed"))
    office.happen()
    office.tell()
    assert len(receiver.got) == 2


def test_topics_can_change_and_what_is_told_again_is_what_is_wanted_now(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url)
    office.happen(2)
    office.tell()
    office.done(AmendWebhook("platform", receiver.url, "platform", ("fund",)))
    office.happen(2)
    office.tell()
    assert receiver.types == [REGISTERED, HAPPENED, HAPPENED]
    office.done(ReplayWebhook("platform", 0))
    office.tell()
    assert len(receiver.got) == 3


def test_one_slow_address_holds_up_no_other(office: Office, receiver: Receiver) -> None:
    with receiving() as slow:
        go = threading.Event()
        answered = slow.answer
        slow.answer = lambda got: (go.wait(20), answered(got))[1]  # type: ignore[method-assign]
        office.register(slow.url, "slow")
        office.register(receiver.url)
        expected = office.happen(3)
        thread = threading.Thread(target=office.tell)
        thread.start()
        for _ in range(200):
            if ids(receiver)[1:] == expected:
                break
            threading.Event().wait(0.05)
        assert ids(receiver)[1:] == expected
        assert slow.got == []
        go.set()
        thread.join(20)
        assert len(slow.got) == 4, "its own registration, the others, and not the other's"


def test_after_a_crash_the_last_ones_are_told_again_under_the_same_ids(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.register(receiver.url)
    expected = office.happen(30)
    kept = webhook_cursors.move

    def crash_at_the_end(*args: object, **more: object) -> None:
        if len(receiver.got) == 31:
            raise MemoryError("the process dies")
        kept(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(webhook_cursors, "move", crash_at_the_end)
    assert office.tell().error == "MemoryError"
    monkeypatch.undo()
    office.tell()
    assert list(dict.fromkeys(ids(receiver)))[1:] == expected
    assert len(receiver.got) == 31 + 11


def test_two_processes_never_tell_at_once(office: Office, receiver: Receiver) -> None:
    office.register(receiver.url)
    office.happen(5)
    other = JobRunner(office.engine, office.store, process="other", networks=office.runner.courier.networks)
    threads = [threading.Thread(target=runner.run_due) for runner in (office.runner, other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(receiver.got) == len(set(ids(receiver))) == 6
    other.courier.close()


def test_nothing_goes_where_it_may_not(office: Office, receiver: Receiver) -> None:
    careful = JobRunner(office.engine, office.store)
    office.register(receiver.url)
    careful.run("tell_webhooks", "lea")
    assert receiver.got == []
    assert "127.0.0.1" in office.state().cursor.last_error
    careful.courier.close()
