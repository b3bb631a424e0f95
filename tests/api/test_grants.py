"""Points for grants: allotted by an administrator, shown to everybody in the funds' books."""

from __future__ import annotations

from tests.api.street import RESIDENTS, Street


def test_what_is_allotted_stands_in_the_funds_books(street: Street) -> None:
    asked = {"scheme": RESIDENTS, "points": "5", "reason": "2026 年补助"}
    first = street.post("administrator", "/v1/funds/community/allotments", asked, key="once")
    again = street.post("administrator", "/v1/funds/community/allotments", asked, key="once")
    assert first.json() == again.json()
    assert first.json()["points"] == "5"
    (fund,) = street.read("merchant", "/v1/funds")
    assert fund["points"] == [{"scheme": RESIDENTS, "allotted": "5", "given": "0", "granted": "0", "left": "5"}]
    page = street.client.get("/public/books").text
    assert "拨付 5" in page
    assert "5 allotted" in page
    shown = street.read("committee", f"/v1/entries/{first.json()['entry']}")
    assert {line["account"] for line in shown["lines"]} == {f"scheme/{RESIDENTS}/allotted", "fund/community"}


def test_an_allotment_names_a_fund_and_a_scheme_that_are_there(street: Street) -> None:
    for fund, scheme in (("nothing", RESIDENTS), ("community", "nowhere")):
        asked = {"scheme": scheme, "points": "5", "reason": "x"}
        assert street.post("administrator", f"/v1/funds/{fund}/allotments", asked).status_code == 404
