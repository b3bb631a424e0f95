"""Running `points` in a test: arguments in, exit code, output and JSON out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from points_engine.cli.application import application


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run of `points` answered."""

    code: int
    out: str
    error: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Points:
    """The command line over one database."""

    url: str

    def __call__(self, *arguments: str, language: str = "en") -> Answer:
        """Run a command."""
        words = [*arguments, "--database", self.url, "--language", language]
        result = CliRunner().invoke(application, words, catch_exceptions=False)
        return Answer(result.exit_code, result.stdout, result.stderr)

    def ask(self, *arguments: str) -> Any:
        """Run a command that is to succeed and answer its document."""
        answer = self(*arguments, "--json")
        assert answer.code == 0, answer
        return answer.document
