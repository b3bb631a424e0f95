"""The whole pack as a document: head, chapters and numbered clauses, with the values of one day and their citations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from points_engine.rulebook.glossary import CHAPTERS, chapter_of, key_name
from points_engine.rulebook.kinds import Rule, Text
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.phrasing import Speaker
from points_engine.rulebook.schema_forms import kind_of
from points_engine.rulebook.telling import sentences_of


@dataclass(frozen=True, slots=True)
class Saying:
    """One rule read aloud: its number in the document, its title, its sentences, and where it is written."""

    number: str
    rule_id: str
    title: str
    sentences: tuple[str, ...]
    cite: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rules of one subject."""

    number: int
    title: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A pack as a committee reads it on one day, in one language."""

    language: str
    day: date
    title: str
    head: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]


def explain(pack: Pack, day: date, language: str = "zh") -> Explanation:
    """Every rule of the pack in sentences, with the values of `day`; `language` is `zh` or `en`."""
    speaker = Speaker(pack, day, language)
    chapters: list[Chapter] = []
    for name, title in CHAPTERS.items():
        rules = [rule for rule in pack.rules.values() if chapter_of(kind_of(rule)) == name]
        if rules:
            number = len(chapters) + 1
            sayings = (_saying(rule, f"{number}.{place}", speaker) for place, rule in enumerate(rules, start=1))
            chapters.append(Chapter(number, speaker.pick(title), tuple(sayings)))
    return Explanation(language, day, speaker.pick(pack.title), tuple(_head(pack, speaker)), tuple(chapters))


def _saying(rule: Rule, number: str, speaker: Speaker) -> Saying:
    day = speaker.day
    in_force = (rule.from_day is None or rule.from_day <= day) and (rule.until_day is None or day <= rule.until_day)
    told = tuple(sentences_of(rule, speaker))
    return Saying(number, rule.id, speaker.pick(rule.title), told, rule.cite, in_force)


def _head(pack: Pack, speaker: Speaker) -> Iterator[tuple[str, str]]:
    """What pack.yaml says, line by line."""
    month, day = pack.fiscal_year_starts
    decimals = (f"，{pack.scale} 位小数", f", {pack.scale} decimals")
    precision = decimals if pack.scale else ("，只计整数", ", whole numbers only")
    credit, after = pack.forgotten
    shown: dict[str, str] = {
        "issuer": speaker.pick(pack.issuer),
        "document": pack.document,
        "effective_on": pack.effective_on.isoformat(),
        "pack.points": speaker.pick(pack.points_name) + speaker.pick(precision),
        "pack.fold": speaker.word(pack.fold_scope, "each"),
        "keeps_time": speaker.value(pack.keeps_time),
        "time_zone": str(pack.zone),
        "calendar": pack.calendar or speaker.pick(("无", "none")),
        "fiscal_year_starts": f"{month:02}-{day:02}",
        "midnight": speaker.word(pack.midnight, "midnight"),
        "late_award": speaker.word(pack.late_award),
        "forgotten_check_out": speaker.pick(
            (
                f"签到满 {after // 60} 小时仍未签退的，计 {credit} 分钟并列出待核",
                f"{after // 60} h after checking in, {credit} min are credited, and it is listed for review",
            )
        ),
        "double_tap": speaker.pick(
            (
                f"同一活动 {pack.double_tap} 秒内的重复刷卡视为一次",
                f"taps at the same activity within {pack.double_tap} s are one",
            )
        ),
        "on_decrease": speaker.word(pack.on_decrease),
        "currency": pack.currency,
        "funds": speaker.joined(speaker.pick(name) for name in pack.funds.values()),
        "partners": speaker.joined(speaker.pick(name) for name in pack.partners.values()),
    }
    if pack.demonstration:
        yield (
            speaker.pick(key_name("demonstration")),
            speaker.pick(("是，并非真实办法", "yes; not a regulation in force")),
        )
    for key, value in shown.items():
        if value:
            kind, _, bare = key.rpartition(".")
            yield speaker.pick(key_name(bare, kind)), value


_AS_OF = Text("以下为 {} 适用的规定与数值。", "Rules and values as they stand on {}.")
_NOT_IN_FORCE = Text("（本日不适用）", " (not in force on this day)")
_CITE = Text("依据：", "Source: ")


def _pick(explanation: Explanation, text: Text) -> str:
    return text.in_language(explanation.language)


def as_markdown(explanation: Explanation) -> str:
    """The document in Markdown."""
    lines = [f"# {explanation.title}", "", _pick(explanation, _AS_OF).format(explanation.day), ""]
    colon = "：" if explanation.language != "en" else ": "
    lines += [f"- **{name}**{colon}{value}" for name, value in explanation.head]
    for chapter in explanation.chapters:
        lines += ["", f"## {chapter.number} {chapter.title}"]
        for saying in chapter.sayings:
            lines += ["", f"**{saying.number} {saying.title}**{_mark(explanation, saying)}", ""]
            lines += [f"- {sentence}" for sentence in saying.sentences]
            if saying.cite:
                lines.append(f"- *{_pick(explanation, _CITE)}{saying.cite}*")
    return "\n".join(lines) + "\n"


def as_plain_text(explanation: Explanation) -> str:
    """The document as plain text."""
    colon = "：" if explanation.language != "en" else ": "
    lines = [explanation.title, _pick(explanation, _AS_OF).format(explanation.day), ""]
    lines += [f"  {name}{colon}{value}" for name, value in explanation.head]
    for chapter in explanation.chapters:
        lines += ["", f"{chapter.number} {chapter.title}"]
        for saying in chapter.sayings:
            lines += ["", f"  {saying.number} {saying.title}{_mark(explanation, saying)}"]
            lines += [f"      {sentence}" for sentence in saying.sentences]
            if saying.cite:
                lines.append(f"      {_pick(explanation, _CITE)}{saying.cite}")
    return "\n".join(lines) + "\n"


def _mark(explanation: Explanation, saying: Saying) -> str:
    return "" if saying.is_in_force else _pick(explanation, _NOT_IN_FORCE)
