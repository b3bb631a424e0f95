"""The audit log: what people did, with which key, about what, and what was refused to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from points_engine.store.audit import audit
from tests.api.street import MORNING, Street, earn, serve_two_hours


def lines(street: Street, query: str = "") -> list[tuple[str, str, str | None]]:
    """(principal, command, code of the refusal) of the log's lines, newest first."""
    found = street.read("committee", f"/v1/audit?{query}")["items"]
    return [(each["principal"], each["command"], each["code"]) for each in found]


def test_what_staff_did_stands_there_with_the_key_they_showed(street: Street) -> None:
    record = serve_two_hours(street)["fact"]
    keys = {each["principal"]: each["key"] for each in street.read("administrator", "/v1/keys")["items"]}
    street.done("steward", "/v1/approvals", {"record": record})
    (line,) = street.read("committee", "/v1/audit?command=approve")["items"]
    assert line["key"] == keys["steward:steward"]
    assert (line["principal"], line["outcome"], line["code"]) == ("steward:steward", "accepted", None)
    assert line["content"] == {"fact": record, "level": "steward"}
    assert lines(street, f"key={keys['kiosk:kiosk']}") == [
        ("kiosk:kiosk", "check_out", None), ("kiosk:kiosk", "check_in", None),
    ]  # fmt: skip
    assert lines(street, "staff=true") == [("steward:steward", "approve", None)], "devices are not people"


def test_what_was_refused_to_staff_stands_between_what_was_accepted(street: Street) -> None:
    street.issue("mei herself", "steward", principal="volunteer:MEI", unit="XH")
    record = serve_two_hours(street)["fact"]
    assert street.post("mei herself", "/v1/approvals", {"record": record}).status_code == 403
    street.done("steward", "/v1/rejections", {"record": record, "reason": "她没有来"})
    assert street.post("steward", "/v1/approvals", {"record": record}).status_code == 409
    told = lines(street, "staff=true")
    assert told == [
        ("steward:steward", "approve", "wrong_state"),
        ("steward:steward", "reject", None),
        ("volunteer:MEI", "approve", "forbidden"),
    ]
    assert lines(street, "outcome=refused") == [told[0], told[2]]
    assert lines(street, "outcome=refused&principal=volunteer:MEI") == [told[2]]
    assert told[1] in lines(street, "outcome=accepted")
    assert "她没有来" not in street.get("committee", "/v1/audit").text
    joined, cursor = [], ""
    while True:
        page = street.read("committee", f"/v1/audit?staff=true&limit=1{cursor}")
        joined += [(each["principal"], each["command"], each["code"]) for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert joined == told
    assert audit(street.engine.store).is_sound  # type: ignore[arg-type]


def test_a_refusal_to_a_device_is_not_remembered(street: Street) -> None:
    hold = {"volunteer": "MEI", "scheme": "huadu-residents", "reward": "soap"}
    assert street.post("kiosk", "/v1/redemptions", hold).status_code == 409
    assert lines(street, "outcome=refused") == []


@pytest.mark.parametrize(("query", "count"), [("since", 3), ("until", 0)])
def test_lines_of_a_time(street: Street, query: str, count: int) -> None:
    street.clock.later(hours=1)
    earn(street)
    moment = (MORNING + timedelta(minutes=30)).isoformat().replace("+", "%2B")
    assert len(lines(street, f"{query}={moment}&staff=false&limit=200&principal=kiosk:kiosk")) == min(count, 2)
    assert (("steward:steward", "approve", None) in lines(street, f"{query}={moment}&limit=200")) == bool(count)
