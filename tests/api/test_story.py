"""The morning story over HTTP, with what can go otherwise."""

from __future__ import annotations

from tests.api.street import RESIDENTS, Street, earn, serve_two_hours, voucher


def test_mei_serves_earns_two_points_and_gets_soap_at_wangs(street: Street) -> None:
    record = serve_two_hours(street)
    assert (record["service_minutes"], record["awaiting"], record["awarded"]) == (130, ["steward"], {})
    waiting = street.read("steward", "/v1/service-records")["items"]
    assert [each["record"] for each in waiting] == [record["fact"]]

    decided = street.done("steward", "/v1/approvals", {"record": record["fact"], "level": "steward"})
    assert (decided["awarded"], decided["minutes"], decided["awaiting"]) == ({RESIDENTS: 2}, 130, [])
    entry = street.read("kiosk", f"/v1/entries/{decided['entry']}")
    assert entry["why"]["zh"] == "服务 2 小时 10 分，得 2 积分，余 10 分钟转入下次"
    assert "10 minutes carry over" in entry["why"]["en"]
    assert any("广州公益时间银行" in step for each in entry["decisions"] for step in each["steps_zh"])
    for asset in {line["asset"] for line in entry["lines"]}:
        assert sum(int(line["amount"]) for line in entry["lines"] if line["asset"] == asset) == 0

    quotes = {each["reward"]: each for each in street.read("kiosk", "/v1/volunteers/MEI/quotes")}
    assert quotes["soap"]["possible"]
    assert quotes["soap"]["points"] == "2"
    code = voucher(street)
    assert street.points("MEI") == "0"
    shown = street.read("merchant", f"/v1/redemptions/{code.lower()}")
    assert shown["valid_here"]
    assert (shown["title"]["zh"], shown["volunteer_name"]) == ("肥皂", "梅*花")

    confirmed = street.done("merchant", f"/v1/redemptions/{code}/confirm")
    assert (confirmed["state"], confirmed["outlet"], confirmed["again"]) == ("confirmed", "wangs-1", False)
    assert street.done("merchant", f"/v1/redemptions/{code}/confirm")["again"]
    lines = street.read("kiosk", "/v1/volunteers/MEI/statement")["items"]
    assert [(line["kind"], line["amount"]) for line in lines] == [("hold", "-2"), ("award", "2"), ("award", "130")]
    assert lines[0]["why"]["zh"] == "预留：肥皂"
    assert lines[1]["service_day"] == "2026-03-02"


def test_a_voucher_is_refused_elsewhere_and_after_its_time(street: Street) -> None:
    earn(street, minutes=240)
    code = voucher(street)
    assert street.get("other merchant", f"/v1/redemptions/{code}").json()["code"] == "wrong_outlet"
    refused = street.post("other merchant", f"/v1/redemptions/{code}/confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_outlet")
    street.clock.later(minutes=31)
    assert street.read("merchant", f"/v1/redemptions/{code}")["state"] == "expired"
    late = street.post("merchant", f"/v1/redemptions/{code}/confirm")
    assert (late.status_code, late.json()["code"]) == (410, "hold_expired")


def test_a_cancelled_voucher_and_a_refund_give_points_back(street: Street) -> None:
    earn(street)
    code = voucher(street)
    assert street.done("kiosk", f"/v1/redemptions/{code}/cancel")["state"] == "released"
    assert street.points("MEI") == "2"
    code = voucher(street)
    street.done("merchant", f"/v1/redemptions/{code}/confirm")
    refund = street.done("merchant", f"/v1/redemptions/{code}/refunds", {"reason": "破损"})
    assert (refund["state"], refund["points"]) == ("refunded", "2")
    assert street.points("MEI") == "2"


def test_a_correction_takes_back_what_was_too_much(street: Street) -> None:
    record = serve_two_hours(street)
    street.done("steward", "/v1/approvals", {"record": record["fact"]})
    body = {"record": record["fact"], "reason": "签退有误", "end": "2026-03-02T10:00:00+08:00"}
    changed = street.done("steward", "/v1/corrections", body)
    assert (changed["awarded"], changed["minutes"]) == ({RESIDENTS: -1}, -70)
    assert street.points("MEI") == "1"
    shown = street.read("steward", f"/v1/service-records/{record['fact']}")
    assert shown["minutes"] == 60
    street.done("steward", "/v1/rejections", {"record": record["fact"], "reason": "未到场"})
    assert street.points("MEI") == "0"


