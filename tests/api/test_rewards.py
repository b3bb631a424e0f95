"""Rewards without YAML: offered, changed and ended as versions of the rules, and redeemed on their terms."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.api.street import RESIDENTS, Street, earn

RICE: dict[str, Any] = {
    "scheme": RESIDENTS, "reward": "rice", "title_zh": "大米", "title_en": "Bag of rice", "cite": "2026-03 第 1 号",
    "category": "commerce", "partner": "wangs", "points": "2", "money": 150, "fund": "community", "pays": 450,
    "stock": 2, "limits": [{"most": 2, "over": "month"}], "refund_days": 3,
}  # fmt: skip


def offered(street: Street) -> dict[str, Any]:
    """The rewards of the newest version, by id."""
    shown = street.read("merchant", f"/v1/rewards?scheme={RESIDENTS}")
    return {**shown, "items": {each["reward"]: each for each in shown["items"]}}


def body(street: Street, days: int = 1, **fields: Any) -> dict[str, Any]:
    """A change to the newest version, in force some days on."""
    day = (street.clock.now + timedelta(days=days)).date().isoformat()
    return {"base": offered(street)["base"], "effective_on": day, **fields}


def test_a_reward_is_offered_from_its_day_on_and_redeemed_on_its_terms(street: Street) -> None:
    earn(street)
    made = street.done("administrator", "/v1/rewards", body(street, **RICE))
    shown = offered(street)
    assert (shown["base"], made["created"]) == (made["hash"], True)
    rice = shown["items"]["rice"]
    assert (rice["stock"], rice["available"], rice["fund"], rice["partner"]) == (2, 2, "community", "wangs")
    asked = {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "rice"}
    early = street.post("kiosk", "/v1/redemptions", asked)
    assert (early.status_code, early.json()["code"]) == (409, "reward_not_offered")
    street.clock.later(days=1)
    held = street.done("kiosk", "/v1/redemptions", asked)
    assert (held["points"], held["money"]) == ("2", 150)
    assert offered(street)["items"]["rice"]["available"] == 1


def test_a_change_keeps_what_it_cannot_say_and_the_prices_of_before(street: Street) -> None:
    change = {**RICE, "points": "3"}
    street.done("administrator", "/v1/rewards", body(street, **RICE))
    street.done("administrator", "/v1/rewards", body(street, days=2, **change))
    digest = offered(street)["base"]
    files = json.loads(street.read("administrator", f"/v1/packs/{digest}")["canonical"])
    days = [(street.clock.now + timedelta(days=n)).date().isoformat() for n in (1, 2)]
    (price,) = [each for each in files["rewards.yaml"] if each.get("parameter") == "rice_points"]
    assert price["values"] == {days[0]: "2", days[1]: "3"}
    (rice,) = [each for each in files["rewards.yaml"] if each.get("reward") == "rice"]
    assert rice["price"] == [{"points": "rice_points", "money": "rice_money"}]
    for days_on, points in ((1, "2"), (1, "3")):
        street.clock.later(days=days_on)
        earn(street, "MEI", 190)
        asked = {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "rice"}
        assert street.done("kiosk", "/v1/redemptions", asked)["points"] == points


def test_two_who_change_the_same_version_are_told(street: Street) -> None:
    mine, theirs = body(street, **RICE), body(street, days=2, **{**RICE, "reward": "oil"})
    street.done("administrator", "/v1/rewards", mine)
    late = street.post("administrator", "/v1/rewards", theirs)
    assert (late.status_code, late.json()["code"]) == (409, "pack_conflict")
    assert "oil" not in offered(street)["items"]
    street.done("administrator", "/v1/rewards", {**theirs, "base": offered(street)["base"]})
    assert {"rice", "oil"} <= set(offered(street)["items"])


def test_a_retry_makes_no_second_version(street: Street) -> None:
    asked = body(street, **RICE)
    first = street.post("administrator", "/v1/rewards", asked, key="once")
    again = street.post("administrator", "/v1/rewards", asked, key="once")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


def test_a_reward_ends_and_what_is_out_keeps_its_terms(street: Street) -> None:
    earn(street)
    held = street.done("kiosk", "/v1/redemptions", {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "soap"})
    last_day = (street.clock.now + timedelta(days=1)).date().isoformat()
    street.done("administrator", "/v1/rewards/soap/end", body(street, scheme=RESIDENTS, last_day=last_day))
    assert offered(street)["items"]["soap"]["until"] == last_day
    used = street.done("merchant", f"/v1/redemptions/{held['code']}/confirm", {"outlet": "wangs-1"})
    assert used["reward"] == "soap"
    street.clock.later(days=2)
    gone = street.post("kiosk", "/v1/redemptions", {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "soap"})
    assert gone.json()["code"] == "reward_not_offered"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"when": ["volunteer.agge >= 60"]}, "age"),
        ({"fund": "nosuchfund"}, "nosuchfund"),
        ({"partner": "nobody-at-all"}, "nobody-at-all"),
        ({"reward": "rice", "when": ["1 + "]}, ""),
    ],
)
def test_what_the_rules_would_not_take_is_said_at_once(street: Street, wrong: dict[str, Any], said: str) -> None:
    before = offered(street)["base"]
    answer = street.post("administrator", "/v1/rewards", body(street, **{**RICE, **wrong}))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), answer.text
    assert said in answer.text
    assert offered(street)["base"] == before


def test_a_version_that_nobody_published_is_no_base(street: Street) -> None:
    answer = street.post("administrator", "/v1/rewards", {**body(street, **RICE), "base": "0" * 64})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    unknown = street.post(
        "administrator", "/v1/rewards/nothing/end", body(street, scheme=RESIDENTS, last_day="2026-04-01")
    )
    assert unknown.status_code == 404
