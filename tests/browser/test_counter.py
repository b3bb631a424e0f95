"""The counter on its page: each code its own colour, shape and word; a visit from the phone's code to undoing it."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from points_engine.flow.money.openings import OpenBalance
from tests.api.live import Served
from tests.api.street import RESIDENTS, earn, voucher
from tests.browser.test_story import enter_key, look_up

pytestmark = pytest.mark.browser


def typed(page: Page, code: str) -> None:
    """Type a code and have it checked."""
    page.fill("#code", code)
    page.click("#code-form button")
    expect(page.locator("#answer")).to_be_visible()


def test_every_bad_code_has_its_colour_its_shape_and_its_word(served: Served, page: Page) -> None:
    street = served.street
    street.execute(OpenBalance("MEI", RESIDENTS, 20, 1))
    used = voucher(street)
    mistyped = used[:-1] + ("3" if used[-1] == "2" else "2")
    street.done("merchant", f"/v1/redemptions/{used}/confirm", {})
    page.goto(f"{served.address}/merchant")
    enter_key(page, street.tokens["merchant"])

    def says(code: str, look: str, shape: str, word: str) -> None:
        typed(page, code)
        expect(page.locator("#answer")).to_have_class(f"answer {look}")
        expect(page.locator("#verdict")).to_contain_text(shape)
        expect(page.locator("#verdict")).to_contain_text(word)
        expect(page.locator("#confirm")).to_be_hidden()

    says(mistyped, "no", "✕", "输入有误")
    says("2222222222", "no", "✕", "没有这个兑换码")
    says(used, "no", "✕", "已使用过")
    street.done("merchant", f"/v1/redemptions/{used}/refunds", {"reason": "拿错"})
    says(used, "late", "↩", "已退换")
    cancelled = voucher(street)
    street.done("kiosk", f"/v1/redemptions/{cancelled}/cancel")
    says(cancelled, "late", "↩", "已取消")
    expired = voucher(street)
    street.clock.later(minutes=31)
    says(expired, "late", "◔", "已过期")
    elsewhere = voucher(street, reward="museum_ticket")
    says(elsewhere, "no", "✕", "不属于本兑换点")


def test_a_phone_is_linked_scanned_served_and_the_reward_undone(
    served: Served, page: Page, context: BrowserContext
) -> None:
    street = served.street
    earn(street)
    page.goto(f"{served.address}/card/MEI")
    enter_key(page, street.tokens["kiosk"])
    with page.expect_response(re.compile("/phone$")) as linked:
        page.click("#link")
    expect(page.locator("#qr svg")).to_be_visible()
    phone = context.new_page()
    phone.clock.set_fixed_time(street.clock.now)
    phone.goto(linked.value.json()["link"])
    expect(phone.locator("#code")).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    expect(phone.locator("#qr svg")).to_be_visible()
    assert "#" not in phone.url, "the key does not stay in the address bar"
    code = phone.locator("#code").inner_text().replace(" ", "")
    assert Axe().run(phone).response["violations"] == []

    page.goto(f"{served.address}/merchant")
    enter_key(page, street.tokens["merchant"])
    page.fill("#code", f"MEI#{code}")
    page.click("#code-form button")
    expect(page.locator("#visitor")).to_have_text("梅*花（MEI）")
    soap = page.locator("#can [data-reward=soap]")
    expect(soap).to_contain_text("2 分")
    expect(page.locator("#can [data-reward=shampoo]")).to_have_count(0)
    expect(page.locator("#take")).to_be_disabled()
    soap.get_by_label("增加 肥皂").click()
    assert Axe().run(page).response["violations"] == []
    page.click("#take")
    expect(page.locator("#verdict")).to_contain_text("兑换成功")
    assert street.points("MEI") == "0"
    page.locator("#done button").click()
    expect(page.locator("#done")).to_contain_text("已撤销，退回 2 分")
    assert street.points("MEI") == "2"
    page.click("#again")
    page.fill("#code", f"MEI#{code}")
    page.click("#code-form button")
    expect(page.locator("#verdict")).to_contain_text("请志愿者刷新动态码")


def test_a_voucher_is_shown_printed_and_scanned(served: Served, page: Page) -> None:
    street = served.street
    earn(street)
    page.goto(f"{served.address}/kiosk")
    enter_key(page, street.tokens["kiosk"])
    look_up(page, "MEI")
    page.click("[data-reward=soap]")
    expect(page.locator("#voucher-qr svg")).to_be_visible()
    code = page.locator("#voucher-code").inner_text()
    page.click("#voucher-print")
    expect(page.locator("#code")).to_have_text(code)
    expect(page.locator("#title")).to_contain_text("肥皂")
    expect(page.locator("#title")).to_contain_text("Bar of soap")
    expect(page.locator("#facts")).to_contain_text("wangs各兑换点")
    expect(page.locator("#facts")).to_contain_text("2026/3/2 11:40")
    expect(page.locator("#qr svg")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("#print")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1, "a voucher is one sheet"
    page.emulate_media(media="screen")
    page.goto(f"{served.address}/card/MEI")
    expect(page.locator("#vouchers")).to_contain_text("有效至 3/2 11:40")
    assert Axe().run(page).response["violations"] == []
    page.click("#vouchers a")
    expect(page.locator("#code")).to_have_text(code)

    token = street.read("kiosk", f"/v1/redemptions/{code}/voucher")["token"]
    page.goto(f"{served.address}/merchant")
    enter_key(page, street.tokens["merchant"])
    typed(page, token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:])
    expect(page.locator("#verdict")).to_contain_text("不是本系统的兑换券")
    typed(page, token)
    expect(page.locator("#verdict")).to_contain_text("可以兑换")
    page.click("#confirm")
    expect(page.locator("#verdict")).to_contain_text("兑换成功")

    page.goto(f"{served.address}/voucher/{code}")
    expect(page.locator("#wrong")).to_contain_text("已确认")
    expect(page.locator("#print")).to_be_hidden()
