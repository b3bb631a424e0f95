"""At the counter without a reservation, over HTTP: the phone's code, what can be had here, and taking it."""

from __future__ import annotations

import base64
from datetime import timedelta

import httpx
import pytest

from points_engine.flow.counter.cards import code_at, proof_at, step_of
from tests.api.street import RESIDENTS, Street, earn, voucher

SOAP = {"scheme": RESIDENTS, "reward": "soap"}


def link(street: Street, number: str = "MEI") -> bytes:
    """Link a phone at the kiosk; answers the key that its link carries."""
    told = street.done("kiosk", f"/v1/volunteers/{number}/phone")
    assert told["qr_svg"].startswith("<svg")
    text = told["link"].split(f"/phone#{number}.")[1]
    return base64.b32decode(text + "=" * (-len(text) % 8))


def on_the_phone(street: Street, key: bytes) -> str:
    """The code that the phone shows now."""
    return code_at(key, step_of(street.clock.now))


def a_visit(street: Street) -> str:
    """Mei's phone, linked and scanned at Wang's; answers the visit."""
    shown = on_the_phone(street, link(street))
    return str(street.done("merchant", "/v1/visits", {"volunteer": "MEI", "shown": shown})["visit"])


def test_scanned_shown_taken_and_undone(street: Street) -> None:
    earn(street)
    visit = a_visit(street)
    shown = street.read("merchant", f"/v1/visits/{visit}")
    assert (shown["volunteer_name"], shown["outlet"], shown["is_over"]) == ("梅*花", "wangs-1", False)
    quotes = {each["reward"]: each for each in shown["quotes"]}
    assert quotes["soap"]["possible"]
    assert "museum_ticket" not in quotes, "what another partner gives is nobody's business here"
    taken = street.done("merchant", f"/v1/visits/{visit}/redemptions", {"rewards": [SOAP]})
    assert ([each["points"] for each in taken["rewards"]], taken["money"]) == (["2"], 0)
    assert street.points("MEI") == "0"
    code = taken["rewards"][0]["code"]
    assert street.read("merchant", f"/v1/redemptions/{code}")["state"] == "confirmed"
    street.done("merchant", f"/v1/redemptions/{code}/refunds", {"reason": "拿错"})
    assert street.points("MEI") == "2"


def test_a_refused_reward_says_which_of_them_it_is_and_takes_nothing(street: Street) -> None:
    earn(street)
    visit = a_visit(street)
    refused = street.post("merchant", f"/v1/visits/{visit}/redemptions", {"rewards": [SOAP, SOAP]})
    assert (refused.status_code, refused.json()["code"]) == (409, "limit_reached")
    assert street.points("MEI") == "2"


@pytest.mark.parametrize("shown", [None, "00000000"])
def test_a_merchant_needs_the_code_of_the_phone(street: Street, shown: str | None) -> None:
    earn(street)
    link(street)
    refused = street.post("merchant", "/v1/visits", {"volunteer": "MEI", "shown": shown})
    assert (refused.status_code, refused.json()["code"]) == (409, "card_code_wrong")


def test_a_card_and_its_pin_do_as_well_as_a_phone(street: Street) -> None:
    earn(street)
    street.done("administrator", "/v1/volunteers/MEI/pin", {"pin": "492857"})
    said = street.done("merchant", "/v1/volunteers/MEI/identifications", {"pin": "492857"})
    opened = street.post("merchant", "/v1/visits", {"volunteer": "MEI"}, identification=said["identification"])
    assert opened.status_code == 201, opened.text
    foreign = street.post("other merchant", "/v1/visits", {"volunteer": "MEI"}, identification=said["identification"])
    assert foreign.json()["code"] == "card_code_wrong", "an identification holds at the counter where it was made"


