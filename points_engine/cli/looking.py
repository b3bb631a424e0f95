"""Looking things up: `balance`, `statement`, `explain`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.bilingual import in_language
from points_engine.cli.commands import command
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput
from points_engine.ledger.amounts import MINUTES, NEVER, shown
from points_engine.rulebook.wording import duration

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from points_engine.flow.entities import Trace
    from points_engine.interchange.books import Names
    from points_engine.interchange.statements import Balance, SchemeBalance
    from points_engine.reading.answers import Answer
    from points_engine.store.statements import PostedEntry

Number = Annotated[str, typer.Argument(help="The volunteer's number. / 志愿者编号", show_default=False)]
AsOf = Annotated[str, typer.Option("--as-of", help="What had happened by then: a day or a time. / 截至")]
RecordedUntil = Annotated[str, typer.Option("--recorded-until", help="As far as known by then. / 记账截至")]

KINDS = {
    "award": ("计分", "award"),
    "correction": ("更正", "correction"),
    "reversal": ("冲正", "reversal"),
    "hold": ("预留", "hold"),
    "confirm": ("兑换", "redeemed"),
    "release": ("释放预留", "hold released"),
    "refund": ("退换", "refund"),
    "expiry": ("过期", "expired"),
    "opening": ("期初余额", "opening balance"),
    "adjustment": ("调整", "adjustment"),
    "donation": ("捐赠入账", "donation"),
    "forfeit": ("兑换后清零", "lost with the redemption"),
    "compensation": ("断网核销补偿", "paid for a use without a network"),
    "gift": ("转赠", "gift"),
    "allotment": ("积分拨付", "allotment"),
    "merge": ("合并", "merge"),
}
"""What kinds of entries are called."""


def balance_of(terminal: Terminal, number: Number, as_of: AsOf = "", recorded_until: RecordedUntil = "") -> None:
    """Show what a volunteer has, lot by lot. / 查询余额"""
    from points_engine.interchange.statements import balance, programme_zone

    with terminal.books() as (engine, store), store.reading() as connection:
        zone = programme_zone(connection) if as_of or recorded_until else None
        found = balance(
            connection, number, engine.clock(),
            as_of=_instant("--as-of", as_of, zone), recorded_until=_instant("--recorded-until", recorded_until, zone),
        )  # fmt: skip
    lines = [
        terminal.say(f"{found.number}：服务 {duration(found.minutes, 'zh')}",
                     f"{found.number}: {duration(found.minutes, 'en')} of service"),
        *(line for scheme in found.schemes for line in _scheme_lines(terminal, scheme)),
    ]  # fmt: skip
    terminal.show(_balance_document(found), *lines)


def _instant(option: str, text: str, zone: Any) -> datetime | None:
    """A time, or the end of a day, as an option says it."""
    from points_engine.interchange.statements import end_of

    if not text:
        return None
    try:
        if len(text) == 10:
            return end_of(date.fromisoformat(text), zone)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"{option} {text} 应为日期或时间", f"{option} {text} is not a day or a time such as 2026-03-01T09:00+08:00"
        ) from error


def _scheme_lines(terminal: Terminal, scheme: SchemeBalance) -> list[str]:
    def said(amount: int) -> str:
        return shown(amount, scheme.scale)

    title = terminal.say(scheme.title_zh, scheme.title_en)
    lines = [terminal.say(f"{title}（{scheme.scheme}）：可用 {said(scheme.usable)} 分",
                          f"{title} ({scheme.scheme}): {said(scheme.usable)} points to spend")]  # fmt: skip
    for expires_on, amount in scheme.points.lots.items():
        if expires_on < scheme.day:
            lines.append(
                terminal.say(f"  {said(amount)} 分已于 {expires_on} 过期", f"  {said(amount)} expired on {expires_on}")
            )
        elif expires_on == NEVER:
            lines.append(terminal.say(f"  {said(amount)} 分长期有效", f"  {said(amount)} without expiry"))
        else:
            lines.append(
                terminal.say(f"  {said(amount)} 分有效至 {expires_on}", f"  {said(amount)} until {expires_on}")
            )
    for amount, zh, en in (
        (scheme.points.held, "预留", "held"),
        (scheme.points.pending, "公示中", "under public notice"),
        (scheme.points.donate_only, "只能捐赠", "to donate only"),
        (scheme.points.debt, "欠分", "owed"),
    ):
        if amount:
            lines.append(f"  {said(amount)} {terminal.say(zh, en)}")
    return lines


def _balance_document(found: Balance) -> dict[str, Any]:
    return {
        "volunteer": found.number,
        "standing": found.standing,
        "minutes": found.minutes,
        "as_of": found.as_of,
        "recorded_until": found.recorded_until,
        "schemes": {
            each.scheme: {
                "usable": shown(each.usable, each.scale),
                "lots": [
                    {"expires_on": None if day == NEVER else day, "points": shown(amount, each.scale)}
                    for day, amount in each.points.lots.items()
                ],
                **{
                    part: shown(getattr(each.points, part), each.scale)
                    for part in ("held", "pending", "donate_only", "debt")
                },
            }
            for each in found.schemes
        },
    }


def statement_of(
    terminal: Terminal,
    number: Number,
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Entries at most, newest first. / 条数")] = 50,
    after: Annotated[str, typer.Option("--after", help="Go on after this place (SEQ.INDEX). / 从此处继续")] = "",
) -> None:
    """Show a volunteer's entries with their reasons, newest first. / 对账单"""
    from points_engine.interchange.books import names
    from points_engine.interchange.statements import awaiting, the_volunteer, traces_of
    from points_engine.store.statements import Place, statement

    try:
        place = Place.parse(after) if after else None
    except ValueError as error:
        raise BadInput(f"--after {after} 应写作 SEQ.INDEX", f"--after {after} is written SEQ.INDEX") from error
    with terminal.books() as (_, store), store.reading() as connection:
        page = statement(connection, the_volunteer(connection, number).id, after=place, limit=most)
        traces = traces_of(connection, [entry.id for entry in page.entries])
        called = names(connection)
        waiting = awaiting(connection, number, most=most)
        told = _teller(terminal, connection)
        documents = [_entry_document(entry, traces.get(entry.id, []), called, told) for entry in page.entries]
    titles = (("时间", "when"), ("种类", "kind"), ("变动", "change"), ("说明", "why"), ("凭证", "entry"))
    table = terminal.table("seq", *(terminal.say(*title) for title in titles))
    for entry, document in zip(page.entries, documents, strict=True):
        changes = ", ".join(f"{amount} {what}" for what, amount in document["changes"].items())
        why = "\n".join(each["why"] for each in document["records"])
        kind = terminal.say(*KINDS.get(entry.kind, (entry.kind, entry.kind)))
        table.add_row(str(entry.seq), f"{entry.occurred_at:%Y-%m-%d %H:%M}", kind, changes, why, entry.id)
    rest = [
        terminal.say(f"待{in_language(level, 'zh')}认定：{record}（{scheme}）", f"awaits {level}: {record} ({scheme})")
        for record, scheme, level in waiting
    ]
    if page.next is not None:
        rest.append(terminal.say(f"还有更早的：--after {page.next}", f"older entries: --after {page.next}"))
    terminal.show(
        {
            "volunteer": number,
            "entries": documents,
            "next": None if page.next is None else str(page.next),
            "awaiting": [{"record": record, "scheme": scheme, "level": level} for record, scheme, level in waiting],
        },
        table,
        *rest,
    )


