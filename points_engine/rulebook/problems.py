"""What is wrong with a pack, said in both languages at the exact place; all of it at once.

A `Problem` is data: its sentence comes from one catalogue, so that every code has a Chinese and an English wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from points_engine.limits import DOUBLE_TAP_SECONDS_AT_MOST
from points_engine.rulebook.kinds import Place

MOST_PROBLEMS = 200
"""How many problems one reading reports: enough to work through, few enough to read."""

CATALOGUE: Mapping[str, tuple[str, str]] = {
    # reading
    "not_utf8": ("文件不是 UTF-8 编码", "the file is not UTF-8 text"),
    "not_a_file": (
        "“{offending}”不是本文件夹里的普通文件：不读取指向别处的链接、管道和目录",
        "'{offending}' is not a plain file of this folder; links to elsewhere, pipes and folders are not read",
    ),
    "yaml": ("YAML 写法有误：{detail}", "this is not YAML: {detail}"),
    "too_large": ("内容为 {have}，超过上限 {limit}", "{have} is above the limit of {limit}"),
    "too_deep": ("嵌套超过 {limit} 层", "nested more than {limit} levels deep"),
    "too_many_nodes": ("节点超过 {limit} 个", "more than {limit} values in one file"),
    "alias": ("不允许使用锚点和别名（& 和 *）", "anchors and aliases (& and *) are not allowed"),
    "tag": ("不允许使用标签“{offending}”", "the tag '{offending}' is not allowed"),
    "several_documents": ("一个文件只能有一份文档", "a file holds one document only"),
    "empty_file": ("文件是空的", "the file is empty"),
    "key_not_text": ("键必须是文字", "a key must be plain text"),
    "duplicate_key": (
        "键“{offending}”重复，前一处在第 {line} 行",
        "'{offending}' is given twice; first in line {line}",
    ),
    "control_character": ("含有不可见的控制字符", "the text holds a control character that cannot be seen"),
    "missing_file": ("缺少文件“{offending}”", "the pack has no file '{offending}'"),
    # shape
    "not_a_mapping": ("{what} 应为键值对", "{what} must be a mapping of keys to values"),
    "not_a_list": ("{what} 应为列表（每项以 - 开头）", "{what} must be a list (each item starts with -)"),
    "not_text": ("{what} 应为一段文字", "{what} must be one piece of text"),
    "unknown_key": ("{what} 没有“{offending}”这个键", "'{offending}' is not a key of {what}"),
    "missing_key": ("{what} 缺少“{offending}”", "{what} lacks '{offending}'"),
    "unknown_kind": ("“{offending}”不是规则种类", "'{offending}' is not a kind of rule"),
    "no_kind": (
        "规则没有写明种类，例如“- award: 名称”",
        "the rule names no kind; write for example '- award: its_id'",
    ),
    "two_kinds": ("一条规则只能有一个种类：{kinds}", "a rule has one kind only, not {kinds}"),
    "bad_id": (
        "“{offending}”不能作名称：以小写字母开头，只用小写字母、数字和下划线",
        "'{offending}' cannot be an id: start with a lower-case letter, then letters, digits and underscores",
    ),
    "reserved_id": ("“{offending}”是表达式的保留字", "'{offending}' is a word of the expression language"),
    "duplicate_id": ("规则“{offending}”重复，前一处在 {first}", "there is already a rule '{offending}' at {first}"),
    "unknown_choice": (
        "{what} 不能是“{offending}”，可用：{valid}",
        "'{offending}' is not a valid {what}; use {valid}",
    ),
    "bad_whole_number": ("“{offending}”应为整数", "'{offending}' must be a whole number"),
    "out_of_range": ("“{offending}”超出范围 {least} 至 {most}", "'{offending}' is outside {least} to {most}"),
    "bad_number": ("“{offending}”不是数", "'{offending}' is not a number"),
    "bad_boolean": ("“{offending}”应为 true 或 false", "'{offending}' must be true or false"),
    "bad_date": ("“{offending}”不是日期，应写作 YYYY-MM-DD", "'{offending}' is not a date; write YYYY-MM-DD"),
    "bad_month_day": ("“{offending}”应写作 MM-DD", "'{offending}' is not a day of the year; write MM-DD"),
    "bad_time_zone": ("不认识时区“{offending}”", "'{offending}' is not a time zone"),
    "bad_window": (
        "“{offending}”不是时间窗；例如 month、year - 1、last(12, months)、season(04-01, 07-31)、since(joined)",
        "'{offending}' is not a window; write month, year - 1, last(12, months), season(04-01, 07-31), since(joined)",
    ),
    "bad_currency": (
        "“{offending}”不是货币代码（ISO 4217，如 CNY）",
        "'{offending}' is not a currency code of ISO 4217, such as CNY",
    ),
    "bad_calendar": (
        "不认识日历“{offending}”；可用 CN 等，或 none",
        "'{offending}' is not a calendar; write CN, or none",
    ),
    "bad_late_award": ("late_award 应为 expire 或 grace N days", "late_award must be 'expire' or 'grace N days'"),
    "bad_forgotten": (
        "forgotten_check_out 应写作 credit 60 min after 12 h，计入的分钟不超过时限",
        "forgotten_check_out is written 'credit 60 min after 12 h', and credits no more than the time that has passed",
    ),
    "bad_double_tap": (
        f"double_tap 应写作 within 60 s，不超过 {DOUBLE_TAP_SECONDS_AT_MOST} 秒",
        f"double_tap is written 'within 60 s', with {DOUBLE_TAP_SECONDS_AT_MOST} s at most",
    ),
    "bad_expiry": (
        "“{offending}”不是有效期；例如 never、end_of_year、end_of_year + 1、after 24 months、2026-12-31",
        "'{offending}' is not an end; for example never, end_of_year, end_of_year + 1, after 24 months, 2026-12-31",
    ),
    "dates_not_ascending": ("{offending} 应晚于前一日期 {before}", "{offending} must come after {before}"),
    "no_values": ("参数没有任何取值", "the parameter has no value"),
    "wrong_type": ("{what} 应为{wanted_zh}，而不是{found_zh}", "{what} must be {wanted}, not {found}"),
    "one_of": ("{what} 必须且只能写其中之一：{keys}", "{what} needs exactly one of {keys}"),
    "needs_key": (
        "{what} 写了“{key}”就必须写“{offending}”",
        "{what} has '{key}' and therefore needs '{offending}'",
    ),
    "not_with": (
        "{what} 写了“{key}”就不能写“{offending}”",
        "{what} has '{key}' and therefore cannot have '{offending}'",
    ),
    "unknown_rule": ("没有名为“{offending}”的{kind}规则", "there is no {kind} rule '{offending}'"),
    "mixed_group": (
        "一组只能全是计分或全是系数：{offending}",
        "a group is of awards or of factors, not both: {offending}",
    ),
    "step_after_last": ("只有最后一级可以不写 upto", "only the last step may leave out upto"),
    "empty_list": ("{what} 不能是空的", "{what} must not be empty"),
    # expressions
    "expression_empty": ("表达式是空的", "the expression is empty"),
    "expression_too_long": ("表达式超过 {limit} 个字符", "the expression is longer than {limit} characters"),
    "expression_too_deep": ("表达式嵌套超过 {limit} 层", "the expression is nested more than {limit} levels deep"),
    "unexpected_character": ("这里不能用“{offending}”", "'{offending}' cannot stand here"),
    "unexpected": ("此处应为{wanted_zh}，而不是“{offending}”", "expected {wanted}, found '{offending}'"),
    "unclosed_text": ("文字缺少结束引号", "the text is not closed with a quotation mark"),
    "unknown_fact": ("“{offending}”不是事实", "'{offending}' is not a fact"),
    "unknown_name": (
        "“{offending}”不是本规则包的参数或指标",
        "'{offending}' is not a parameter or measure of this pack",
    ),
    "unknown_function": ("没有函数“{offending}”", "'{offending}' is not a function"),
    "unknown_unit": ("不认识单位“{offending}”", "'{offending}' is not a unit"),
    "unknown_value": (
        "{what} 不会是“{offending}”，可能的值：{valid}",
        "{what} is never '{offending}'; it is one of {valid}",
    ),
    "wrong_count": ("{what} 需要 {wanted} 个参数，而不是 {found} 个", "{what} takes {wanted} arguments, not {found}"),
    "type_mismatch": (
        "“{offending}”两边类型不同：{left_zh}与{right_zh}",
        "'{offending}' cannot join {left} and {right}",
    ),
    "chained_comparison": (
        "比较不能连写；请写成 a < b and b < c",
        "comparisons cannot be chained; write a < b and b < c",
    ),
    "no_division": ("不能用“/”；请用 ratio(a, b)", "there is no '/'; write ratio(a, b)"),
    "leading_zero": ("数“{offending}”不能以 0 开头", "the number '{offending}' must not start with 0"),
    "number_too_long": ("数“{offending}”太长", "the number '{offending}' is too long"),
    "measure_in_measure": (
        "指标不能引用另一个指标“{offending}”",
        "a measure cannot read another measure, '{offending}'",
    ),
    "table_alone": (
        "“{offending}”是表，请写 table({offending}, 键)",
        "'{offending}' is a table; write table({offending}, key)",
    ),
    # lint
    "never_applies": ("规则永远不会生效：{why_zh}", "the rule can never apply: {why}"),
    "steps_not_ascending": (
        "各级的数应从小到大：{offending} 不大于前一级",
        "steps must ascend: {offending} is not above the one before",
    ),
    "tier_gap": (
        "“{tier}”的“{offending}”有空档：{fact} 从 {start_zh} 到 {end_zh} 之间没有等级",
        "'{offending}' of '{tier}' leaves a gap: nothing is said for {fact} between {start} and {end}",
    ),
    "tier_overlap": (
        "“{tier}”的“{offending}”有重叠：{fact} 为 {start_zh} 时同时属于两组",
        "'{offending}' of '{tier}' overlaps itself: with {fact} at {start} somebody is in two groups",
    ),
    "missing_cite": ("“{offending}”没有写明依据（cite）", "'{offending}' does not say where it comes from (cite)"),
    "no_expiry": ("规则包没有有效期规则", "the pack has no expiry rule"),
    "two_expiries": ("与“{other}”在同一时期都规定了有效期", "'{other}' sets the expiry of the same days"),
    "fact_out_of_reach": ("此处不能读取“{offending}”：{why_zh}", "'{offending}' cannot be read here: {why}"),
    "literal_number": (
        "数 {offending} 应写进参数，注明日期和依据",
        "the number {offending} belongs in a parameter, with its date and citation",
    ),
    "unknown_fund": ("pack.yaml 没有基金“{offending}”", "pack.yaml declares no fund '{offending}'"),
    "no_fund": ("“{offending}”要付款给合伙人，却没有写明基金", "'{offending}' pays a partner but names no fund"),
    "one_shelf": (
        "“{offending}”只有一个兑换点，分设库存没有意义",
        "'{offending}' is given at one outlet alone: a stock for each says nothing",
    ),
    "unknown_partner": ("pack.yaml 没有合伙人“{offending}”", "pack.yaml declares no partner '{offending}'"),
    "duplicate_level": ("等级“{offending}”重复", "the level '{offending}' is given twice"),
    "unused": ("“{offending}”没有被任何规则使用", "nothing uses '{offending}'"),
    "begins_late": (
        "“{offending}”在 {first} 之前没有取值，而规则包自 {start} 起生效",
        "'{offending}' has no value before {first}, but the pack counts from {start}",
    ),
    "unfilled_hole": ("句子里的“{offending}”不会被填写", "nothing fills '{offending}' in the sentence"),
}
"""Every code with its sentence in Chinese and in English; `{offending}` is the text that is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where. `str()` is `file:line:col: sentence`."""

    place: Place
    code: str
    zh: str
    en: str
    offending: str = ""
    suggestion: str = ""
    severity: Literal["error", "warning"] = "error"

    def in_language(self, language: str) -> str:
        """The sentence, with the nearest valid word where there is one."""
        if language.startswith("zh"):
            return f"{self.zh}；是否想写“{self.suggestion}”？" if self.suggestion else self.zh
        return f"{self.en}; did you mean '{self.suggestion}'?" if self.suggestion else self.en

    def __str__(self) -> str:
        mark = "warning: " if self.severity == "warning" else ""
        return f"{self.place}: {mark}{self.in_language('en')}"


class PackProblems(Exception):
    """Everything that keeps a pack from loading, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)[:MOST_PROBLEMS]
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class Enough(Exception):
    """So much is wrong that finding more would cost more than it tells."""


