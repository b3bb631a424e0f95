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
    exchange,
    jobs,
    log,
    looking,
    operation,
    rulebook,
    rules,
    samples,
    service,
    units,
    visits,
)

application = typer.Typer(
    name="points",
    help="Volunteer points and rewards exchange engine. / 志愿服务积分兑换引擎",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for group in (operation, doctor, backups, exchange, books, log, looking, service, counter, visits):
    group.add_to(application)
rules_group = typer.Typer(help="Rule packs: check, test, tell, compare, write. / 规则包", no_args_is_help=True)
rules.add_to(rules_group)
rulebook.add_to(rules_group)
application.add_typer(rules_group, name="rules")
jobs_group = typer.Typer(help="What runs by schedule. / 定时任务")
jobs.add_to(jobs_group)
application.add_typer(jobs_group, name="jobs")
sample_group = typer.Typer(help="The committee looks at entries that were drawn. / 监督抽查", no_args_is_help=True)
samples.add_to(sample_group)
application.add_typer(sample_group, name="sample")
conflict_group = typer.Typer(help="Taps that did not fit. / 对不上的签到", no_args_is_help=True)
conflicts.add_to(conflict_group)
application.add_typer(conflict_group, name="conflict")
challenge_group = typer.Typer(help="Appeals and objections. / 申诉和异议", no_args_is_help=True)
challenges.add_to(challenge_group)
application.add_typer(challenge_group, name="challenge")
unit_group = typer.Typer(help="The organisation tree. / 组织树", no_args_is_help=True)
units.add_to(unit_group)
application.add_typer(unit_group, name="unit")
export_group = typer.Typer(help="Write the books for others to check. / 导出账本", no_args_is_help=True)
exchange.add_exports_to(export_group)
application.add_typer(export_group, name="export")
