"""The resources beside the morning story: people, units, activities, challenges, entries, rules, counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.street import RESIDENTS, RULES, Street, earn, serve_two_hours

GARDEN = {"volunteer": "MEI", "activity": "XH-garden"}


def refused(street: Street, role: str, path: str, body: Any) -> tuple[int, str]:
    """The status and code of a POST that must be refused."""
    response = street.post(role, path, body)
    assert not response.is_success, response.text
    return response.status_code, str(response.json()["code"])


def whole(street: Street, role: str, path: str) -> list[Any]:
    """Every item of a list, read a page of one at a time."""
    found: list[Any] = []
    joint, cursor = "&" if "?" in path else "?", ""
    while True:
        page = street.read(role, f"{path}{joint}limit=1{cursor}")
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_facts_units_and_standing_of_a_volunteer_have_their_days(street: Street) -> None:
    team = {"name": "volunteer.teams", "from_day": "2026-02-01", "value": ["first_aid"]}
    assert street.done("steward", "/v1/volunteers/MEI/facts", team)["entry"] is None
    bad = team | {"name": "volunteer.household", "value": ["not a text"]}
    assert refused(street, "steward", "/v1/volunteers/MEI/facts", bad) == (422, "invalid_value")
    moved = {"from_day": "2026-03-01", "home_unit": "SL-C1"}
    street.done("administrator", "/v1/volunteers/MEI/units", moved)
    facts = street.read("administrator", "/v1/volunteers/MEI/facts")
    assert {(each["name"], each["from_day"], str(each["value"])) for each in facts} == {
        ("volunteer.teams", "2026-02-01", "['first_aid']"),
        ("volunteer.units", "1900-01-01", "['XH-C1']"),
        ("volunteer.units", "2026-03-01", "['SL-C1']"),
    }
    assert street.get("steward", "/v1/volunteers/MEI").status_code == 403
    later = moved | {"from_day": "2026-04-01"}
    assert refused(street, "administrator", "/v1/volunteers/MEI/units", later) == (422, "invalid_value")
    street.done("administrator", "/v1/volunteers/BO/standing", {"standing": "suspended"})
    listed = whole(street, "administrator", "/v1/volunteers")
    assert [(each["number"], each["standing"], each["home_unit"]) for each in listed] == [
        ("BO", "suspended", "SL-C1"), ("MEI", "good", "SL-C1")
    ]  # fmt: skip
    assert [each["number"] for each in whole(street, "committee", "/v1/volunteers?standing=good")] == ["MEI"]
    assert whole(street, "steward", "/v1/volunteers") == []
    assert refused(street, "kiosk", "/v1/check-ins", GARDEN | {"volunteer": "BO"}) == (409, "standing_blocks")


def test_a_corrected_birth_date_folds_the_history_again(street: Street) -> None:
    body = {"born_on": "1960-02-03", "reason": "身份证核对"}
    done = street.done("steward", "/v1/volunteers/MEI/birth-date", body)
    assert (done["entry"], done["awarded"]) == (None, {})
    late = body | {"born_on": "2026-02-01"}
    assert refused(street, "steward", "/v1/volunteers/MEI/birth-date", late) == (422, "invalid_value")
    log = street.read("committee", "/v1/audit?command=correct_birth_date")["items"]
    assert "1960" not in str(log)


def test_two_records_of_one_person_become_one(street: Street) -> None:
    earn(street)
    street.done("administrator", "/v1/volunteers/MEI/merge", {"survivor": "BO"})
    assert street.points("BO") == "2"
    assert [each["merged"] for each in whole(street, "committee", "/v1/volunteers")] == [False, True]


def test_units_are_a_tree_that_moves_on_a_day(street: Street) -> None:
    grid = {"code": "G-1", "kind": "grid", "name_zh": "网格", "name_en": "Grid", "parent": "XH-C1"}
    assert street.done("administrator", "/v1/units", grid)["created"]
    shown = street.read("steward", "/v1/units/G-1")
    assert [each["code"] for each in shown["above"]] == ["XH-C1", "XH", "HD"]
    move = {"parent": "SL-C1", "from_day": "2026-03-01"}
    assert street.done("administrator", "/v1/units/G-1/moves", move)["before"] == "XH-C1"
    assert [each["code"] for each in street.read("steward", "/v1/units/G-1")["above"]] == ["SL-C1", "SL", "HD"]
    then = street.read("steward", "/v1/units/G-1?on=2026-02-28")
    assert [each["code"] for each in then["above"]] == ["XH-C1", "XH", "HD"]
    assert [each["code"] for each in then["below"]] == []
    assert refused(street, "administrator", "/v1/units/HD/moves", move | {"parent": "G-1"}) == (422, "invalid_value")
    codes = [each["code"] for each in whole(street, "administrator", "/v1/units")]
    assert codes == ["G-1", "HD", "SL", "SL-C1", "XH", "XH-C1"]
    assert [each["code"] for each in whole(street, "steward", "/v1/units")] == ["XH", "XH-C1"]
    assert [each["code"] for each in whole(street, "committee", "/v1/units?parent=HD&kind=street")] == ["SL", "XH"]


def test_activities_change_are_cancelled_and_know_who_promised(street: Street) -> None:
    change = {"place": "中心公园", "opens_minute": 540, "closes_minute": 720, "capacity": 2}
    street.done("steward", "/v1/activities/XH-garden/changes", change)
    shown = street.read("kiosk", "/v1/activities/XH-garden")
    assert (shown["place"], shown["opens_minute"], shown["state"]) == ("中心公园", 540, "planned")
    bad = refused(street, "steward", "/v1/activities/XH-garden/changes", {"closes_minute": 500})
    assert bad == (422, "invalid_value")
    assert refused(street, "steward", "/v1/activities/SL-garden/changes", change) == (403, "forbidden")

    for number in ("MEI", "BO"):
        street.done("kiosk", "/v1/sign-ups", GARDEN | {"volunteer": number})
    street.done("kiosk", "/v1/sign-ups/withdrawals", GARDEN)
    absence = {"volunteer": "BO", "activity": "XH-garden", "day": "2026-03-01"}
    assert street.done("steward", "/v1/sign-ups/absences", absence)["service_minutes"] == 0
    assert refused(street, "steward", "/v1/sign-ups/absences", absence) == (409, "wrong_state")
    rows = whole(street, "steward", "/v1/sign-ups?activity=XH-garden")
    assert {(each["volunteer"], each["state"]) for each in rows} == {("MEI", "withdrawn"), ("BO", "absent")}
    assert [each["state"] for each in whole(street, "steward", "/v1/sign-ups?volunteer=BO")] == ["absent"]
    deeds = street.read("steward", "/v1/service-records?kind=deed")["items"]
    assert [(each["volunteer"], each["deed"]) for each in deeds] == [("BO", "absence")]

    street.done("steward", "/v1/activities/XH-garden/cancellation", {"reason": "暴雨"})
    assert refused(street, "kiosk", "/v1/check-ins", GARDEN) == (409, "wrong_state")
    assert [each["code"] for each in whole(street, "kiosk", "/v1/activities?state=cancelled")] == ["XH-garden"]
    assert whole(street, "kiosk", "/v1/activities?state=planned&category=greening&on=2026-03-02") == []


def test_records_are_found_approved_reversed_and_come_into_force_again(street: Street) -> None:
    first, second = serve_two_hours(street)["fact"], serve_two_hours(street, minutes=60)["fact"]
    assert street.read("steward", "/v1/approvals") == [
        {
            "level": "steward",
            "text": {"zh": "现场负责人", "en": "the steward"},
            "records": 2,
            "oldest": "2026-03-02T01:00:00Z",
        }
    ]
    assert street.read("foreign steward", "/v1/approvals") == []
    street.done("steward", "/v1/approvals", {"record": first})
    assert [each["record"] for each in whole(street, "steward", "/v1/service-records?awaiting=steward")] == [second]
    assert [each["record"] for each in whole(street, "committee", "/v1/service-records")] == [first, second]
    narrowed = "volunteer=MEI&activity=XH-garden&state=approved&since=2026-03-02&until=2026-03-02&kind=record"
    assert [each["record"] for each in whole(street, "steward", f"/v1/service-records?{narrowed}")] == [first]
    assert whole(street, "steward", "/v1/service-records?until=2026-03-01") == []
    awards = {each["scheme"]: each for each in street.read("kiosk", f"/v1/service-records/{first}/awards")}
    award = awards[RESIDENTS]
    assert award["decision"]["sentence"]["en"].startswith("2 h 10 min")
    assert (award["trace"]["points"], award["trace"]["occasion"]) == (2, first)

    undone = street.done("steward", "/v1/reversals", {"record": first, "reason": "重复录入"})
    assert undone["awarded"] == {RESIDENTS: -2}
    assert street.read("steward", f"/v1/service-records/{first}")["state"] == "reversed"
    record = GARDEN | {"start": "2026-03-02T09:00:00+08:00", "end": "2026-03-02T11:10:00+08:00"}
    again = street.done("administrator", "/v1/service-records", record | {"recorded_by": "kiosk"})
    assert (again["fact"], again["awaiting"]) == (first, ["steward"])


def test_an_appeal_is_filed_answered_by_somebody_else_and_taken_back(street: Street) -> None:
    record = serve_two_hours(street)["fact"]
    street.issue("second steward", "steward", principal="steward:second", unit="XH")
    body = {"kind": "appeal", "record": record, "text": "我服务到 11:30"}
    filed = street.done("steward", "/v1/challenges", body)
    place = f"/v1/challenges/{filed['challenge']}"
    answer = {"upheld": True, "answer": "查签到表属实"}
    assert refused(street, "steward", f"{place}/answers", answer) == (403, "four_eyes")
    assert refused(street, "foreign steward", f"{place}/answers", answer) == (403, "forbidden")
    assert street.done("second steward", f"{place}/answers", answer)["state"] == "upheld"
    shown = street.read("committee", place)
    assert (shown["volunteer"], shown["text"], shown["answer"]) == ("MEI", "我服务到 11:30", "查签到表属实")
    assert (shown["filed_by"], shown["answered_by"]) == ("steward:steward", "steward:second")

    objection = street.done("steward", "/v1/challenges", body | {"kind": "objection"})
    taken = f"/v1/challenges/{objection['challenge']}/withdrawal"
    assert refused(street, "second steward", taken, {}) == (403, "forbidden")
    assert street.done("steward", taken, {})["state"] == "withdrawn"
    kinds = [each["kind"] for each in whole(street, "committee", "/v1/challenges?volunteer=MEI")]
    assert sorted(kinds) == ["appeal", "objection"]
    assert [each["kind"] for each in whole(street, "steward", "/v1/challenges?state=upheld")] == ["appeal"]
    assert whole(street, "foreign steward", "/v1/challenges") == []


def test_entries_partners_and_funds_are_listed(street: Street) -> None:
    entry = earn(street)
    assert [each["entry"] for each in whole(street, "kiosk", "/v1/entries?volunteer=MEI")] == [entry]
    kinds = [each["kind"] for each in whole(street, "committee", "/v1/entries")]
    assert kinds == ["award", "donation"]
    assert [each["kind"] for each in whole(street, "committee", "/v1/entries?kind=donation")] == ["donation"]
    assert street.get("steward", "/v1/entries").json()["code"] == "forbidden"
    partners = whole(street, "merchant", "/v1/partners?kind=commerce")
    assert [(each["code"], each["outlets"]) for each in partners] == [("wangs", ["wangs-1", "wangs-2"])]
    assert street.read("committee", "/v1/funds")[0]["available"] == 100_000


def test_sessions_attendances_and_hours_are_counted_by_unit_and_period(street: Street) -> None:
    earn(street)
    earn(street, "BO", minutes=60)
    deed = {"volunteer": "BO", "kind": "mediation", "occurred_at": "2026-03-01T19:00:00+08:00"}
    street.done("administrator", "/v1/deeds", deed)
    span = "since=2026-02-01&until=2026-03-31"
    counts = street.read("committee", f"/v1/counts?{span}")
    assert counts == [
        {"name": "", "period": "2026-03", "sessions": 0, "attendances": 0, "minutes": 0, "hours": "0.0", "deeds": 1},
        {"name": "XH-C1", "period": "2026-03", "sessions": 1, "attendances": 2, "minutes": 190, "hours": "3.1",
         "deeds": 0},
    ]  # fmt: skip
    (day,) = street.read("steward", f"/v1/counts?{span}&by=activity&period=day")
    assert (day["name"], day["period"], day["attendances"]) == ("XH-garden", "2026-03-02", 2)
    assert street.read("committee", f"/v1/counts?{span}&unit=SL") == []
    assert street.get("committee", "/v1/counts?since=2026-02-01&until=2026-01-01").status_code == 422
    credited = street.read("committee", f"/v1/credits?{span}")
    assert {each["scheme"]: each["minutes"] for each in credited} == {
        "huadu-party-members": 190,
        "huadu-residents": 190,
    }
    assert {each["unit"] for each in credited} == {None}, "no rule of these schemes names a unit"
    assert [each["scheme"] for each in street.read("committee", f"/v1/credits?{span}&scheme=huadu-residents")] == [
        "huadu-residents"
    ]
    assert street.get("committee", "/v1/credits?since=2026-02-01&until=2026-01-01").status_code == 422


@pytest.mark.parametrize(("language", "said"), [("zh", "服务"), ("en", "service")])
def test_rules_are_read_aloud_and_proposals_checked(street: Street, language: str, said: str) -> None:
    packs = street.read("committee", "/v1/packs")
    digest = next(each["hash"] for each in packs if each["scheme"] == RESIDENTS)
    told = street.get("merchant", f"/v1/packs/{digest}/explanation", accept_language=language).json()
    assert told["language"] == language
    assert said in str(told["chapters"]).lower()
    files = {path.name: path.read_text("utf-8") for path in (RULES / "oss-time-bank").glob("*.yaml")}
    sound = street.post("committee", "/v1/packs/checks", {"files": files}).json()
    assert (sound["sound"], [each for each in sound["findings"] if each["severity"] == "error"]) == (True, [])
    files["earning.yaml"] = files["earning.yaml"].replace("- award:", "- awrad:", 1)
    wrong = street.post("committee", "/v1/packs/checks", {"files": files}).json()
    assert (wrong["sound"], wrong["canonical"]) == (False, None)
    assert wrong["findings"][0]["file"] == "earning.yaml"
    new = {"canonical": sound["canonical"].replace('"keeps_time":"true"', '"keeps_time":"false"')}
    body = new | {"effective_on": "2026-03-01"}
    published = street.post("administrator", "/v1/packs", body)
    assert published.status_code in (201, 409, 422), published.text


def test_an_activity_says_who_answers_for_it(street: Street) -> None:
    (found,) = [each for each in street.read("kiosk", "/v1/activities")["items"] if each["code"] == "XH-garden"]
    assert (found["host"], found["host_name"]) == ("XH-C1", {"zh": "社区XH", "en": "Community XH"})
    assert street.read("kiosk", "/v1/activities/XH-garden") == found
