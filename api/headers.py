"""Headers that a dependency reads by itself, and what the OpenAPI document says of them.

A parameter that is declared to the framework costs every request: each dependency that has one is looked through for
paths, queries, headers and cookies, some 40 µs.  What nearly every request carries is read here for two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Generic, TypeVar

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

BEARER: Final = HTTPBearer(auto_error=False, description="An API key, as shown once when it was issued: `pe_…`")


class Told(Generic[T]):
    """A header with its type and its bounds, as requests carry it and as the document tells of it."""

    def __init__(self, name: str, kind: Any, description: str, *, required: bool = False) -> None:
        self.name = name
        self._kind: TypeAdapter[T] = TypeAdapter(kind)
        self._description, self._required = description, required

    def of(self, request: Request) -> T | None:
        """What a request says; None where it says nothing.

        Raises: RequestValidationError.
        """
        text = request.headers.get(self.name)
        if text is None:
            return None
        try:
            return self._kind.validate_python(text)
        except ValidationError as error:
            wrong = [{**each, "loc": ("header", self.name)} for each in error.errors(include_url=False)]
            raise RequestValidationError(wrong) from None

    def parameter(self) -> dict[str, Any]:
        """What the document says of it."""
        schema = {"title": self.name.title(), "description": self._description, **self._kind.json_schema()}
        return {
            "name": self.name, "in": "header", "required": self._required, "description": self._description,
            "schema": schema,
        }  # fmt: skip


def reads(*headers: Told[Any], key: bool = False) -> Callable[[F], F]:
    """Mark a dependency by the headers that it reads, and as one that wants a key where it does."""

    def mark(dependency: F) -> F:
        dependency.reads, dependency.wants_key = headers, key  # type: ignore[attr-defined]
        return dependency

    return mark


def shown_key(request: Request) -> str | None:
    """The key that a request shows, whatever it is; None where it shows none."""
    scheme, shown = get_authorization_scheme_param(request.headers.get("authorization"))
    return shown if shown and scheme.lower() == "bearer" else None


def say_what_is_read(operation: dict[str, Any], dependant: Dependant) -> None:
    """Add to an operation of the document what its dependencies read by themselves."""
    for call in dict.fromkeys(_calls(dependant)):
        for header in getattr(call, "reads", ()):
            operation.setdefault("parameters", []).append(header.parameter())
        if getattr(call, "wants_key", False):
            operation["security"] = [{BEARER.scheme_name: []}]


def key_scheme() -> dict[str, Any]:
    """The security scheme of the document, under its name."""
    return {BEARER.scheme_name: BEARER.model.model_dump(mode="json", by_alias=True, exclude_none=True)}


def _calls(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
