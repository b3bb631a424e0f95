"""Samples: drawn at random so that anybody draws the same, looked at entry by entry, objected to, signed for."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text

from points_engine.store.audit import audit
from tests.api.street import RESIDENTS, Street, earn, serve_two_hours, voucher
from tests.store.builders import raw


def a_month(street: Street) -> None:
    """Mei and Bo serve on a few days, and Mei fetches soap."""
    street.issue("second member", "committee", principal="committee:second")
    street.issue("third member", "committee", principal="committee:third")
    for number in ("MEI", "BO", "MEI"):
        earn(street, number)
        street.clock.later(days=1)
    street.done("merchant", f"/v1/redemptions/{voucher(street)}/confirm", {"outlet": "wangs-1"})


def drawn(street: Street, role: str = "committee", **asked: Any) -> dict[str, Any]:
    """A sample of the residents' scheme, with its entries."""
    made = street.done(role, "/v1/samples", {"scheme": RESIDENTS, **asked})
    found: dict[str, Any] = street.read(role, f"/v1/samples/{made['sample']}")
    return found


def mark(street: Street, role: str, sample: dict[str, Any], verdict: str = "agreed", note: str = "") -> None:
    """Say the same of every entry."""
    for each in sample["entries"]:
        body = {"entry": each["entry"], "verdict": verdict, "note": note}
        street.done(role, f"/v1/samples/{sample['sample']}/marks", body)


