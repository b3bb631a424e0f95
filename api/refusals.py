"""Refusals that only exist over HTTP; everything else is refused by the engine."""

from __future__ import annotations

from points_engine.errors import Refusal, StoreFault


class WrongPin(Refusal):
    code, status = "wrong_pin", 403
    zh = "密码不正确，还可再试 {left} 次。"
    en = "That PIN is not right; {left} tries are left."


class IdentificationNeeded(Refusal):
    code, status = "identification_needed", 403
    zh = "该志愿者设有密码，请先输入密码。"
    en = "This volunteer has a PIN: it has to be said first."


class TooManyRequests(Refusal):
    code, status = "too_many_requests", 429
    zh = "请求过于频繁，请在 {retry_after_seconds} 秒后重试。"
    en = "Too many requests: come back in {retry_after_seconds} s."


class TooManyGuesses(Refusal):
    code, status = "too_many_guesses", 429
    zh = "无效的号码或密钥过多，请在 {minutes} 分钟后再试。"
    en = "Too many codes or keys that are none: try again in {minutes} min."


class BodyTooLarge(Refusal):
    code, status = "body_too_large", 413
    zh = "请求内容超过 {most} 字节。"
    en = "The body of the request has more than {most} bytes."


class NoSuchPage(Refusal):
    code, status = "no_such_page", 404
    zh = "没有这个地址:{path}。"
    en = "There is nothing at {path}."


class MethodNotAllowed(Refusal):
    code, status = "method_not_allowed", 405
    zh = "该地址不支持 {method}。"
    en = "{method} is not possible here."


class BadCursor(Refusal):
    code, status = "bad_cursor", 400
    zh = "翻页标记无效。"
    en = "The cursor is not one that this list gave."


class NotReady(StoreFault):
    code = "not_ready"
    zh = "本进程暂不能服务:{why}。"
    en = "This process cannot serve now: {why}."