def _teller(terminal: Terminal, connection: Connection) -> Callable[[str], str]:
    """Stored decisions as sentences in the terminal's language."""
    from points_engine.interchange.explanations import Packs, told

    packs = Packs(connection)
    return lambda content: told(content, packs, terminal.language)[0]


def _entry_document(
    entry: PostedEntry, traces: Sequence[Trace], called: Names, told: Callable[[str], str]
) -> dict[str, Any]:
    sums: dict[tuple[str, str], int] = {}
    for line in entry.lines:
        part = "/".join(line.account.split("/")[2:])
        sums[line.asset, part] = sums.get((line.asset, part), 0) + line.amount
    changes = {}
    for (asset, part), amount in sums.items():
        what = "minutes" if asset == MINUTES else asset.removeprefix("points/")
        if amount:
            changes[f"{what}/{part}" if part else what] = ("+" if amount > 0 else "") + called.exact(amount, asset)
    return {
        "entry": entry.id,
        "seq": entry.seq,
        "kind": entry.kind,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "changes": changes,
        "records": [{"record": trace.fact_id, "scheme": trace.scheme, "why": told(trace.content)} for trace in traces],
    }


def explain_code(
    terminal: Terminal,
    code: Annotated[
        str,
        typer.Argument(
            help="An entry, a record, a voucher's code or a volunteer's number. / 凭证、记录、兑换码或志愿者编号",
            show_default=False,
        ),
    ],
    reward: Annotated[
        str, typer.Option("--reward", help="What this costs the volunteer, or why not. / 兑换品的价格或不能兑换的原因")
    ] = "",
) -> None:
    """Tell in words why an award, a price, a refusal or a level is what it is. / 解释依据"""
    from points_engine.errors import NotFound
    from points_engine.interchange.books import names
    from points_engine.interchange.explanations import explain, spent_points
    from points_engine.reading.answers import levels, voucher, wish
    from points_engine.reading.view import Reader

    with terminal.books() as (engine, store):
        with Reader(store, engine.clock).open() as view:
            if reward:
                _answers(terminal, wish(view, code, reward, terminal.language))
                return
        with store.reading() as connection:
            try:
                found = explain(connection, code, terminal.language)
                called = names(connection)
            except NotFound:
                found = None
        if found is None:
            with Reader(store, engine.clock).open() as view:
                price = voucher(view, engine.short_code(code), terminal.language)
                _answers(terminal, [price] if price else levels(view, code, terminal.language))
            return
    lines: list[str] = []
    spent: list[str] = []
    if found.record is not None:
        record = found.record
        lines.append(
            f"{record.volunteer}  {record.activity}  {record.start:%Y-%m-%d %H:%M} – {record.end:%Y-%m-%d %H:%M} UTC  "
            f"{record.state}  ({record.recorded_by})  {record.record}"
        )
    for decision in found.decisions:
        overtaken = "" if decision.holds else terminal.say("（已被更正）", " (corrected since)")
        lines.append(f"{decision.scheme}: {decision.sentence}{overtaken}")
        lines += [f"  {place}. {step}" for place, step in enumerate(decision.steps, 1)]
    if found.entry is not None:
        entry = found.entry
        kind = terminal.say(*KINDS.get(entry.kind, (entry.kind, entry.kind)))
        at, by = f"{entry.recorded_at:%Y-%m-%d %H:%M} UTC", entry.asked_by
        lines.append(
            terminal.say(
                f"凭证 {entry.entry}：{kind}，seq {entry.seq}，{by} 记于 {at}",
                f"entry {entry.entry}: {kind}, seq {entry.seq}, recorded by {by} at {at}",
            )
        )
        lines += [f"  {account}  {called.exact(amount, asset)} {asset}" for account, asset, amount in entry.lines]
        spent = spent_points(entry, called.exact, terminal.language)
        lines += [f"  {line}" for line in spent]
    document = {"entry": found.entry, "record": found.record, "decisions": list(found.decisions), "spent_points": spent}
    terminal.show(document, *lines)


def _answers(terminal: Terminal, answers: Sequence[Answer]) -> None:
    lines = []
    for each in answers:
        lines.append(f"{each.scheme}: {each.sentence}")
        lines += [f"  {place}. {step}" for place, step in enumerate(each.steps, 1)]
    if not answers:
        lines.append(terminal.say("没有等级规则", "no rule speaks of levels"))
    terminal.show({"answers": list(answers)}, *lines)


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    command(group, "balance")(balance_of)
    command(group, "statement")(statement_of)
    command(group, "explain")(explain_code)
