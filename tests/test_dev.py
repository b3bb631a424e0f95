"""The set-up script: it notices what changed, speaks the caller's language and hands over exit codes."""

from __future__ import annotations

import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

import dev


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give dev.py a folder of its own with a lock and an environment that holds only a Python."""
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(dev, "LOCK", tmp_path / "requirements.lock")
    dev.LOCK.write_text("six==1.17.0\n")
    dev.binary("python").parent.mkdir(parents=True)
    dev.binary("python").symlink_to(sys.executable)
    return tmp_path


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Collect the commands that dev.py would become; each exits with 5."""
    commands: list[tuple[object, ...]] = []

    def collect(*command: object) -> int:
        commands.append(command)
        return 5

    monkeypatch.setattr(dev, "set_up", lambda: None)
    monkeypatch.setattr(dev, "hand_over", collect)
    monkeypatch.chdir(dev.ROOT)
    return commands


def refuse_to_install(*_: object) -> None:
    """Stand in for the slow steps where none may run."""
    raise AssertionError("Nothing had to be installed.")


def test_an_environment_without_a_stamp_is_not_ready(environment: Path) -> None:
    assert not dev.is_ready()


def test_a_stamped_environment_is_ready_and_not_made_again(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.stamp_path().write_text(dev.stamp())
    monkeypatch.setattr(dev, "make_environment", refuse_to_install)
    monkeypatch.setattr(dev, "install_packages", refuse_to_install)
    dev.set_up()


def test_a_changed_lock_or_a_missing_python_needs_a_new_set_up(environment: Path) -> None:
    dev.stamp_path().write_text(dev.stamp())
    dev.LOCK.write_text("six==1.18.0\n")
    assert not dev.is_ready()
    dev.stamp_path().write_text(dev.stamp())
    dev.binary("python").unlink()
    assert not dev.is_ready()


def test_a_set_up_that_failed_leaves_no_stamp(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.stamp_path().write_text("of an older lock")

    def fail(*_: object) -> None:
        raise dev.SetupFailed("no packages")

    monkeypatch.setattr(dev, "make_environment", lambda uv: None)
    monkeypatch.setattr(dev, "install_packages", fail)
    assert dev.main(["setup"]) == 1
    assert not dev.stamp_path().exists()


def test_pip_takes_over_where_uv_fails(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = []
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(dev, "install_with_pip", lambda: called.append("pip"))
    dev.install_packages("/bin/false")
    assert called == ["pip"]
    assert "trying pip" in capsys.readouterr().err


def test_a_python_without_ensurepip_is_told_what_to_install(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(dev, "same_python", lambda: False)
    with pytest.raises(dev.SetupFailed, match="python3-venv"):
        dev.make_environment(None)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_follows_the_locale(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert dev.language() == expected


@pytest.mark.parametrize("key", sorted(dev.MESSAGES))
def test_every_message_says_the_same_facts_in_both_languages(key: str) -> None:
    english, chinese = ({field for _, field, _, _ in string.Formatter().parse(text)} for text in dev.MESSAGES[key])
    assert english == chinese
    assert re.search("[\u4e00-\u9fff]", dev.MESSAGES[key][1])


def test_an_old_python_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setattr(dev, "OLDEST_PYTHON", (9, 0))
    assert dev.main(["setup"]) == 2
    assert "需要 Python 9.0" in capsys.readouterr().err


def test_pytest_gets_its_arguments_untouched(handed_over: list[tuple[object, ...]]) -> None:
    assert dev.main(["test", "-k", "ledger", "--help"]) == 5
    assert handed_over == [(dev.binary("python"), "-m", "pytest", "-k", "ledger", "--help")]


def test_other_commands_refuse_unknown_arguments(handed_over: list[tuple[object, ...]]) -> None:
    with pytest.raises(SystemExit, match="2"):
        dev.main(["run", "--prot", "1"])
    assert handed_over == []


def test_run_starts_the_demonstration_with_its_options(handed_over: list[tuple[object, ...]]) -> None:
    assert dev.main(["run", "--port", "9001", "--fresh"]) == 5
    assert handed_over[0][-6:] == ("demo", "--host", "127.0.0.1", "--port", "9001", "--fresh")


def test_the_points_command_starts_from_a_folder_with_a_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "a folder"
    monkeypatch.setattr(dev, "ROOT", root)
    monkeypatch.setattr(dev, "ENVIRONMENT", root / ".venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True)
    (root / "points_engine" / "cli").mkdir(parents=True)
    (root / "points_engine" / "__init__.py").touch()
    (root / "points_engine" / "cli" / "__init__.py").write_text(
        "import sys\n\n\ndef main():\n    print(sys.argv[1:])\n    return 7\n"
    )
    dev.install_project()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(dev.binary("points")), "demo", "--fresh"], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stdout.strip()) == (7, "['demo', '--fresh']")


def test_the_lock_names_no_host_and_hashes_every_package() -> None:
    lock = dev.LOCK.read_text()
    assert "://" not in lock
    assert not re.search(r"^\s*-(i|f|-index-url|-extra-index-url|-find-links)\b", lock, re.MULTILINE)
    packages = re.findall(r"^[a-z0-9][^\n]*==.*?(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)
