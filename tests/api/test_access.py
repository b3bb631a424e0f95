"""Who may do what: every operation with every role, foreign outlets, units and schemes, keys that no longer hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.fairs import a_draw
from tests.api.matrix import RESOURCES
from tests.api.operations import FOREIGN, MATRIX, OPEN, ROLES, Row
from tests.api.street import MORNING, RESIDENTS, Clock, Street, earn, lay_out, serve_two_hours, voucher


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Street]:
    """Give the small programme on SQLite: access does not depend on the database."""
    clock = Clock()
    engine = PointsEngine(
        open_store(f"sqlite:///{tmp_path / 'points.db'}", create=True), secret=b"a secret for tests only", clock=clock
    )
    with TestClient(create_app(engine, close=True), raise_server_exceptions=False) as client:
        made = Street(client, engine, clock)
        lay_out(made)
        for name, (role, narrowed) in FOREIGN.items():
            made.issue(name, role, principal=f"{role}:{name.replace(' ', '-')}", **narrowed)
        yield made


def told(town: Street) -> str:
    """An address that is told what happens."""
    address = {"code": "platform", "url": "https://1.1.1.1/points", "label": "platform"}
    return str(town.done("administrator", "/v1/webhooks", address)["webhook"])


def verdict(response: httpx.Response) -> str:
    """`in`; or what a 403 is for: the `role`, or the key's `reach`."""
    assert response.status_code not in (401, 405, 500, 503), response.text
    if response.status_code != 403 or response.json()["code"] not in ("forbidden", "wrong_outlet"):
        return "in"
    return "role" if re.search("角色|role", response.json()["detail"]) else "reach"


def expected(row: Row, name: str) -> str:
    """What a row says about a key."""
    role = FOREIGN[name][0] if name in FOREIGN else name
    return "role" if role not in row.roles else "reach" if name in row.outside else "in"


def test_every_operation_is_open_to_its_roles_within_their_reach_and_to_nobody_else(town: Street) -> None:
    entry, record = earn(town), serve_two_hours(town)["fact"]
    code = voucher(town)
    things = {
        "volunteer": "MEI",
        "number": "MEI",
        "code": code,
        "voucher": code,
        "outlet": "wangs-1",
        "record": record,
        "entry": entry,
        "visit": str(town.done("administrator", "/v1/visits", {"volunteer": "MEI", "outlet": "wangs-1"})["visit"]),
        "key": town.issue("somebody", "steward", principal="steward:somebody", unit="XH"),
        "sample": str(town.done("committee", "/v1/samples", {"scheme": RESIDENTS})["sample"]),
        "draw": a_draw(town),
        "note": "nothing",
        "digest": town.read("committee", "/v1/packs")[0]["hash"],
        "job": "expire_lots",
        "webhook": told(town),
        "reward": "soap",
        "fund": "community",
        "group": "lions",
    }
    wrong = []
    for (method, template), row in MATRIX.items():
        found = {**things, "code": "XH-garden"} if template.startswith("/v1/activities") else things
        path = re.sub(r"\{(\w+)\}", lambda name: found[name[1]], template) + row.query  # noqa: B023
        body = json.loads(re.sub(r"\{(\w+)\}", lambda name: found[name[1]], json.dumps(row.body)))  # noqa: B023
        for name in ("", *ROLES, *FOREIGN):
            response = town.get(name, path) if method == "GET" else town.post(name, path, body)
            if not name:
                assert response.status_code == 401, path
            elif verdict(response) != expected(row, name):
                wrong.append(
                    f"{method} {path} as {name}: {verdict(response)}, not {expected(row, name)}: {response.text}"
                )
    assert not wrong, "\n".join(wrong)


def test_the_matrix_has_a_row_for_every_operation(town: Street) -> None:
    served = {
        (method.upper(), path)
        for path, operations in town.read("", "/openapi.json")["paths"].items()
        for method in operations
        if path not in OPEN
    }
    shaped = {(method, re.sub(r"\{\w+\}", "x", path)): (method, path) for method, path in served}
    known = set(MATRIX) | {shaped.get((method, path), (method, path)) for method, path, _ in RESOURCES}
    assert served == known


