"""The morning story on the pages: kiosk, steward, kiosk, counter, card."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.api.fairs import a_draw, drawn, entered
from tests.api.live import Served
from tests.api.street import earn, voucher

pytestmark = pytest.mark.browser

LEAST_TARGET = 44
"""pixels: what a finger of any age hits."""


def enter_key(page: Page, token: str) -> None:
    """Type the key that a page asks for once."""
    page.fill("#key", token)
    page.click("#key-form button")
    expect(page.locator("#desk")).to_be_visible()


def look_up(page: Page, number: str) -> None:
    """Type a volunteer's number at the kiosk."""
    page.fill("#number", number)
    page.click("#number-form button")
    expect(page.locator("#person")).to_be_visible()


def test_mei_checks_in_and_out_and_fetches_soap_at_wangs(served: Served, page: Page) -> None:
    street = served.street
    page.goto(f"{served.address}/kiosk")
    enter_key(page, street.tokens["kiosk"])
    look_up(page, "mei")
    expect(page.locator("#name")).to_have_text("梅*花（MEI）")
    page.click("#check-in")
    expect(page.locator("#right")).to_contain_text("签到成功")
    street.clock.later(minutes=130)
    page.click("#check-out")
    expect(page.locator("#right")).to_contain_text("服务 2 小时 10 分，待现场负责人认定")
    expect(page.locator("#why")).to_contain_text("服务 2 小时 10 分，待现场负责人认定")

    page.goto(f"{served.address}/steward")
    enter_key(page, street.tokens["steward"])
    page.click("#waiting button.go")
    expect(page.locator("#right")).to_contain_text("已认定")

    page.goto(f"{served.address}/kiosk")
    look_up(page, "MEI")
    expect(page.locator("#numbers")).to_contain_text("2 小时 10 分")
    expect(page.locator("#why")).to_contain_text("得 2 积分，余 10 分钟转入下次")
    page.click("[data-reward=soap]")
    code = page.locator("#voucher-code")
    expect(code).to_be_visible()
    shown = code.inner_text()

    page.goto(f"{served.address}/merchant")
    enter_key(page, street.tokens["merchant"])
    page.fill("#code", shown.lower())
    page.click("#code-form button")
    expect(page.locator("#answer")).to_have_class("answer yes")
    expect(page.locator("#facts")).to_contain_text("肥皂 × 1")
    page.click("#confirm")
    expect(page.locator("#verdict")).to_contain_text("兑换成功")
    page.click("#again")
    page.fill("#code", shown)
    page.click("#code-form button")
    expect(page.locator("#answer")).to_have_class("answer no")
    expect(page.locator("#verdict")).to_contain_text("已使用过")

    page.goto(f"{served.address}/card/MEI")
    expect(page.locator("#statement")).to_contain_text("预留：肥皂")
    expect(page.locator("#statement")).to_contain_text("余 10 分钟转入下次")
    expect(page.locator("#tiers")).to_contain_text("距“一星志愿者”还差 97 小时 50 分")


def test_wrong_codes_and_other_counters_turn_red(served: Served, page: Page) -> None:
    earn(served.street)
    code = voucher(served.street)
    page.goto(f"{served.address}/merchant")
    enter_key(page, served.street.tokens["other merchant"])
    for typed, said in ((code, "不属于本兑换点"), ("22222-22222", "没有这个兑换码")):
        page.fill("#code", typed)
        page.click("#code-form button")
        expect(page.locator("#verdict")).to_contain_text(said)
        expect(page.locator("#answer")).to_have_class("answer no")
        expect(page.locator("#confirm")).to_be_hidden()


def test_a_wrong_key_is_asked_for_again(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/kiosk")
    page.fill("#key", "pe_000000000000_nothing")
    page.click("#key-form button")
    expect(page.locator("#key-wrong")).to_contain_text("密钥无效")
    expect(page.locator("#desk")).to_be_hidden()
    enter_key(page, served.street.tokens["kiosk"])


PATHS = (
    "/", "/public/books", "/public/draws", "/public/draws/film-1", "/merchant", "/kiosk", "/steward", "/card/MEI",
    "/voucher/SOAP", "/phone",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_readable_by_everybody(served: Served, page: Page, path: str) -> None:
    if path == "/voucher/SOAP":
        earn(served.street)
        path = f"/voucher/{voucher(served.street)}"
    if path.startswith("/public/draws"):
        a_draw(served.street)
        entered(served.street)
        drawn(served.street)
    page.goto(f"{served.address}{path}")
    if path not in ("/", "/phone") and not path.startswith("/public/"):
        enter_key(page, served.street.tokens[{"/merchant": "merchant", "/steward": "steward"}.get(path, "kiosk")])
    if path == "/kiosk":
        look_up(page, "MEI")
    if path == "/card/MEI":
        expect(page.locator("#person")).to_be_visible()
    if path.startswith("/voucher/"):
        expect(page.locator("#voucher")).to_be_visible()
    for width in (1000, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} at {width} px"
        small = page.evaluate(
            """least => [...document.querySelectorAll("a, button, input, select, summary")]
              .filter(each => each.offsetParent !== null)
              .filter(each => each.getBoundingClientRect().height < least)
              .map(each => each.outerHTML.slice(0, 80))""",
            LEAST_TARGET,
        )
        assert small == []
    found = Axe().run(page).response["violations"]
    assert found == [], [(each["id"], each["nodes"][0]["html"]) for each in found]
