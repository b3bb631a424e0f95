"""How a command of the engine becomes a command of `points`: shared options, errors and exit codes.

Exit codes: 0 done; 1 refused, or something was found; 2 the command or its input cannot be understood; 3 the store.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from points_engine.cli.terminal import Terminal
from points_engine.errors import EngineError, StoreFault
from points_engine.interchange.problems import BadInput

DONE, REFUSED, BAD_INPUT, STORE = 0, 1, 2, 3
"""Exit codes."""


class Language(StrEnum):
    """Languages of the terminal."""

    ZH = "zh"
    EN = "en"


class Found(Exception):
    """The command did its work and found something: exit code 1, without a further word."""


def language_of(environment: Mapping[str, str]) -> str:
    """The language that POSIX variables ask for.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}), language_of({})
    ('zh', 'en', 'en')
    """
    wish = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if wish.startswith("zh") else "en"


_SHARED: Final = (
    ("as_json", Annotated[bool, typer.Option("--json", help="One JSON document on stdout. / 以 JSON 输出")], False),
    (
        "language",
        Annotated[Language | None, typer.Option("--language", help="zh or en; default by LANG. / 语言")],
        None,
    ),
    (
        "database",
        Annotated[str, typer.Option("--database", help="URL of the books; default POINTS_DATABASE_URL. / 账本地址")],
        "",
    ),
    ("principal", Annotated[str, typer.Option("--as", help="Who asks: a person or device. / 经办人")], "cli"),
)


def command(group: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function whose first parameter is the Terminal; it gains the options that all commands share."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(**options: Any) -> None:
            common = {option: options.pop(option) for option, _, _ in _SHARED}
            raise typer.Exit(_run(common, lambda terminal: function(terminal, **options)))

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        _sign(run, own)
        group.command(name, short_help=(function.__doc__ or "").replace(". / ", " / "))(run)
        return function

    return register


def default_command(group: typer.Typer) -> Callable[[Callable[[Terminal], None]], None]:
    """Let a function answer where a group is called without one of its commands."""

    def register(function: Callable[[Terminal], None]) -> None:
        @functools.wraps(function)
        def run(context: typer.Context, **options: Any) -> None:
            if context.invoked_subcommand is None:
                raise typer.Exit(_run(options, function))

        _sign(run, [inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)])
        group.callback(invoke_without_command=True)(run)

    return register


def _sign(run: Callable[..., None], own: Sequence[inspect.Parameter]) -> None:
    """Give a function the parameters that typer shows: its own, and those that all commands share."""
    shared = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for option, kind, default in _SHARED
    ]
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own] + shared
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}


def _run(common: Mapping[str, Any], work: Callable[[Terminal], None]) -> int:
    from pydantic import ValidationError

    from points_engine.settings import Settings

    language = common["language"].value if common["language"] else ""
    try:
        settings = Settings(**({"database_url": common["database"]} if common["database"] else {}))
    except ValidationError as error:
        wrong = "; ".join(f"POINTS_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors())
        sys.stderr.write(f"bad_settings: {wrong}\n")
        return BAD_INPUT
    language = language or settings.language or language_of(os.environ)
    terminal = Terminal(settings, language=language, as_json=common["as_json"], principal=common["principal"])
    return _guarded(terminal, work)


def _guarded(terminal: Terminal, work: Callable[[Terminal], None]) -> int:
    """Run a command and turn what it raises into words and an exit code."""
    from sqlalchemy.exc import SQLAlchemyError

    from points_engine.rulebook.problems import PackProblems

    try:
        work(terminal)
    except Found:
        return REFUSED
    except BadInput as wrong:
        return _complain(terminal, "bad_input", wrong.sentence(terminal.language), BAD_INPUT)
    except StoreFault as fault:
        return _complain(terminal, fault.code, fault.sentence(terminal.language), STORE, dict(fault.facts))
    except EngineError as refusal:
        code = BAD_INPUT if refusal.status == 422 and refusal.code == "invalid_value" else REFUSED
        return _complain(terminal, refusal.code, refusal.sentence(terminal.language), code, dict(refusal.facts))
    except PackProblems as problems:
        lines = [f"{each.place}: {each.in_language(terminal.language)}" for each in problems.problems]
        return _complain(terminal, "pack_problems", "\n".join(lines), REFUSED)
    except (SQLAlchemyError, OSError) as fault:
        return _complain(terminal, StoreFault.code, f"{type(fault).__name__}: {fault}".splitlines()[0], STORE)
    except KeyboardInterrupt:
        terminal.complain("interrupted", terminal.say("已中断；可再次运行以继续", "interrupted; run it again to go on"))
        return 130
    return DONE


def _complain(
    terminal: Terminal, code: str, sentence: str, exit_code: int, facts: Mapping[str, Any] | None = None
) -> int:
    terminal.complain(code, sentence)
    if terminal.as_json:
        terminal.show({"error": {"code": code, "sentence": sentence, "facts": facts or {}}})
    return exit_code
