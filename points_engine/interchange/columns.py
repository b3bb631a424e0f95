"""Which column of a file means what: by its usual names, or as the caller says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from points_engine.interchange.problems import BadInput
from points_engine.rulebook.vocabulary import FACTS

USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "volunteer": ("volunteer", "number", "volunteer_number", "志愿者", "志愿者编号", "编号"),
    "start": ("start", "check_in", "checked_in_at", "签到时间", "开始时间"),
    "end": ("end", "check_out", "checked_out_at", "签退时间", "结束时间"),
    "activity": ("activity", "活动", "活动编号", "活动名称"),
    "category": ("category", "类别", "活动类别"),
    "scheme": ("scheme", "账套"),
    "points": ("points", "积分", "期初余额"),
    "expires_on": ("expires_on", "有效期至", "最后可用日"),
}
"""What the columns of a file are usually called, by the field that they mean."""


def chosen(options: Iterable[str]) -> dict[str, str]:
    """Options such as `start=check_in` as field to column.

    Raises: BadInput for one without `=`.
    """
    mapping: dict[str, str] = {}
    for option in options:
        field, sign, column = option.partition("=")
        if not sign or not field.strip() or not column.strip():
            raise BadInput(
                f"--column {option} 应写作 字段=列名，例如 start=check_in",
                f"--column {option} is written FIELD=COLUMN, for example start=check_in",
            )
        mapping[field.strip()] = column.strip()
    return mapping


def places(
    header: Sequence[str], required: Sequence[str], optional: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, int]:
    """The place of each field in a row; declared facts (`record.evaluation`) may be mapped besides.

    Raises: BadInput naming every field without a column, and a mapping to a column or field that is not there.
    """
    known = (*required, *optional)
    found: dict[str, int] = {}
    for field, column in mapping.items():
        if field not in known and field not in FACTS:
            raise BadInput(
                f"没有字段 {field}；可用：{'、'.join(known)}，或事实名如 record.evaluation",
                f"there is no field {field}; use {', '.join(known)}, or a fact such as record.evaluation",
            )
        if column not in header:
            raise BadInput(
                f"文件没有列 {column}；现有：{'、'.join(header)}",
                f"there is no column {column}; there are {', '.join(header)}",
            )
        found[field] = header.index(column)
    for field in known:
        if field not in found:
            usual = [name for name in USUAL_NAMES[field] if name in header]
            if usual:
                found[field] = header.index(usual[0])
    missing = [field for field in required if field not in found]
    if missing:
        hint = f"--column {missing[0]}=…"
        raise BadInput(
            f"文件缺少列：{'、'.join(missing)}；现有：{'、'.join(header)}。可用 {hint} 指明",
            f"columns are missing: {', '.join(missing)}; there are {', '.join(header)}. Name one with {hint}",
        )
    return found