def test_a_photograph_of_a_code_opens_nothing(street: Street) -> None:
    earn(street)
    shown = on_the_phone(street, link(street))
    street.done("merchant", "/v1/visits", {"volunteer": "MEI", "shown": shown})
    again = street.post("merchant", "/v1/visits", {"volunteer": "MEI", "shown": shown})
    assert again.json()["code"] == "card_code_wrong"


def test_a_visit_is_over_after_ten_minutes(street: Street) -> None:
    earn(street)
    visit = a_visit(street)
    street.clock.later(minutes=10, seconds=1)
    assert street.read("merchant", f"/v1/visits/{visit}")["is_over"]
    assert street.post("merchant", f"/v1/visits/{visit}/redemptions", {"rewards": [SOAP]}).status_code == 410


def the_phone_asks(street: Street, key: bytes, number: str = "MEI", *, minutes: int = 0) -> httpx.Response:
    """What the phone is told, with a proof of now or of some minutes ago."""
    step = step_of(street.clock.now - timedelta(minutes=minutes))
    return street.client.post("/phone/vouchers", json={"volunteer": number, "proof": proof_at(key, step)})


def test_a_phone_shows_its_volunteers_vouchers_and_nobody_elses(street: Street) -> None:
    earn(street)
    key = link(street)
    told = the_phone_asks(street, key)
    assert (told.status_code, told.json()) == (200, {"vouchers": [], "offers": []})
    assert told.headers["cache-control"] == "no-store"
    code = voucher(street)
    (shown,) = the_phone_asks(street, key).json()["vouchers"]
    assert (shown["code"], shown["reward"], shown["partner"]["zh"]) == (code, "soap", "wangs")
    assert shown["token"].startswith("PO1")
    assert shown["qr_svg"].startswith("<?xml") or "<svg" in shown["qr_svg"]
    street.done("merchant", f"/v1/redemptions/{code}/confirm", {})
    assert the_phone_asks(street, key).json()["vouchers"] == []


def test_another_phone_or_an_old_proof_is_told_nothing(street: Street) -> None:
    earn(street)
    key = link(street)
    voucher(street)
    for told in (
        the_phone_asks(street, bytes(32)), the_phone_asks(street, key, "NOBODY"), the_phone_asks(street, key, "BO"),
        the_phone_asks(street, key, minutes=2),
    ):  # fmt: skip
        assert told.json()["code"] == "card_code_wrong"
    newer = link(street)
    assert the_phone_asks(street, key).json()["code"] == "card_code_wrong", "only the phone linked last"
    assert len(the_phone_asks(street, newer).json()["vouchers"]) == 1
    shown = street.client.post("/phone/vouchers", json={"volunteer": "MEI", "proof": "12345678"})
    assert shown.status_code == 422


def test_a_picture_of_a_code_fills_whatever_room_it_has(street: Street) -> None:
    picture = street.client.get("/phone/qr.svg", params={"text": "MEI#12345678"})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "viewBox" in picture.text
    assert street.client.get("/phone/qr.svg", params={"text": "https://elsewhere.example"}).status_code == 422


def test_a_shop_keeps_the_book_of_its_stock(street: Street) -> None:
    earn(street)
    visit = a_visit(street)
    street.done("merchant", f"/v1/visits/{visit}/redemptions", {"rewards": [SOAP]})
    moved = street.done("merchant", "/v1/stock-moves", SOAP | {"stock": "donated", "items": 20, "reason": "邻居"})
    assert (moved["change"], moved["available"]) == (20, 2019)
    street.done("merchant", "/v1/stock-moves", SOAP | {"stock": "counted", "items": 2015})
    (book,) = street.read("merchant", "/v1/stock")
    assert book["moves"] == {"opening": 2000, "donated": 20, "counted": -4}
    assert (book["redeemed"], book["redeemed_at"]) == (1, {"wangs-1": 1})
    assert book["explained"] == book["available"] + book["set_aside"] == 2015
    assert street.read("other merchant", "/v1/stock") == []
