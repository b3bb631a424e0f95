"""The table of commands of `points`."""

from __future__ import annotations

import typer

from points_engine.cli import (
    backups,
    books,
    challenges,
    conflicts,
    counter,
    doctor,
    draws,
    exchange,
    groups,
    jobs,
    log,
    looking,
    offline,
    operation,
    rulebook,
    rules,
    samples,
    service,
    stock,
    units,
    visits,
    webhooks,
)

application = typer.Typer(
    name="points",
    help="Volunteer points and rewards exchange engine. / 志愿服务积分兑换引擎",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for module in (operation, doctor, backups, exchange, books, log, looking, service, counter, stock, visits):
    module.add_to(application)
rules_group = typer.Typer(help="Rule packs: check, test, tell, compare, write. / 规则包", no_args_is_help=True)
rules.add_to(rules_group)
rulebook.add_to(rules_group)
application.add_typer(rules_group, name="rules")
jobs_group = typer.Typer(help="What runs by schedule. / 定时任务")
jobs.add_to(jobs_group)
application.add_typer(jobs_group, name="jobs")
for module, name, meaning in (
    (draws, "draw", "Scarce things given out by draw or waiting list. / 抽签与候补"),
    (samples, "sample", "The committee looks at entries that were drawn. / 监督抽查"),
    (conflicts, "conflict", "Taps that did not fit. / 对不上的签到"),
    (challenges, "challenge", "Appeals and objections. / 申诉和异议"),
    (offline, "offline", "Vouchers taken without a network. / 断网核销"),
    (groups, "group", "Teams that give points on. / 团体账户"),
    (units, "unit", "The organisation tree. / 组织树"),
    (webhooks, "webhook", "Addresses that are told what happens. / 推送地址"),
):
    named = typer.Typer(help=meaning, no_args_is_help=True)
    module.add_to(named)
    application.add_typer(named, name=name)
export_group = typer.Typer(help="Write the books for others to check. / 导出账本", no_args_is_help=True)
exchange.add_exports_to(export_group)
application.add_typer(export_group, name="export")