def test_a_members_deed_counts_in_the_members_scheme_only(street: Street) -> None:
    body = {"volunteer": "BO", "kind": "mediation", "occurred_at": "2026-03-01T19:00:00+08:00"}
    deed = street.done("administrator", "/v1/deeds", body)
    assert deed["awaiting"] == ["community"]
    decided = street.done("foreign steward", "/v1/approvals", {"record": deed["fact"], "level": "community"})
    assert decided["awarded"] == {"huadu-party-members": 4}
    records = street.read("kiosk", "/v1/volunteers/BO/records")["items"]
    assert records[0]["deed"] == "mediation"
    assert records[0]["counts"][0]["decision"]["sentence"]["zh"] == "矛盾调解一件，得 4 党员积分"


def test_balances_are_answered_as_of_a_moment(street: Street) -> None:
    earn(street)
    after = street.clock.now
    street.clock.later(hours=1)
    voucher(street)
    then = after.isoformat().replace("+00:00", "Z")
    balance = street.read("kiosk", f"/v1/volunteers/MEI/balance?as_of={then}")
    held = next(each for each in balance["schemes"] if each["scheme"] == RESIDENTS)
    assert (held["spendable"], held["held"], balance["minutes"]) == ("2", "0", 130)
    now = street.read("kiosk", "/v1/volunteers/MEI/balance")
    held = next(each for each in now["schemes"] if each["scheme"] == RESIDENTS)
    assert (held["spendable"], held["held"]) == ("0", "2")
    assert held["lots"] == []


def test_a_quote_says_exactly_what_is_missing(street: Street) -> None:
    earn(street)
    response = street.get("kiosk", "/v1/volunteers/MEI/quotes", accept_language="en")
    quotes = {(each["scheme"], each["reward"]): each for each in response.json()}
    shampoo = quotes[RESIDENTS, "shampoo"]
    assert (shampoo["possible"], shampoo["code"]) == (False, "insufficient_points")
    assert shampoo["reasons"] == [{"required": "30", "available": "2", "missing": "28"}]
    star = quotes[RESIDENTS, "star_scenic_ticket"]
    assert star["detail"] == "Not eligible: from one star on: 100 h of service, there are 2 h 10 min"
    assert quotes["huadu-party-members", "tutoring"]["code"] == "not_eligible"
    here = street.read("merchant", "/v1/volunteers/MEI/quotes")
    assert {each["partner"] for each in here} == {"wangs"}


def test_stars_tell_how_far_the_next_one_is(street: Street) -> None:
    earn(street)
    (star,) = street.read("kiosk", "/v1/volunteers/MEI/tiers")
    assert (star["level"], star["next_level"]) == ("", "star_1")
    assert (star["required"], star["available"], star["missing"]) == (6000, 130, 5870)


def test_staff_register_volunteers_activities_and_sign_ups(street: Street) -> None:
    new = {"number": "LI-1", "name": "李四", "joined_on": "2026-03-01", "home_unit": "XH-C1", "referrer": "MEI"}
    assert street.done("steward", "/v1/volunteers", new)["created"]
    assert street.read("kiosk", "/v1/volunteers/LI-1")["name"] == "李*"
    assert street.points("MEI") == "2"
    activity = {"code": "XH-read", "name": "阅读", "category": "reading", "host": "XH-C1", "capacity": 1}
    assert street.done("steward", "/v1/activities", activity)["created"]
    sign_up = {"volunteer": "LI-1", "activity": "XH-read"}
    assert street.done("kiosk", "/v1/sign-ups", sign_up)["places_left"] == 0
    full = street.post("kiosk", "/v1/sign-ups", {"volunteer": "MEI", "activity": "XH-read"})
    assert full.json()["code"] == "activity_full"
    assert street.read("kiosk", "/v1/activities/XH-read")["taken"] == 1
    assert {each["code"] for each in street.read("kiosk", "/v1/activities")["items"]} == {"XH-garden", "XH-read"}


def test_rules_and_the_log_are_open_to_those_who_watch(street: Street) -> None:
    earn(street)
    packs = street.read("committee", "/v1/packs")
    assert {each["scheme"] for each in packs} == {RESIDENTS, "huadu-party-members"}
    text = street.read("committee", f"/v1/packs/{packs[0]['hash']}")
    assert text["hash"] == packs[0]["hash"]
    log = street.read("committee", "/v1/audit?command=approve")["items"]
    assert [line["principal"] for line in log] == ["steward:steward"]
    people = street.read("committee", "/v1/audit?command=register_volunteer")["items"]
    assert all("name" not in line["content"] and "born_on" not in line["content"] for line in people)
