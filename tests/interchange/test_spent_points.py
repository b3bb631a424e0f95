"""What became of points that are taken back and were spent already is said with the pack's policy."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from points_engine.interchange.explanations import EntryTold, spent_points

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def said(kind: str, *lines: tuple[str, str, int], language: str = "en") -> list[str]:
    entry = EntryTold("e1", 1, kind, NOW, NOW, "lea", "ReverseRecord", lines)
    return spent_points(entry, lambda amount, _: str(amount), language)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("volunteer/S-1/debt", "2 of them were spent: they are owed, and what is earned next pays them back"),
        ("scheme/hailin/forgiven", "2 of them were spent already and are not asked for again (on_decrease: forgive)"),
        ("scheme/hailin/expired", "2 of them had expired and are taken from there"),
    ],
)
def test_each_policy_is_told_with_its_number(account: str, words: str) -> None:
    (line,) = said("reversal", ("volunteer/S-1", "points/hailin", -3), (account, "points/hailin", -2))
    assert words in line


def test_what_is_still_there_and_what_is_earned_needs_no_word() -> None:
    assert (
        said("correction", ("volunteer/S-1", "points/hailin", -3), ("scheme/hailin/issued", "points/hailin", 3)) == []
    )
    assert said("award", ("volunteer/S-1/debt", "points/hailin", -2)) == []
    assert said("correction", ("volunteer/S-1/debt", "points/hailin", 2)) == []
    assert said("correction", ("volunteer/S-1/debt", "minutes", -2)) == []


def test_it_is_told_in_chinese_too() -> None:
    (line,) = said("correction", ("volunteer/S-1/debt", "points/hailin", -2), language="zh")
    assert line == "其中 2 分已经用掉，记为欠分，今后所得先抵（on_decrease: debt）"
