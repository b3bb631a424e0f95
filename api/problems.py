"""Answers other than yes, as RFC 9457 problems: a stable code, one sentence in the caller's language, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.expectations import expected, stated
from api.refusals import MethodNotAllowed, NoSuchPage
from points_engine.bilingual import Both, in_language
from points_engine.errors import EngineError, InvalidValue, StoreFault

PROBLEM_JSON: Final = "application/problem+json"
NUMBERS: Final = ("required", "available", "missing", "used", "most")
"""Facts of an error that are told as a reason of their own."""

NAMED: Final = ("line", "limit", "reward", "until", "state", "standing", "count", "capacity")
"""Facts that say what an error is about: which reward of a visit, which limit, what state something is in."""

RETRY_SECONDS: Final = 1
"""seconds after which a fault is worth trying again with the same key."""


class Reason(BaseModel):
    """One thing that stands in the way, with exact numbers where it compares two."""

    model_config = ConfigDict(extra="allow")

    rule: str | None = Field(None, description="id of the rule, where a rule says no")
    field: str | None = Field(None, description="name of the field, where a value is wrong")
    say: str | None = Field(None, description="a sentence in the caller's language")
    required: Any | None = None
    available: Any | None = None
    missing: Any | None = None


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(description="a stable address of the kind of problem", examples=["/problems/insufficient_points"])
    title: str = Field(description="the kind of problem in a few words", examples=["insufficient points"])
    status: int = Field(examples=[409])
    detail: str = Field(
        description="one sentence in the caller's language (Accept-Language: zh-CN or en)",
        examples=["积分不足:需要 10,可用 2,还差 8。"],
    )
    code: str = Field(description="stable; listed in the README", examples=["insufficient_points"])
    instance: str = Field(description="the path that was asked for", examples=["/v1/redemptions"])
    reasons: list[Reason] = Field(examples=[[{"required": "10", "available": "2", "missing": "8"}]])


def language_of(request: Request) -> str:
    """`zh` or `en`: the first of the two in Accept-Language by weight; Chinese where neither is asked for."""
    best, weight = "zh", 0.0
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower()[:2]
        quality = _quality(parameters)
        if name in ("zh", "en") and quality > weight:
            best, weight = name, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def problem(error: EngineError, language: str, instance: str) -> dict[str, Any]:
    """An error as the members of a problem."""
    reasons = _reasons(error.facts, language)
    said = [reason["say"] for reason in reasons if reason.get("say")]
    between = "；" if language == "zh" else "; "
    told = type(error)(**{**error.facts, "say": between.join(said)}) if said and "say" in error.facts else error
    if isinstance(error, StoreFault) and "what" in error.facts:
        told = type(error)(**{**error.facts, "what": _fault(error.facts["what"])})
    return {
        "type": f"/problems/{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "detail": told.sentence(language),
        "code": error.code,
        "instance": instance,
        "reasons": jsonable_encoder(reasons),
    }


def _fault(what: Any) -> Both:
    """What a fault is called to a caller: what the driver says of it stands in the log."""
    return what if isinstance(what, Both) else Both("the store failed", "存储出错")


def _reasons(facts: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    named = {name: facts[name] for name in NAMED if name in facts}
    stated = facts.get("reasons")
    if stated:
        return [{**named, **reason, "say": _said(reason.get("say"), language)} for reason in stated]
    numbers = {**named, **{name: facts[name] for name in NUMBERS if name in facts}}
    if numbers:
        return [numbers]
    return (
        [{"field": facts["field"], "say": str(in_language(facts.get("expected", ""), language))}]
        if "field" in facts
        else []
    )


def _said(say: Any, language: str) -> str | None:
    return str(say[language]) if isinstance(say, Mapping) else None if say is None else str(say)


def _language(language: str) -> dict[str, str]:
    return {"Content-Language": "zh-CN" if language == "zh" else "en"}


def _place(error: Mapping[str, Any]) -> str:
    """Where in a request something is wrong: the name of the field, or the body as a whole."""
    place = [str(part) for part in error["loc"][1:]]
    return "body" if not place or error["type"] == "json_invalid" else ".".join(place)


def answer(request: Request, error: EngineError) -> JSONResponse:
    """The response for an error."""
    request.state.code = error.code
    headers = _language(language_of(request))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.status in (429, 503):
        headers["Retry-After"] = str(error.facts.get("retry_after_seconds", RETRY_SECONDS))
    body = problem(error, language_of(request), request.url.path)
    return JSONResponse(body, status_code=error.status, headers=headers, media_type=PROBLEM_JSON)


def install(app: FastAPI) -> None:
    """Let every error leave the service as a problem."""

    @app.exception_handler(EngineError)
    async def _engine_error(request: Request, error: EngineError) -> JSONResponse:
        await request.app.state.limiter.count_guess(request, error)
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first, *_ = error.errors()
        language = language_of(request)
        refusal = InvalidValue(field=_place(first), value=stated(first), expected=expected(first))
        request.state.code = refusal.code
        body = problem(refusal, language, request.url.path)
        body["reasons"] = [
            {"field": _place(each), "say": str(in_language(expected(each), language))} for each in error.errors()
        ]
        return JSONResponse(body, status_code=refusal.status, headers=_language(language), media_type=PROBLEM_JSON)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 405:
            response = answer(request, MethodNotAllowed(method=request.method))
            response.headers.update(error.headers or {})
            return response
        if error.status_code == 404:
            return answer(request, NoSuchPage(path=request.url.path))
        told = Both(str(error.detail), "可以读懂的请求（JSON，UTF-8 编码）")
        return answer(request, InvalidValue(field="request", value=error.status_code, expected=told))

    @app.exception_handler(Exception)
    async def _defect(request: Request, error: Exception) -> JSONResponse:
        return answer(request, StoreFault(what=Both("internal error", "内部错误")))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation may answer, for the OpenAPI document."""
    return {
        status: {
            "description": DESCRIPTIONS[status],
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({401, 403, 422, 429, 503, *statuses})
    }


DESCRIPTIONS: Final[Mapping[int, str]] = {
    400: "The Idempotency-Key is missing, or the cursor is not one of ours",
    401: "No key, or one that is not valid (any more)",
    403: "The key does not reach this",
    404: "There is no such thing",
    409: "A lawful no: the engine refused and changed nothing",
    410: "It was there, and its time is over",
    412: "What is edited is another by now: read it again",
    413: "The body is too large",
    429: "Too many tries or requests; `Retry-After` says when to come back",
    422: "A value is not valid, or the Idempotency-Key was used with other content",
    503: "The books could not finish this; try again with the same key",
}
