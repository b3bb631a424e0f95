"""Draws over HTTP: opened, entered at the kiosk, drawn in the open, offered, taken up, and drawn again by anybody."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.scarce.proof import faults
from points_engine.store.audit import audit
from tests.api.fairs import a_draw, drawn, entered, new_draw
from tests.api.street import Street


def code_of(response: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return response.status_code, response.json()["code"]


def neighbours(street: Street, *numbers: str) -> None:
    """People of the street who come too."""
    for number in numbers:
        street.execute(RegisterVolunteer(number, number, date(2026, 1, 5), home_unit="XH-C1"))


def test_a_draw_from_its_opening_to_the_counter(street: Street) -> None:
    neighbours(street, "ANN", "LI")
    a_draw(street)
    early = street.read("", "/v1/public/draws/film-1")
    assert (early["state"], early["seed"], early["tickets"], early["places"]) == ("open", None, [], 2)
    assert [entered(street, number)["ticket"] for number in ("MEI", "ANN", "LI", "MEI")] == [1, 2, 3, 1]
    assert code_of(street.post("administrator", "/v1/draws/film-1/drawing")) == (409, "draw_still_open")
    shown = street.read("committee", "/v1/draws/film-1")
    assert [each["state"] for each in shown["tickets"]] == ["entered"] * 3
    assert "MEI" not in str(shown)
    told = drawn(street)
    public = street.read("", "/v1/public/draws/film-1")
    assert public == street.read("committee", "/v1/draws/film-1")
    assert sha256(public["seed"].encode()).hexdigest() == early["commitment"]
    by_lot = sorted((1, 2, 3), key=lambda ticket: sha256(f"{public['seed']}|{ticket}".encode()).hexdigest())
    assert public["ranking"] == by_lot
    assert public["winners"] == told["winners"] == by_lot[:2]
    assert faults(public) == []
    too_late = street.post("kiosk", "/v1/draws/film-1/entries", {"volunteer": "BO"})
    assert code_of(too_late) == (409, "draw_closed")
    offers = street.read("administrator", "/v1/draws/film-1/offers")
    assert sorted(each["ticket"] for each in offers) == sorted(by_lot[:2])
    first = next(each["volunteer"] for each in offers if each["ticket"] == by_lot[0])
    second = next(each["volunteer"] for each in offers if each["ticket"] == by_lot[1])
    taken = street.done("kiosk", "/v1/draws/film-1/take-ups", {"volunteer": first})
    assert (taken["state"], taken["redemption"]["reward"], taken["redemption"]["points"]) == ("taken", "film", "0")
    assert taken["redemption"]["token"].startswith("PO1"), "the place is a voucher like any other"
    street.done("merchant", f"/v1/redemptions/{taken['redemption']['code']}/confirm", {"outlet": "wangs-1"})
    passed = street.done("steward", "/v1/draws/film-1/declines", {"volunteer": second})
    assert passed["passes_to"] == by_lot[2]
    assert [each["ticket"] for each in street.read("steward", "/v1/draws/film-1/offers")] == [by_lot[2]]
    assert street.read("foreign steward", "/v1/draws/film-1/offers") == []
    (mine,) = street.read("steward", f"/v1/volunteers/{second}/tickets")
    assert (mine["state"], mine["lapses_at"], mine["place"]) == ("declined", None, 2)
    street.clock.later(hours=49)
    third = street.read("administrator", "/v1/draws/film-1/offers")[0]["volunteer"]
    late = street.post("kiosk", "/v1/draws/film-1/take-ups", {"volunteer": third})
    assert code_of(late) == (410, "offer_lapsed")
    assert late.json()["detail"].startswith("名额保留到 2026-03-04T03:00:00Z")
    assert faults(street.read("", "/v1/public/draws/film-1")) == []
    assert audit(street.engine.store).is_sound  # type: ignore[arg-type]


def test_the_same_draw_again_is_the_one_that_is_there_and_another_is_refused(street: Street) -> None:
    body = new_draw(street)
    a_draw(street)
    again = street.done("administrator", "/v1/draws", body)
    assert again["created"] is False
    assert code_of(street.post("administrator", "/v1/draws", {**body, "offer_hours": 1})) == (409, "already_exists")
    assert code_of(street.post("administrator", "/v1/draws", new_draw(street, "x", reward="soap"))) == (
        409, "reward_not_offered",
    )  # fmt: skip


def test_draws_are_listed_newest_first_page_by_page(street: Street) -> None:
    a_draw(street)
    street.clock.later(minutes=1)
    street.done("administrator", "/v1/draws", new_draw(street, "film-2", places=1))
    first = street.read("merchant", "/v1/draws?limit=1")
    assert [each["draw"] for each in first["items"]] == ["film-2"]
    second = street.read("merchant", f"/v1/draws?limit=1&cursor={first['next']}")
    assert [(each["draw"], each["places"]) for each in second["items"]] == [("film-1", 2)]
    assert street.read("merchant", "/v1/draws?scheme=huadu-residents")["items"] == []


def test_the_first_who_come_are_served_and_one_waits(street: Street) -> None:
    neighbours(street, "ANN", "LI")
    a_draw(street, "trip", rule="trips", reward="", activity="XH-garden")
    told = [entered(street, number, "trip", "steward") for number in ("MEI", "ANN", "LI")]
    assert [each["state"] for each in told] == ["offered", "offered", "waiting"]
    assert street.done("kiosk", "/v1/draws/trip/take-ups", {"volunteer": "MEI"})["activity"] == "XH-garden"
    (signed,) = street.read("steward", "/v1/sign-ups?activity=XH-garden")["items"]
    assert signed["state"] == "promised"
    assert street.done("kiosk", "/v1/draws/trip/declines", {"volunteer": "ANN"})["passes_to"] == 3


def test_a_kiosk_asks_for_the_pin_of_who_has_one(street: Street) -> None:
    a_draw(street)
    street.done("steward", "/v1/volunteers/MEI/pin", {"pin": "407215"})
    asked = street.post("kiosk", "/v1/draws/film-1/entries", {"volunteer": "MEI"})
    assert code_of(asked) == (403, "identification_needed")
    assert entered(street, "MEI", role="steward")["ticket"] == 1


def test_the_audit_log_tells_who_drew(street: Street) -> None:
    a_draw(street)
    entered(street)
    drawn(street)
    lines = street.read("committee", "/v1/audit?command=draw_now")["items"]
    assert [(each["principal"], each["content"]) for each in lines] == [
        ("administrator:administrator", {"draw": "film-1"})
    ]


def test_the_public_page_tells_before_and_after_and_how_to_draw_again(street: Street) -> None:
    neighbours(street, "ANN", "LI")
    assert "还没有抽签" in street.client.get("/public/draws").text
    a_draw(street)
    for number in ("MEI", "ANN", "LI"):
        entered(street, number)
    listed, before = (street.client.get(path).text for path in ("/public/draws", "/public/draws/film-1"))
    committed = street.read("", "/v1/public/draws/film-1")["commitment"]
    assert 'href="/public/draws/film-1"' in listed
    assert "报名中" in listed
    assert committed in before
    assert 'id="seed"' not in before
    assert 'id="winners"' not in before
    told = drawn(street)
    after = street.client.get("/public/draws/film-1").text
    assert committed in after
    assert f'<code id="seed">{told["seed"]}</code>' in after
    assert f'id="winners">{"、".join(map(str, told["winners"]))}<' in after
    assert 'href="/v1/public/draws/film-1"' in after
    assert "points draw verify" in after
    assert "MEI" not in after, "numbers of tickets, and nobody's name"
    assert "/public/draws" in street.client.get("/public/books").text
    assert street.client.get("/public/draws/nothing").status_code == 404