def check_room(problems: Sequence[Problem]) -> None:
    """Raise Enough when there are as many problems as one reading reports."""
    if len(problems) >= MOST_PROBLEMS:
        raise Enough


def problem(
    place: Place,
    code: str,
    offending: str = "",
    *,
    among: Iterable[str] = (),
    suggestion: str = "",
    severity: Literal["error", "warning"] = "error",
    **facts: object,
) -> Problem:
    """A problem with the catalogue's sentence; `among` are the words that would have been valid here.

    >>> print(problem(Place("earning.yaml", 14, 5), "unknown_fact", "catgory", among=["category", "host"]))
    earning.yaml:14:5: 'catgory' is not a fact; did you mean 'category'?
    """
    zh, en = CATALOGUE[code]
    shown = offending if len(offending) <= 80 else offending[:77] + "..."
    in_chinese = {name: in_zh(value) if isinstance(value, str) else value for name, value in facts.items()}
    return Problem(
        place=place,
        code=code,
        zh=zh.format(offending=in_zh(shown), **in_chinese),
        en=en.format(offending=shown, **facts),
        offending=shown,
        suggestion=suggestion or nearest(offending, among),
        severity=severity,
    )


_IN_ZH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"the value of (.+)", r"\1 起的取值"),
        (r"a rule file", "规则文件"),
        (r"a rule", "规则"),
        (r"argument (\d+) of (\w+)\(\)", r"\2() 的第 \1 个参数"),
        (r"(\d+) to (\d+)", r"\1 至 \2"),
        (r"the expression", "表达式"),
        (r"end of the expression", "表达式末尾"),
    )
)
"""What a problem is about, where that has no name in the pack."""


def in_zh(words: str) -> str:
    """What a problem is about, in Chinese; names and keys stay as they are written.

    >>> in_zh("argument 1 of len()"), in_zh("award.amount")
    ('len() 的第 1 个参数', 'award.amount')
    """
    for pattern, chinese in _IN_ZH:
        if pattern.fullmatch(words):
            return pattern.sub(chinese, words)
    return words


def nearest(word: str, among: Iterable[str]) -> str:
    """The valid word that looks most like `word`, or an empty text.

    >>> nearest("catgory", ["category", "host"])
    'category'
    """
    if len(word) > 80:
        return ""
    found = get_close_matches(word.lower(), sorted(among), n=1, cutoff=0.6)
    return found[0] if found else ""
