"""Structured logs: one JSON object a line, without personal data.

What is logged names rows by their ids. An exception is told by its type and the places it came through, never by its
message, which may quote what somebody sent; only errors of our own catalogue say more, their code.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from points_engine.errors import EngineError

LEVELS: Final = ("debug", "info", "warning", "error")
FRAMES: Final = 12
"""places of a traceback that are told, the innermost ones: enough to find the line."""

_QUIET: Final = ("apscheduler", "uvicorn.access", "httpx", "sqlalchemy")
"""Loggers that tell what we tell ourselves, or tell requests by their path."""


def configure(level: str = "info") -> None:
    """Let everything that this process logs leave it as JSON lines on stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _exception,
    ]
    threshold = getattr(logging, level.upper())
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=lambda *what, **how: _json(*what, **how).decode()),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _json(value: Any, **_: Any) -> bytes:
    return orjson.dumps(value, default=str)


def _exception(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type, our code for it if it has one, and where it came through."""
    told = event.pop("exc_info", None)
    if not told:
        return event
    error = told[1] if isinstance(told, tuple) else told if isinstance(told, BaseException) else sys.exc_info()[1]
    if error is None:
        return event
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    event["exception"] = type(error).__name__
    event["frames"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    if isinstance(error, EngineError):
        event["code"] = error.code
    return event
