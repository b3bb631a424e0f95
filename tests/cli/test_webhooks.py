"""Webhooks at the command line: looked at, paused, told again."""

from __future__ import annotations

import json

from tests.cli.terminals import Points


def test_a_webhook_is_listed_steered_and_told_again(points: Points) -> None:
    points.ask("init")
    assert points.ask("webhook", "list")["webhooks"] == []
    assert "还没有推送地址" in points("webhook", "list", language="zh").out
    points.ask("do", "register_webhook", json.dumps({"code": "p", "url": "https://1.1.1.1/", "label": "p"}))
    (listed,) = points.ask("webhook", "list")["webhooks"]
    assert (listed["webhook"], listed["state"], listed["waiting"]) == ("p", "active", 0)
    assert points.ask("webhook", "missed", "p")["missed"] == []
    assert points.ask("webhook", "state", "p", "paused")["before"] == "active"
    assert "已暂停" in points("webhook", "list", language="zh").out
    assert points.ask("webhook", "replay", "p", "0")["webhook"] == "p"
    assert "0-0" in points("webhook", "list").out
    points.ask("webhook", "replay", "p", "2")
    assert "1-999999" in points("webhook", "list").out
    points.ask("webhook", "state", "p", "removed")
    refused = points("webhook", "state", "p", "active")
    assert (refused.code, refused.error.split(":")[0]) == (1, "wrong_state")
    assert points("webhook", "missed", "q").error.split(":")[0] == "not_found"
    assert points("webhook", "state", "p", "gone").code == 2
