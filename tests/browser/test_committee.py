"""The committee's page: a sample is drawn, every entry looked at, one objected to, and the whole signed for."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.api.live import Served
from tests.api.street import earn, voucher
from tests.browser.test_story import enter_key

pytestmark = pytest.mark.browser


def test_a_member_draws_looks_objects_and_signs(served: Served, page: Page) -> None:
    street = served.street
    for _ in range(2):
        earn(street)
        street.clock.later(days=1)
    street.done("merchant", f"/v1/redemptions/{voucher(street)}/confirm", {"outlet": "wangs-1"})
    page.goto(f"{served.address}/committee")
    enter_key(page, street.tokens["committee"])
    expect(page.locator("#samples")).to_contain_text("还没有抽查过")
    page.select_option("#scheme", "huadu-residents")
    page.fill("#size", "4")
    pressed: list[str] = []

    def fails(route: Route) -> None:
        pressed.append(route.request.headers["idempotency-key"])
        if len(pressed) > 3:  # as often as the page tries by itself
            route.continue_()
            return
        told = {"code": "store_fault", "status": 503, "detail": "the store failed", "reasons": []}
        route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(told))

    page.route("**/v1/samples", lambda route: fails(route) if route.request.method == "POST" else route.continue_())
    page.click("#draw-form button")
    expect(page.locator("#wrong")).to_contain_text("请稍等再按一次：同一件事不会办两次")
    page.click("#draw-form button")
    entries = page.locator("#entries > li")
    expect(entries).to_have_count(4)
    assert len(pressed) == 4
    assert len(set(pressed)) == 1, "pressed again, it is still the same request"
    assert page.locator("#sign").is_disabled()
    for place in range(4):
        entry = entries.nth(place)
        entry.locator("summary").click()
        expect(entry.locator(".stamp")).to_contain_text("核对无误")
        if place == 0:
            expect(entry).to_contain_text("重新计算")
            assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
            entry.locator("[data-verdict=objection]").click()
            expect(page.locator("#wrong")).to_contain_text("请写明异议的理由")
            entry.locator("textarea").fill("签到表上没有此人")
            entry.locator("[data-verdict=objection]").click()
            expect(entry).to_have_class("objection")
        else:
            entry.locator("[data-verdict=agreed]").click()
            expect(entry).to_have_class("agreed")
    page.locator("#how summary").click()
    expect(page.locator("#how-told")).to_contain_text("结果相同")
    page.click("#sign")
    expect(page.locator("#signatures")).to_contain_text("同意 3 笔，异议 1 笔")
    expect(page.locator("#sign-panel")).to_be_hidden()
    page.click("#back")
    expect(page.locator("#samples")).to_contain_text("未答复异议 1 条")
    expect(page.locator("#objections")).to_contain_text("签到表上没有此人")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
