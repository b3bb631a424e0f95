"""What every operation has in common: keys, problems, languages, pages of lists, bounds."""

from __future__ import annotations

import uuid

from tests.api.street import Street, earn, serve_two_hours

BODY = {"volunteer": "MEI", "activity": "XH-garden"}


def test_a_post_without_a_key_is_refused(street: Street) -> None:
    response = street.client.post("/v1/check-ins", json=BODY, headers=street.headers("kiosk"))
    assert (response.status_code, response.json()["code"]) == (400, "key_missing")
    assert response.headers["content-type"] == "application/problem+json"


def test_the_same_request_again_answers_the_first_outcome(street: Street) -> None:
    key = uuid.uuid4().hex
    first = street.post("kiosk", "/v1/check-ins", BODY, key)
    again = street.post("kiosk", "/v1/check-ins", BODY, key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"


def test_the_same_key_with_other_content_is_refused(street: Street) -> None:
    key = uuid.uuid4().hex
    street.post("kiosk", "/v1/check-ins", BODY, key)
    other = street.post("kiosk", "/v1/check-ins", BODY | {"volunteer": "BO"}, key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_refusal_releases_the_key(street: Street) -> None:
    key = uuid.uuid4().hex
    body = {"volunteer": "MEI", "scheme": "huadu-residents", "reward": "soap"}
    assert street.post("kiosk", "/v1/redemptions", body, key).json()["code"] == "insufficient_points"
    earn(street)
    assert street.post("kiosk", "/v1/redemptions", body, key).status_code == 201


def test_a_late_retry_of_a_till_is_refused(street: Street) -> None:
    late = street.post("kiosk", "/v1/check-ins", BODY, valid_until="2026-03-02T00:59:59Z")
    assert (late.status_code, late.json()["code"]) == (409, "command_expired")
    odd = street.post("kiosk", "/v1/check-ins", BODY, valid_until="2026-03-02T00:59:59")
    assert (odd.status_code, odd.json()["code"]) == (422, "invalid_value")


def test_a_problem_is_told_in_the_callers_language_with_numbers(street: Street) -> None:
    earn(street)
    body = {"volunteer": "MEI", "scheme": "huadu-residents", "reward": "shampoo"}
    chinese = street.post("kiosk", "/v1/redemptions", body)
    english = street.post("kiosk", "/v1/redemptions", body, accept_language="fr;q=1, en;q=0.8, zh;q=0.2")
    assert chinese.status_code == 409
    assert chinese.headers["content-language"] == "zh-CN"
    assert chinese.json()["detail"].startswith("积分不足")
    assert english.json()["detail"] == "Not enough points: 30 required, 2 available, 28 missing."
    assert english.json() | {"detail": ""} == chinese.json() | {"detail": ""}
    assert english.json()["reasons"] == [{"required": "30", "available": "2", "missing": "28"}]
    assert english.json()["type"] == "/problems/insufficient_points"
    assert english.json()["instance"] == "/v1/redemptions"


def test_what_is_not_there_is_a_problem_too(street: Street) -> None:
    for path, code in (("/v1/volunteers/NOBODY", "not_found"), ("/v1/nothing", "no_such_page")):
        response = street.get("administrator", path)
        assert (response.status_code, response.json()["code"]) == (404, code)
    wrong = street.client.put("/v1/check-ins", headers=street.headers("kiosk"))
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


def test_wrong_values_name_their_fields(street: Street) -> None:
    for body, field in (
        ({"volunteer": "MEI"}, "activity"),
        (BODY | {"colour": "red"}, "colour"),
        (BODY | {"at": "2026-03-02T09:00:00"}, "at"),
        (BODY | {"volunteer": "no spaces please"}, "volunteer"),
        (BODY | {"volunteer": "x" * 65}, "volunteer"),
    ):
        response = street.post("kiosk", "/v1/check-ins", body)
        assert (response.status_code, response.json()["code"]) == (422, "invalid_value"), body
        assert response.json()["reasons"][0]["field"] == field
    headers = street.headers("kiosk", idempotency_key="k", content_type="application/json")
    broken = street.client.post("/v1/check-ins", content=b"{", headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (422, "invalid_value")


def test_a_number_that_is_not_exact_is_refused(street: Street) -> None:
    deed = {"volunteer": "BO", "kind": "mediation", "occurred_at": "2026-03-01T19:00:00+08:00"}
    for quantity in ("1/0", "two", "-1", "0"):
        response = street.post("administrator", "/v1/deeds", deed | {"quantity": quantity})
        assert response.status_code == 422, quantity


def test_a_body_has_a_bound(street: Street) -> None:
    large = street.post("kiosk", "/v1/check-ins", BODY | {"volunteer": "x" * 70_000})
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    assert "idempotent-replayed" not in large.headers


def test_pages_of_a_list_join_to_the_whole(street: Street) -> None:
    for _ in range(3):
        earn(street, minutes=60)
    whole = street.read("kiosk", "/v1/volunteers/MEI/statement")
    assert whole["next"] is None
    assert len(whole["items"]) == 6
    for path, role in (
        ("/v1/volunteers/MEI/statement", "kiosk"),
        ("/v1/volunteers/MEI/records", "kiosk"),
        ("/v1/activities", "administrator"),
        ("/v1/audit", "committee"),
    ):
        wanted = street.read(role, f"{path}?limit=200")["items"]
        found: list[object] = []
        cursor = ""
        while True:
            page = street.read(role, f"{path}?limit=1{cursor}")
            assert len(page["items"]) == 1
            found += page["items"]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert found == wanted, path


def test_what_waits_for_approval_comes_in_pages(street: Street) -> None:
    records = [serve_two_hours(street, minutes=61)["fact"] for _ in range(3)]
    first = street.read("steward", "/v1/service-records?limit=2")
    rest = street.read("steward", f"/v1/service-records?limit=2&cursor={first['next']}")
    assert [each["record"] for each in first["items"] + rest["items"]] == records
    assert rest["next"] is None


def test_a_cursor_of_another_list_is_refused(street: Street) -> None:
    for cursor in ("nonsense", "WzFd", "WyJhIl0", "/"):
        response = street.get("kiosk", f"/v1/volunteers/MEI/statement?cursor={cursor}")
        assert (response.status_code, response.json()["code"]) == (400, "bad_cursor"), cursor
    odd = street.get("kiosk", "/v1/volunteers/MEI/statement?cursor=WyJ4IiwieSIsInoiXQ")
    assert (odd.status_code, odd.json()["code"]) == (400, "bad_cursor")


def test_answers_with_personal_data_are_not_cached(street: Street) -> None:
    response = street.get("kiosk", "/v1/volunteers/MEI")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