def test_the_resources_are_open_to_their_roles_and_to_nobody_else(town: Street) -> None:
    for method, path, roles in RESOURCES:
        ask = town.get if method == "GET" else town.post
        assert ask("", path).status_code == 401, path
        for role in ROLES:
            assert (verdict(ask(role, path)) != "role") == (role in roles), (method, path, role)


def test_every_role_and_every_foreign_key_is_tried_both_ways() -> None:
    for name in (*ROLES, *FOREIGN):
        told = {expected(row, name) for row in MATRIX.values()}
        assert "in" in told, name
        assert "role" in told or "administrator" in name, name
    for name in FOREIGN:
        assert "reach" in {expected(row, name) for row in MATRIX.values()}, name


@pytest.mark.parametrize("token", ["", "pe_", "pe_000000000000_x", "sk_live_1", "pe_" + "x" * 500])
def test_a_key_that_is_none_is_refused(street: Street, token: str) -> None:
    response = street.client.get("/v1/packs", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"


def test_a_wrong_secret_is_refused(street: Street) -> None:
    wrong = street.tokens["kiosk"][:-1] + ("a" if street.tokens["kiosk"][-1] != "a" else "b")
    assert street.client.get("/v1/packs", headers={"Authorization": f"Bearer {wrong}"}).status_code == 401


def test_an_expired_key_is_refused(street: Street) -> None:
    street.issue("short", "committee", expires_at=MORNING + timedelta(hours=1))
    assert street.get("short", "/v1/packs").status_code == 200
    street.clock.later(hours=1)
    assert street.get("short", "/v1/packs").status_code == 401


def test_a_key_is_issued_once_and_revoked_at_once(street: Street) -> None:
    body = {"role": "merchant", "principal": "merchant:new", "label": "收银台", "outlet": "wangs-2"}
    first = street.post("administrator", "/v1/keys", body, key="issue-1")
    assert first.status_code == 201
    street.tokens["new"] = first.json()["token"]
    assert street.get("new", "/v1/outlets").json()[0]["code"] == "wangs-2"
    retry = street.post("administrator", "/v1/keys", body, key="issue-1")
    assert retry.json()["code"] == "key_reused"
    street.done("administrator", f"/v1/keys/{first.json()['key']}/revoke")
    assert street.get("new", "/v1/outlets").status_code == 401


def test_a_key_is_listed_without_its_secret_and_with_its_last_use(street: Street) -> None:
    identity = street.issue("short", "kiosk", kiosk="K-XH", expires_at=MORNING + timedelta(hours=1))
    fresh = street.read("administrator", f"/v1/keys/{identity}")
    assert (fresh["state"], fresh["last_used_at"], fresh["role"], fresh["kiosk"]) == ("active", None, "kiosk", "K-XH")
    assert "digest" not in fresh
    assert "token" not in fresh
    street.clock.later(minutes=59)
    street.read("short", "/v1/activities")
    street.clock.later(minutes=2)
    assert street.get("short", "/v1/activities").status_code == 401
    late = street.read("committee", f"/v1/keys/{identity}")
    assert (late["state"], late["last_used_at"]) == ("expired", "2026-03-02T01:59:00Z")
    street.done("administrator", f"/v1/keys/{identity}/revoke")
    listed = street.read("administrator", "/v1/keys?role=kiosk")["items"]
    assert {each["label"]: each["state"] for each in listed} == {"kiosk": "active", "short": "revoked"}


def test_the_last_use_of_many_keys_is_one_note_every_few_minutes(street: Street) -> None:
    gateway = street.client.app.state.gateway  # type: ignore[attr-defined]

    def note() -> int:
        noted: int = street.client.portal.call(gateway.uses.note)  # type: ignore[attr-defined]
        return noted

    def noted_commands() -> int:
        return len(street.read("administrator", "/v1/audit?command=note_key_uses")["items"])

    for _ in range(20):
        street.read("administrator", "/v1/packs")
        street.read("steward", "/v1/packs")
    assert note() == 2
    assert noted_commands() == 1
    street.read("steward", "/v1/packs")
    assert note() == 0, "a minute later nothing is due"
    street.clock.later(minutes=5)
    street.read("steward", "/v1/packs")
    street.read("administrator", "/v1/packs")
    assert note() == 2
    assert noted_commands() == 2


def test_the_last_use_outlives_the_process(sqlite_url: str) -> None:
    for turn in range(2):
        engine = PointsEngine(open_store(sqlite_url, create=True), secret=b"a secret for tests only", clock=Clock())
        with TestClient(create_app(engine, close=True)) as client:
            street = Street(client, engine, Clock())
            if not turn:
                lay_out(street)
                first = street
                street.read("committee", "/v1/packs")
            else:
                street.tokens = first.tokens
                used = {key["label"]: key["last_used_at"] for key in street.read("administrator", "/v1/keys")["items"]}
    assert used["committee"] == "2026-03-02T01:00:00Z"
    assert used["kiosk"] is None


def test_a_partners_key_acts_at_each_of_its_outlets_and_names_which(street: Street) -> None:
    street.issue("wangs office", "merchant", principal="merchant:wangs", partner="wangs")
    assert [each["code"] for each in street.read("wangs office", "/v1/outlets")] == ["wangs-1", "wangs-2"]
    earn(street)
    code = voucher(street)
    confirm = f"/v1/redemptions/{code}/confirm"
    for outlet in ({}, {"outlet": "huadu-culture-1"}):
        response = street.post("wangs office", confirm, outlet)
        assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    street.done("wangs office", confirm, {"outlet": "wangs-2"})
    body = {"role": "merchant", "principal": "m", "label": "l", "outlet": "wangs-1", "partner": "wangs"}
    assert street.post("administrator", "/v1/keys", body).json()["reasons"][0]["field"] == "outlet"


def test_nobody_issues_a_key_that_reaches_further_than_their_own(street: Street) -> None:
    street.issue("street office", "administrator", principal="administrator:XH", unit="XH")
    body = {"role": "steward", "principal": "steward:new", "label": "new"}
    for wider in (body, body | {"unit": "HD"}, body | {"unit": "SL"}, body | {"role": "kiosk", "kiosk": "K-SL"}):
        assert street.post("street office", "/v1/keys", wider).status_code == 403, wider
    street.done("street office", "/v1/keys", body | {"unit": "XH-C1"})
    street.done("street office", "/v1/keys", body | {"role": "kiosk", "kiosk": "K-XH"})
    street.issue("party", "administrator", principal="administrator:party", scheme="huadu-party-members")
    assert street.post("party", "/v1/keys", body | {"scheme": RESIDENTS}).status_code == 403
    assert street.post("party", "/v1/keys", body).status_code == 403
    street.done("party", "/v1/keys", body | {"scheme": "huadu-party-members"})


def test_a_key_grants_the_levels_of_approval_that_it_names_and_no_other(street: Street) -> None:
    street.issue("grid", "steward", unit="XH", approves=("community", "grid"))
    assert street.read("grid", "/v1/me")["approves"] == ["community", "grid"]
    assert street.read("steward", "/v1/me")["approves"] is None
    record = {"record": serve_two_hours(street)["fact"], "level": "steward"}
    refused = street.post("grid", "/v1/approvals", record, accept_language="en")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "approval of steward" in refused.json()["detail"]
    assert "community, grid" in refused.json()["detail"]
    assert street.points("MEI") == "0", "and nothing was granted"
    street.issue("site", "steward", unit="XH", approves=("steward",))
    street.done("site", "/v1/approvals", record)
    assert street.points("MEI") == "2"


def test_what_a_key_could_not_let_count_it_neither_rejects_nor_corrects_nor_reverses(street: Street) -> None:
    street.issue("grid", "steward", unit="XH", approves=("community",))
    street.issue("site", "steward", unit="XH", approves=("steward", "community"))
    record = serve_two_hours(street)["fact"]
    body = {"record": record, "reason": "no"}
    later = {**body, "facts": {"record.paid": True}}
    for path, asked in (("rejections", body), ("corrections", later), ("reversals", body)):
        assert street.post("grid", f"/v1/{path}", asked).status_code == 403, path
    street.done("site", "/v1/approvals", {"record": record, "level": "steward"})
    refused = street.post("grid", "/v1/reversals", body, accept_language="en")
    assert refused.status_code == 403
    assert "approval of steward" in refused.json()["detail"], "nor what another level has let count"
    street.done("site", "/v1/reversals", body)
    assert street.points("MEI") == "0"


def test_who_acts_for_others_is_known_as_a_person_and_decides_nothing_for_those_at_home(street: Street) -> None:
    home = {"name": "volunteer.household", "from_day": "2026-01-01", "value": "mill lane 3"}
    for number in ("MEI", "BO"):
        street.done("administrator", f"/v1/volunteers/{number}/facts", home)
    body = {"role": "steward", "principal": "steward:bo", "label": "Bo", "unit": "XH", "volunteer": "BO"}
    street.tokens["bo"] = street.done("administrator", "/v1/keys", body)["token"]
    assert street.read("bo", "/v1/me")["volunteer"] == "BO"
    record = serve_two_hours(street)["fact"]
    refused = street.post("bo", "/v1/approvals", {"record": record, "level": "steward"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "同一家庭" in refused.json()["detail"]
    for path in ("rejections", "reversals"):
        assert street.post("bo", f"/v1/{path}", {"record": record, "reason": "no"}).status_code == 403
    other = street.post("administrator", "/v1/keys", body | {"volunteer": "MEI"})
    assert (other.status_code, other.json()["code"]) == (409, "already_exists"), "one principal is one person"
    assert street.post("administrator", "/v1/keys", body | {"volunteer": "NOBODY"}).status_code == 404
    street.done("steward", "/v1/approvals", {"record": record, "level": "steward"})
    assert street.points("MEI") == "2"


def test_the_list_of_what_waits_says_what_an_approval_would_give(street: Street) -> None:
    serve_two_hours(street)
    waiting = street.read("steward", "/v1/approvals")
    assert [(each["level"], each["text"]["zh"], each["records"]) for each in waiting] == [("steward", "现场负责人", 1)]
    (listed,) = street.read("steward", "/v1/service-records?awaiting=steward")["items"]
    assert {each["scheme"]: each["points"] for each in listed["outlook"]["points"]}[RESIDENTS] == "2"
    assert listed["outlook"]["awaiting"] == []
    assert street.points("MEI") == "0", "asking gives nothing"
    assert street.read("steward", "/v1/service-records")["items"][0]["outlook"] is None


def test_levels_of_approval_belong_to_those_who_approve_and_nobody_hands_on_more_than_their_own(street: Street) -> None:
    body = {"role": "committee", "principal": "committee:new", "label": "new", "approves": ["community"]}
    assert street.post("administrator", "/v1/keys", body).json()["reasons"][0]["field"] == "approves"
    body |= {"role": "steward"}
    shown = street.done("administrator", "/v1/keys", body)["key"]
    assert street.read("administrator", f"/v1/keys/{shown}")["approves"] == ["community"]
    assert street.post("administrator", "/v1/keys", body | {"approves": ["x"] * 9}).status_code == 422
    street.issue("office", "administrator", approves=("community",))
    assert street.post("office", "/v1/keys", body | {"approves": ["street"]}).status_code == 403
    assert street.post("office", "/v1/keys", body | {"approves": []}).status_code == 403
    street.done("office", "/v1/keys", body)
    street.done("office", "/v1/keys", {"role": "committee", "principal": "committee:b", "label": "b"})


def test_a_key_of_one_scheme_sees_that_scheme_only(street: Street) -> None:
    street.issue("party", "steward", principal="steward:party", scheme="huadu-party-members")
    for path in ("/v1/volunteers/BO/tiers", "/v1/volunteers/BO/quotes"):
        assert {each["scheme"] for each in street.read("party", path)} <= {"huadu-party-members"}, path
    balance = street.read("party", "/v1/volunteers/BO/balance")
    assert [each["scheme"] for each in balance["schemes"]] == ["huadu-party-members"]


def test_a_steward_reaches_whoever_lives_or_works_in_their_street(street: Street) -> None:
    body = {"number": "LIN", "name": "林", "joined_on": "2026-03-01", "home_unit": "SL-C1", "work_unit": "XH-C1"}
    street.done("administrator", "/v1/volunteers", body)
    for name in ("steward", "foreign steward"):
        street.read(name, "/v1/volunteers/LIN/quotes")
    street.done("administrator", "/v1/volunteers", body | {"number": "HE", "work_unit": "SL-C1"})
    assert street.get("steward", "/v1/volunteers/HE/quotes").status_code == 403


def test_a_merchants_key_names_its_outlet(street: Street) -> None:
    body = {"role": "merchant", "principal": "merchant:new", "label": "收银台"}
    assert street.post("administrator", "/v1/keys", body).json()["reasons"][0]["field"] == "outlet"
    unknown = street.post("administrator", "/v1/keys", body | {"outlet": "nowhere"})
    assert unknown.status_code == 404


def test_a_merchant_acts_at_its_own_outlet_only(street: Street) -> None:
    earn(street)
    code = voucher(street)
    foreign = street.post("merchant", f"/v1/redemptions/{code}/confirm", {"outlet": "wangs-2"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "forbidden")
    assert street.post("other merchant", f"/v1/redemptions/{code}/cancel").json()["code"] == "wrong_outlet"
    assert street.get("merchant", "/v1/volunteers/MEI/quotes?outlet=wangs-2").status_code == 403
    street.done("merchant", f"/v1/redemptions/{code}/confirm", {"outlet": "wangs-1"})


def test_a_kiosk_is_itself_and_stays_in_its_street(street: Street) -> None:
    body = {"volunteer": "BO", "activity": "XH-garden"}
    assert street.post("kiosk", "/v1/check-ins", body | {"kiosk": "K-SL"}).json()["code"] == "forbidden"
    assert street.post("kiosk", "/v1/check-ins", body | {"activity": "SL-garden"}).json()["code"] == "forbidden"
    street.done("kiosk", "/v1/check-ins", body)


def test_a_steward_stays_in_their_street(street: Street) -> None:
    record = serve_two_hours(street)["fact"]
    for path, body in (
        ("/v1/approvals", {"record": record}),
        ("/v1/rejections", {"record": record, "reason": "x"}),
        ("/v1/corrections", {"record": record, "reason": "x", "end": "2026-03-02T10:00:00+08:00"}),
        ("/v1/volunteers", {"number": "N", "name": "n", "joined_on": "2026-03-01", "home_unit": "XH-C1"}),
        ("/v1/activities", {"code": "N", "name": "n", "category": "c", "host": "XH-C1"}),
        ("/v1/deeds", {"volunteer": "MEI", "kind": "k", "occurred_at": "2026-03-01T19:00:00+08:00"}),
    ):
        response = street.post("foreign steward", path, body)
        assert (response.status_code, response.json()["code"]) == (403, "forbidden"), path
    assert street.get("foreign steward", f"/v1/service-records/{record}").status_code == 403
    assert street.read("foreign steward", "/v1/service-records")["items"] == []
    assert street.get("foreign steward", "/v1/volunteers/MEI/balance").status_code == 403
    entry = street.done("steward", "/v1/approvals", {"record": record})["entry"]
    assert street.get("foreign steward", f"/v1/entries/{entry}").status_code == 403
    assert street.get("steward", f"/v1/entries/{entry}").status_code == 200


def test_nobody_approves_their_own_record(street: Street) -> None:
    street.issue("mei herself", "steward", principal="volunteer:MEI", unit="XH")
    record = serve_two_hours(street)["fact"]
    response = street.post("mei herself", "/v1/approvals", {"record": record})
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
