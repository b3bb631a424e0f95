"""Conditions that several lists ask with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_


def behind(first: ColumnElement[Any], second: ColumnElement[Any], place: tuple[Any, Any]) -> ColumnElement[bool]:
    """What comes after a place in the order of two columns."""
    return or_(first > place[0], and_(first == place[0], second > place[1]))