def code_of(response: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return response.status_code, response.json()["code"]


def test_a_sample_is_drawn_looked_at_and_signed_for_by_two(street: Street) -> None:
    a_month(street)
    sample = drawn(street, size=3, word="26133")
    assert (sample["state"], sample["drawn"], sample["population"]) == ("drawn", 3, 5)
    assert [each["place"] for each in sample["entries"]] == [1, 2, 3]
    place = f"/v1/samples/{sample['sample']}"
    for each in sample["entries"]:
        shown = street.read("committee", f"{place}/entries/{each['entry']}")
        assert shown["is_sound"], shown
        assert "MEI" not in (shown["volunteer"], shown["name"])
        assert {proof["check"] for proof in shown["proofs"]} == {"sums", "chain", "lots", "place", "cause"}
        if each["kind"] == "award":
            (residents,) = [one for one in shown["decisions"] if one["scheme"] == RESIDENTS]
            assert residents["again"]["verdict"] == "same"
            assert residents["rules"]
            assert residents["rules"][0]["cite"]
            assert residents["steps_zh"]
            assert all(one["since"] for one in residents["parameters"])
    early = street.post("committee", f"{place}/sign-offs", {})
    assert code_of(early) == (409, "not_all_marked")
    assert early.json()["reasons"] == [{"required": 3, "available": 0, "missing": 3}]
    for role in ("committee", "second member"):
        mark(street, role, sample)
        signed = street.done(role, f"{place}/sign-offs", {"note": "看过"})
        assert (signed["agreed"], signed["objections"]) == (3, 0)
        assert code_of(street.post(role, f"{place}/sign-offs", {})) == (409, "wrong_state")
    mark_again = {"entry": sample["entries"][0]["entry"], "verdict": "objection", "note": "改主意"}
    assert code_of(street.post("committee", f"{place}/marks", mark_again)) == (409, "wrong_state")
    mark(street, "third member", sample)
    assert code_of(street.post("third member", f"{place}/sign-offs", {})) == (409, "wrong_state")
    (listed,) = street.read("administrator", "/v1/samples")["items"]
    assert [(each["principal"], each["is_intact"], each["note"]) for each in listed["sign_offs"]] == [
        ("committee:committee", True, "看过"), ("committee:second", True, "看过"),
    ]  # fmt: skip
    kinds = {line["command"] for line in street.read("committee", "/v1/audit?limit=100")["items"]}
    assert {"draw_sample", "lay_out_sample", "mark_sampled", "sign_sample"} <= kinds
    assert audit(street.engine.store).is_sound  # type: ignore[arg-type]


def test_anybody_draws_the_same_sample_from_an_export(street: Street) -> None:
    a_month(street)
    sample = drawn(street, size=2, word="dice-4-2")
    again = street.read("administrator", f"/v1/samples/{sample['sample']}/draw")
    assert again["is_same"]
    street.clock.later(days=3)
    earn(street)
    assert street.read("committee", f"/v1/samples/{sample['sample']}/draw")["is_same"], "later entries change nothing"
    recorded_at = again["recorded_at"].replace("Z", ".000000Z")
    lines = ("points-sample-1", again["content"], again["command"], str(again["seq"]), recorded_at)
    seed = sha256("\n".join(lines).encode()).hexdigest()
    assert seed == again["seed"] == sample["seed"]
    entries = street.read("committee", "/v1/entries?limit=100")["items"]
    ours = [each["entry"] for each in entries if each["seq"] < again["seq"] and each["kind"] != "donation"]
    lots = sorted((sha256(f"{seed}:{entry}".encode()).hexdigest(), entry) for entry in ours)
    assert [entry for _, entry in lots[:2]] == [each["entry"] for each in sample["entries"]]


def test_a_period_bounds_what_is_drawn_from(street: Street) -> None:
    a_month(street)
    start = street.clock.now - timedelta(days=3)
    first = drawn(street, until=(start + timedelta(days=1)).isoformat())
    rest = drawn(street, since=(start + timedelta(days=1)).isoformat())
    assert first["population"] + rest["population"] == 5
    assert not {each["entry"] for each in first["entries"]} & {each["entry"] for each in rest["entries"]}
    by_place = drawn(street, first_seq=first["entries"][0]["seq"], last_seq=first["entries"][0]["seq"])
    assert by_place["population"] == 1
    none = drawn(street, until="2020-01-01T00:00:00+08:00")
    assert (none["state"], none["entries"]) == ("empty", [])
    assert code_of(street.post("committee", f"/v1/samples/{none['sample']}/sign-offs", {})) == (409, "wrong_state")


def test_an_objection_is_answered_by_staff_and_a_second_thought_takes_it_back(street: Street) -> None:
    a_month(street)
    sample = drawn(street, size=2)
    first, second = (each["entry"] for each in sample["entries"])
    marks = f"/v1/samples/{sample['sample']}/marks"
    silent = street.post("committee", marks, {"entry": first, "verdict": "objection"})
    assert code_of(silent) == (422, "invalid_value")
    made = street.done("committee", marks, {"entry": first, "verdict": "objection", "note": "签到表上没有此人"})
    street.done("committee", marks, {"entry": second, "verdict": "objection", "note": "看错了"})
    street.done("committee", marks, {"entry": second, "verdict": "agreed"})
    (waiting,) = street.read("administrator", "/v1/challenges?state=open&kind=objection")["items"]
    assert (waiting["challenge"], waiting["entry"], waiting["record"]) == (made["challenge"], first, None)
    assert waiting["text"] == "签到表上没有此人"
    (listed,) = street.read("committee", "/v1/samples")["items"]
    assert listed["open_objections"] == 1
    street.done("committee", f"/v1/samples/{sample['sample']}/sign-offs")
    answer = {"upheld": False, "answer": "签到表附后"}
    answered = street.done("administrator", f"/v1/challenges/{made['challenge']}/answers", answer)
    assert (answered["state"], answered["entry"]) == ("rejected", first)
    shown = street.read("committee", f"/v1/samples/{sample['sample']}/entries/{first}")["sampled"]["marks"]
    assert [(each["state"], each["answer"], each["note"]) for each in shown] == [
        ("rejected", "签到表附后", "签到表上没有此人")
    ]
    (kept,) = street.read("committee", f"/v1/samples/{sample['sample']}/entries/{first}")["sampled"]["marks"]
    erased = street.post("administrator", f"/v1/notes/{kept['note_id']}/erasure", key="erase")
    assert (erased.status_code, erased.json()["state"]) == (201, "erased")
    again = street.post("administrator", f"/v1/notes/{kept['note_id']}/erasure", key="erase")
    assert (again.json(), again.headers["idempotent-replayed"]) == (erased.json(), "true")
    (listed,) = street.read("committee", "/v1/samples")["items"]
    assert listed["sign_offs"][0]["is_intact"], "what was signed for stays provable"
    (gone,) = street.read("administrator", "/v1/challenges?state=rejected")["items"]
    assert (gone["text"], gone["answer"]) == ("", "签到表附后")
    stored = street.read("committee", "/v1/audit?command=mark_sampled")["items"]
    assert all("note" not in line["content"] for line in stored)
    with street.engine.store.reading() as connection:  # type: ignore[attr-defined]
        contents = connection.execute(text("SELECT content_json FROM command WHERE kind = 'mark_sampled'")).scalars()
        assert not any("签到表" in content for content in contents), "what can be erased stands in a note alone"


@pytest.mark.parametrize("part", ["approved", "own"])
def test_nobody_judges_what_they_took_part_in(part: str, street: Street) -> None:
    street.issue("member", "committee", principal="steward:steward" if part == "approved" else "volunteer:MEI")
    earn(street)
    sample = drawn(street, "member")
    assert sample["entries"][0]["yours"]
    body = {"entry": sample["entries"][0]["entry"], "verdict": "agreed"}
    assert code_of(street.post("member", f"/v1/samples/{sample['sample']}/marks", body)) == (403, "four_eyes")
    assert code_of(street.post("member", f"/v1/samples/{sample['sample']}/sign-offs")) == (403, "four_eyes")


def test_a_retry_draws_nothing_new(street: Street) -> None:
    a_month(street)
    body = {"scheme": RESIDENTS, "size": 2}
    first = street.post("committee", "/v1/samples", body, key="draw")
    again = street.post("committee", "/v1/samples", body, key="draw")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(street.read("committee", "/v1/samples")["items"]) == 1
    pages = street.read("committee", f"/v1/samples?limit=1&scheme={RESIDENTS}")
    assert (len(pages["items"]), pages["next"]) == (1, None)


def test_what_was_corrected_since_says_so_and_what_was_tampered_with_shows(street: Street) -> None:
    record = serve_two_hours(street)["fact"]
    entry = street.done("steward", "/v1/approvals", {"record": record, "level": "steward"})["entry"]
    sample = drawn(street)
    place = f"/v1/samples/{sample['sample']}/entries/{entry}"
    assert street.read("committee", place)["is_sound"]
    body = {"record": record, "reason": "早退", "end": "2026-03-02T10:00:00+08:00"}
    done = street.done("steward", "/v1/corrections", body)
    corrected = done["entry"]
    verdicts = {each["scheme"]: each["again"]["verdict"] for each in street.read("committee", place)["decisions"]}
    assert verdicts[RESIDENTS] == "overtaken"
    later = drawn(street)
    shown = street.read("committee", f"/v1/samples/{later['sample']}/entries/{corrected}")
    assert {each["again"]["verdict"] for each in shown["decisions"]} == {"same"}
    with street.engine.store.reading() as connection:  # type: ignore[attr-defined]
        contents = connection.execute(text("SELECT content_json FROM command WHERE kind = 'correct'")).scalars().all()
    assert contents
    assert "早退" not in "".join(contents), "why stands in a note alone"
    assert shown["is_sound"]
    street.done("administrator", f"/v1/notes/{done['note']}/erasure")
    assert street.read("committee", f"/v1/samples/{later['sample']}/entries/{corrected}")["is_sound"]
    raw(street.engine.store, f"UPDATE fact SET minutes = 600 WHERE id = '{record}'")  # type: ignore[arg-type]
    raw(street.engine.store, f"UPDATE fact SET \"end\" = '2026-03-02 11:00:00+00:00' WHERE id = '{record}'")  # type: ignore[arg-type]
    shown = street.read("committee", f"/v1/samples/{later['sample']}/entries/{corrected}")
    assert "differs" in {each["again"]["verdict"] for each in shown["decisions"]}
    assert not shown["is_sound"]
