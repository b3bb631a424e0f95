"""`points sample`: the committee draws entries, looks at each, agrees or objects, and signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.service import Key, done, moment
from points_engine.cli.terminal import Terminal, fresh_key

if TYPE_CHECKING:
    from points_engine.reading.evidence import Evidence
    from points_engine.reading.samples import SampleView

Sample = Annotated[str, typer.Argument(help="The sample's id. / 抽查编号", show_default=False)]
Entry = Annotated[str, typer.Argument(help="The entry's id. / 凭证编号", show_default=False)]
Note = Annotated[str, typer.Option("--note", help="Why, or a remark; can be erased. / 说明（可删除）")]


def draw(
    terminal: Terminal,
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    size: Annotated[int, typer.Option("--size", min=1, max=50, help="Entries to draw. / 抽几笔")] = 10,
    word: Annotated[str, typer.Option("--word", help="Goes into the seed: a published number. / 公开号码")] = "",
    since: Annotated[str, typer.Option("--since", help="Recorded at this time or later. / 起")] = "",
    until: Annotated[str, typer.Option("--until", help="Recorded before this time. / 止")] = "",
    first_seq: Annotated[int, typer.Option("--from-seq", min=0, help="From this place on. / 起始序号")] = 0,
    last_seq: Annotated[int, typer.Option("--to-seq", min=0, help="Up to this place. / 截止序号")] = 0,
    key: Key = "",
) -> None:
    """Draw a sample at random; anybody draws the same again from the books. / 随机抽取"""
    from points_engine.flow.committee.samples import DrawSample, LayOutSample
    from points_engine.flow.entities import Sample as SampleRow
    from points_engine.reading import Reader, drawing

    asked = DrawSample(
        scheme, size, word, moment("--since", since), moment("--until", until), first_seq or None, last_seq or None
    )
    key = key or fresh_key()
    identity = str(terminal.submit(asked, key)["sample"])
    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = drawing.draw(view, view.the(SampleRow, "sample", identity))
        laid_out = LayOutSample(identity, found.population, drawing.drawn_entries(view, found))
    result = terminal.submit(laid_out, f"{key}:lay_out")
    drawn, population = result["drawn"], result["population"]
    done(
        terminal, result, f"抽查 {identity}：{population} 笔中抽 {drawn} 笔",
        f"sample {identity}: {drawn} of {population} entries",
    )  # fmt: skip


def list_samples(
    terminal: Terminal,
    scheme: Annotated[str, typer.Option("--scheme", help="Only of this scheme. / 账套")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Lines at most, newest first. / 条数")] = 50,
) -> None:
    """List samples, newest first, with signatures and open objections. / 抽查记录"""
    from points_engine.reading import Reader, samples

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        page = samples.samples(view, most, scheme=scheme)
    titles = (("编号", "sample"), ("账套", "scheme"), ("时间", "when"), ("抽取人", "by"), ("笔数", "entries"),
              ("签署", "signed"), ("未答复异议", "open objections"))  # fmt: skip
    table = terminal.table(*(terminal.say(*title) for title in titles))
    for each in page.items:
        row = each.sample
        signed = ", ".join(one.sign_off.principal for one in each.sign_offs) or "—"
        table.add_row(row.id, row.scheme, f"{row.drawn_at:%Y-%m-%d %H:%M}", row.drawn_by,
                      f"{row.drawn}/{row.population}", signed, str(each.open_objections))  # fmt: skip
    terminal.show({"samples": [_plain(each) for each in page.items]}, table)


def show(terminal: Terminal, sample: Sample) -> None:
    """Show a sample entry by entry, with what was checked; exit code 1 where something does not hold. / 逐笔查看"""
    from points_engine.reading import Reader, samples
    from points_engine.reading.evidence import LIMITS, evidence

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = samples.a_sample(view, sample)
        proved = [evidence(view, item.entry.id) for item in found.items]
    parts: list[str] = []
    for item, each in zip(found.items, proved, strict=True):
        parts += [f"{item.item.place}. {item.entry.id}", *(f"   {line}" for line in _told(terminal, each))]
        for mark in item.marks:
            said = terminal.say(*_VERDICTS[mark.mark.verdict])
            parts.append(f"   {said}: {mark.mark.principal} {mark.note} {mark.state}".rstrip())
    parts += [terminal.say(limit.zh, limit.en) for limit in LIMITS]
    document = {**_plain(found), "entries": [_evidence(each) for each in proved]}
    terminal.show(document, *parts)
    if not all(each.is_sound for each in proved) or not all(each.is_intact for each in found.sign_offs):
        raise Found


_VERDICTS = {"agreed": ("同意", "agreed"), "objection": ("有异议", "objection")}


def _told(terminal: Terminal, found: Evidence) -> list[str]:
    entry = found.entry
    kind = terminal.say(entry.kind_text.zh, entry.kind_text.en)
    lines = [f"{kind} · {entry.recorded_at:%Y-%m-%d %H:%M}Z · {found.name} {found.number} · {entry.principal}"]
    for each in found.reasonings:
        lines.append(terminal.say(each.sentence.zh, each.sentence.en))
        lines += [f"  {terminal.say(rule.title.zh, rule.title.en)} ({rule.cite})" for rule in each.rules]
        lines += [
            f"  {terminal.say(one.title.zh, one.title.en)} = {one.value} ({one.since} {one.cite})"
            for one in each.parameters
        ]
        lines += [f"  {step}" for step in (each.steps_zh if terminal.language == "zh" else each.steps_en)]
        lines.append(f"  {_SIGNS[each.again.verdict]} {terminal.say(each.again.says.zh, each.again.says.en)}")
    lines += [f"{'✓' if each.holds else '✕'} {terminal.say(each.says.zh, each.says.en)}" for each in found.proofs]
    return lines


_SIGNS = {"same": "✓", "differs": "✕", "overtaken": "↩", "unknown": "?"}


def again(terminal: Terminal, sample: Sample) -> None:
    """Draw a sample again from the books: exit code 1 where it comes out differently. / 重抽核对"""
    from points_engine.reading import Reader, drawing, samples

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = samples.a_sample(view, sample)
        drawn = drawing.draw(view, found.sample)
    entries = [entry for _, entry in drawn.drawn]
    same = entries == [each.item.entry_id for each in found.items] and drawn.population == found.sample.population
    said = terminal.say("结果相同", "the same") if same else terminal.say("结果不同", "NOT the same")
    document = {"sample": sample, "seed": drawn.seed, "population": drawn.population, "entries": entries}
    terminal.show(
        {**document, "is_same": same}, terminal.say(drawing.HOW.zh, drawing.HOW.en), drawn.seed, *entries, said
    )
    if not same:
        raise Found


def agree(terminal: Terminal, sample: Sample, entry: Entry, note: Note = "", key: Key = "") -> None:
    """Agree to an entry. / 同意"""
    _mark(terminal, sample, entry, "agreed", note, key)


def object_to(terminal: Terminal, sample: Sample, entry: Entry, note: Note, key: Key = "") -> None:
    """Object to an entry, and say why; staff answer it. / 提出异议"""
    _mark(terminal, sample, entry, "objection", note, key)


def _mark(terminal: Terminal, sample: str, entry: str, verdict: str, note: str, key: str) -> None:
    from points_engine.flow.committee.judging import MarkSampled

    result = terminal.submit(MarkSampled(sample, entry, verdict, note), key)
    zh, en = _VERDICTS[verdict]
    done(terminal, result, f"凭证 {entry}：{zh}", f"entry {entry}: {en}")


def sign(terminal: Terminal, sample: Sample, note: Note = "", key: Key = "") -> None:
    """Sign for a sample once every entry of it is marked. / 签署"""
    from points_engine.flow.committee.judging import SignSample

    result = terminal.submit(SignSample(sample, note), key)
    agreed, objections = result["agreed"], result["objections"]
    done(terminal, result, f"已签署：同意 {agreed} 笔，异议 {objections} 笔",
         f"signed: {agreed} agreed, {objections} objections")  # fmt: skip


def _plain(found: SampleView) -> dict[str, Any]:
    row = found.sample
    return {
        "sample": row.id, "scheme": row.scheme, "state": row.state, "drawn_at": row.drawn_at, "drawn_by": row.drawn_by,
        "population": row.population, "drawn": row.drawn, "seed": found.seed, "open_objections": found.open_objections,
        "sign_offs": [
            {"principal": one.sign_off.principal, "signed_at": one.sign_off.signed_at, "is_intact": one.is_intact}
            for one in found.sign_offs
        ],
    }  # fmt: skip


def _evidence(found: Evidence) -> dict[str, Any]:
    return {
        "entry": found.entry.id, "volunteer": found.number, "is_sound": found.is_sound,
        "decisions": [
            {"scheme": each.scheme, "sentence": each.sentence, "verdict": each.again.verdict}
            for each in found.reasonings
        ],
        "proofs": {each.check: each.holds for each in found.proofs},
    }  # fmt: skip


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (
        ("draw", draw), ("list", list_samples), ("show", show), ("again", again), ("agree", agree),
        ("object", object_to), ("sign", sign),
    ):  # fmt: skip
        command(group, name)(function)
