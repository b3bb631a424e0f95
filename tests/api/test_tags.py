"""ETag, If-None-Match and If-Match."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.api.street import Street, earn


def test_an_answer_that_is_known_is_not_sent_again(street: Street) -> None:
    for role, path in (
        ("kiosk", "/v1/volunteers/MEI/balance"),
        ("administrator", "/v1/activities"),
        ("committee", "/v1/packs"),
    ):
        first = street.get(role, path)
        tag = first.headers["etag"]
        for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = street.get(role, path, if_none_match=known)
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), (path, known)
        assert street.get(role, path, if_none_match='"x"').json() == first.json()
    before = street.get("kiosk", "/v1/volunteers/MEI/balance").headers["etag"]
    earn(street)
    after = street.get("kiosk", "/v1/volunteers/MEI/balance", if_none_match=before)
    assert after.status_code == 200
    assert after.headers["etag"] != before
    assert street.get("kiosk", "/v1/volunteers/NOBODY", if_none_match="*").status_code == 404


def test_an_edit_of_what_somebody_else_has_changed_is_refused(street: Street) -> None:
    identity = street.issue("till", "merchant", outlet="wangs-1")
    path, changes = f"/v1/keys/{identity}", f"/v1/keys/{identity}/changes"
    seen = street.get("administrator", path).headers["etag"]
    street.read("till", "/v1/outlets")
    used = street.get("administrator", path, if_none_match=seen)
    assert (used.status_code, used.headers["etag"] != seen) == (200, True), "its last use is told"
    mine = street.post("administrator", changes, {"label": "till 2"}, "edit-1", if_match=seen)
    assert mine.status_code == 200, "being used is not being edited"
    theirs = street.post("administrator", changes, {"label": "till 3"}, if_match=seen, accept_language="en")
    assert (theirs.status_code, theirs.json()["code"]) == (412, "changed_meanwhile")
    assert theirs.json()["detail"] == "It was changed meanwhile: read it again, then decide."
    retry = street.post("administrator", changes, {"label": "till 2"}, "edit-1", if_match=seen)
    assert (retry.status_code, retry.headers["idempotent-replayed"]) == (200, "true"), "a retry is not an edit"
    assert street.read("administrator", path)["label"] == "till 2"
    now = street.get("administrator", path).headers["etag"]
    for match in (f"{seen}, {now}", "*"):
        assert street.post("administrator", changes, {"label": "till 2"}, if_match=match).status_code == 200
    assert street.post("administrator", changes, {"label": "till 4"}).status_code == 200, "without one the last wins"


def test_of_many_edits_of_what_all_have_seen_one_is_made(street: Street) -> None:
    identity = street.issue("till", "merchant", outlet="wangs-1")
    seen = street.get("administrator", f"/v1/keys/{identity}").headers["etag"]

    def edit(number: int) -> int:
        body = {"label": f"till {number}"}
        return street.post("administrator", f"/v1/keys/{identity}/changes", body, if_match=seen).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(edit, range(16)))
    assert sorted(statuses) == [200] + [412] * 15


def test_what_can_be_edited_can_be_edited_with_what_was_seen(street: Street) -> None:
    for path, change, body in (
        ("/v1/activities/XH-garden", "changes", {"name": "社区菜园"}),
        ("/v1/units/XH-C1", "moves", {"parent": "SL", "from_day": "2026-03-02"}),
        ("/v1/volunteers/MEI", "standing", {"standing": "suspended"}),
        ("/v1/volunteers/BO", "units", {"home_unit": "XH-C1", "from_day": "2026-03-02"}),
    ):
        seen = street.get("administrator", path).headers["etag"]
        first = street.post("administrator", f"{path}/{change}", body, if_match=seen)
        assert first.is_success, first.text
        again = street.post("administrator", f"{path}/{change}", body, if_match=seen)
        assert (again.status_code, again.json()["code"]) == (412, "changed_meanwhile"), path


def test_a_key_that_is_made_to_end_ends_at_once(street: Street) -> None:
    identity = street.issue("till", "merchant", outlet="wangs-1")
    street.read("till", "/v1/outlets")
    ends = {"label": "till", "expires_at": "2026-03-02T00:59:59Z"}
    assert street.post("administrator", f"/v1/keys/{identity}/changes", ends).status_code == 200
    assert street.get("till", "/v1/outlets").status_code == 401
