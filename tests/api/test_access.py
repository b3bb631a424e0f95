"""Who may do what: every operation with every role, foreign outlets and units, keys that no longer hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.matrix import RESOURCES
from tests.api.street import MORNING, Street, earn, serve_two_hours, voucher

ROLES = ("kiosk", "merchant", "steward", "administrator", "committee")
SITE = {"kiosk", "steward", "administrator"}
STAFF = {"steward", "administrator"}
PEOPLE = {"kiosk", "steward", "administrator", "committee"}
COUNTER = {"merchant", "administrator"}
NOT_COMMITTEE = set(ROLES) - {"committee"}

MATRIX = (
    ("GET", "/v1/volunteers/MEI", PEOPLE),
    ("GET", "/v1/volunteers/MEI/balance", PEOPLE),
    ("GET", "/v1/volunteers/MEI/statement", PEOPLE),
    ("GET", "/v1/volunteers/MEI/records", PEOPLE),
    ("GET", "/v1/volunteers/MEI/tiers", PEOPLE),
    ("GET", "/v1/volunteers/MEI/quotes", NOT_COMMITTEE),
    ("GET", "/v1/activities", set(ROLES)),
    ("GET", "/v1/activities/XH-garden", set(ROLES)),
    ("GET", "/v1/service-records", STAFF | {"committee"}),
    ("GET", "/v1/service-records/x", STAFF | {"committee"}),
    ("GET", "/v1/redemptions/x", NOT_COMMITTEE),
    ("GET", "/v1/outlets", NOT_COMMITTEE),
    ("GET", "/v1/entries/x", PEOPLE),
    ("GET", "/v1/packs", set(ROLES)),
    ("GET", "/v1/packs/x", set(ROLES)),
    ("GET", "/v1/audit", {"administrator", "committee"}),
    ("POST", "/v1/volunteers", STAFF),
    ("POST", "/v1/activities", STAFF),
    ("POST", "/v1/sign-ups", SITE),
    ("POST", "/v1/check-ins", SITE),
    ("POST", "/v1/check-outs", SITE),
    ("POST", "/v1/service-records", STAFF),
    ("POST", "/v1/deeds", STAFF),
    ("POST", "/v1/approvals", STAFF),
    ("POST", "/v1/rejections", STAFF),
    ("POST", "/v1/corrections", STAFF),
    ("POST", "/v1/redemptions", NOT_COMMITTEE),
    ("POST", "/v1/redemptions/x/confirm", COUNTER),
    ("POST", "/v1/redemptions/x/cancel", NOT_COMMITTEE),
    ("POST", "/v1/redemptions/x/refunds", COUNTER),
    ("POST", "/v1/keys", {"administrator"}),
    ("POST", "/v1/keys/x/revoke", {"administrator"}),
    *RESOURCES,
)

OPEN = {"/v1/public/numbers", "/healthz", "/readyz"}


def test_every_operation_is_open_to_its_roles_and_to_nobody_else(street: Street) -> None:
    for method, path, roles in MATRIX:
        ask = street.get if method == "GET" else street.post
        assert ask("", path).status_code == 401, path
        for role in ROLES:
            response = ask(role, path)
            is_let_in = not (response.status_code == 403 and "角色" in response.json()["detail"])
            assert is_let_in == (role in roles), (method, path, role, response.text)


def test_the_matrix_knows_every_operation(street: Street) -> None:
    known = {(method, path.replace("/MEI", "/{}").replace("/x", "/{}")) for method, path, _ in MATRIX}
    known = {(method, path.replace("activities/XH-garden", "activities/{}")) for method, path in known}
    served = set()
    for path, operations in street.client.get("/openapi.json").json()["paths"].items():
        parts = ["{}" if part.startswith("{") else part for part in path.split("/")]
        served |= {(method.upper(), "/".join(parts)) for method in operations}
    assert {each for each in served if each[1] not in OPEN} == known


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
