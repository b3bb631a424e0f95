"""Set up, run, test and check the points engine with one command and nothing but Python.

    python3 dev.py run [--port N] [--host H] [--fresh]    start the demonstration programme
    python3 dev.py test [pytest arguments]                run the tests
    python3 dev.py lint                                   ruff, mypy and the import contracts
    python3 dev.py setup                                  only make the environment

Only the standard library is used. The environment in ``.venv`` is made from ``requirements.lock``, every file of
which is checked against its hash, and made again only when the lock or the Python version has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

EVERYTHING = ("-n", str(min((os.cpu_count() or 2) + 1, 8)), "--dist", "loadfile", "--no-loadscope-reorder")
"""One process more than cores: some wait for servers and browsers. The order is that of `tests/conftest.py`."""

OLDEST_PYTHON = (3, 11)
DEFAULT_PORT = 8000
ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
CHECKED_PATHS = ("points_engine", "api", "tests", "benchmarks", "dev.py")

MESSAGES = {
    "python_too_old": (
        "Python {needed} or newer is needed; this is Python {found}. Try: python3.11 dev.py …",
        "需要 Python {needed} 或更高版本，当前是 Python {found}。请试：python3.11 dev.py …",
    ),
    "no_ensurepip": (
        "This Python cannot make environments with pip. On Debian: apt-get install python3-venv. Or install uv.",
        "当前 Python 无法创建带 pip 的环境。Debian 上请执行：apt-get install python3-venv，或安装 uv。",
    ),
    "ready": ("The environment is ready.", "环境已就绪。"),
    "making": ("Making the environment in .venv with {tool} …", "正在用 {tool} 创建环境 .venv …"),
    "installing": (
        "Installing the locked packages with {tool}; the first time takes a minute or two …",
        "正在用 {tool} 安装锁定的依赖包，首次需要一两分钟……",
    ),
    "uv_failed": ("uv could not install the packages; trying pip …", "uv 安装失败，改用 pip ……"),
    "failed": ("This step failed: {step}", "此步骤失败：{step}"),
    "starting": (
        "Starting at http://{host}:{port} (stop with Ctrl+C) …",
        "正在启动：http://{host}:{port}（按 Ctrl+C 停止）……",
    ),
    "checking": ("Checking: {step} …", "正在检查：{step} ……"),
    "lint_failed": ("These checks failed: {steps}", "以下检查未通过：{steps}"),
    "lint_passed": ("All checks passed.", "全部检查通过。"),
}


class SetupFailed(Exception):
    """The environment could not be made; the message says what to do."""


def language() -> str:
    """Return ``zh`` if the locale variables ask for Chinese, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def message(key: str, **facts: object) -> str:
    """Return one sentence in the language of the caller."""
    english, chinese = MESSAGES[key]
    return (chinese if language() == "zh" else english).format(**facts)


def say(key: str, **facts: object) -> None:
    """Print one line of progress to standard error."""
    print(message(key, **facts), file=sys.stderr, flush=True)


def binary(name: str) -> Path:
    """Return the path of a program in the environment."""
    return ENVIRONMENT / "Scripts" / f"{name}.exe" if os.name == "nt" else ENVIRONMENT / "bin" / name


def stamp_path() -> Path:
    """Return the file that says what the environment was made from."""
    return ENVIRONMENT / "points-stamp"


def stamp() -> str:
    """Return a digest of all that the environment depends on: the lock, the Python and the place of the folder."""
    digest = hashlib.sha256(LOCK.read_bytes())
    digest.update(f"{sys.version_info[:3]} {ENVIRONMENT}".encode())
    return digest.hexdigest()


def is_ready() -> bool:
    """Tell whether the environment was made completely, and from the present lock."""
    try:
        return binary("python").exists() and stamp_path().read_text() == stamp()
    except FileNotFoundError:
        return False


def run_step(*command: str | Path, quiet: bool = False) -> None:
    """Run one step of the set-up, or raise SetupFailed."""
    output = subprocess.DEVNULL if quiet else None
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, stdout=output, check=False).returncode:
        raise SetupFailed(message("failed", step=" ".join(words)))


def same_python() -> bool:
    """Tell whether ``.venv`` holds a working Python of this version, so that it can be brought up to date in place."""
    if not binary("python").exists():
        return False
    ask = [str(binary("python")), "-c", "import sys; print(sys.version_info[:3], sys.prefix)"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    return answer == f"{sys.version_info[:3]} {ENVIRONMENT}"


def make_environment(uv: str | None) -> None:
    """Make an empty environment in ``.venv`` unless a fitting one is there."""
    if same_python():
        return
    say("making", tool="uv" if uv else "venv")
    if uv:
        run_step(uv, "venv", "--quiet", "--clear", "--python", sys.executable, ENVIRONMENT)
    elif importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed(message("no_ensurepip"))
    else:
        run_step(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)


def install_with_pip() -> None:
    """Install the locked packages with the environment's pip, which is added where uv left it out."""
    say("installing", tool="pip")
    python = binary("python")
    if subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        if importlib.util.find_spec("ensurepip") is None:
            raise SetupFailed(message("no_ensurepip"))
        run_step(python, "-m", "ensurepip", "--default-pip", quiet=True)
    options = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--no-deps"]
    run_step(python, "-m", "pip", "install", *options, "-r", LOCK)


def install_packages(uv: str | None) -> None:
    """Install the locked packages, with uv if there is one and it can."""
    if uv:
        say("installing", tool="uv")
        try:
            run_step(uv, "pip", "install", "--quiet", "--require-hashes", "--python", binary("python"), "-r", LOCK)
        except SetupFailed:
            say("uv_failed")
        else:
            return
    install_with_pip()


def install_project() -> None:
    """Make the working tree importable and give the environment its ``points`` command.

    A path file is used and no build, so that modules written later are found without installing again.
    """
    ask = [str(binary("python")), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    (packages / "points_engine_source.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if os.name == "nt":
        (ENVIRONMENT / "Scripts" / "points.cmd").write_text(f'@"{binary("python")}" -m points_engine.cli %*\n')
        return
    # A shell line starts Python, because a path in "#!" may neither be long nor hold a space.
    script = f"""#!/bin/sh
'''exec' "{binary("python")}" "$0" "$@"
' '''
import sys
from points_engine.cli import main
sys.exit(main())
"""
    binary("points").write_text(script, encoding="utf-8")
    binary("points").chmod(0o755)


def set_up() -> None:
    """Make the environment, or bring it up to date; at once when nothing has changed."""
    if not is_ready():
        uv = shutil.which("uv")
        stamp_path().unlink(missing_ok=True)
        make_environment(uv)
        install_packages(uv)
        install_project()
        stamp_path().write_text(stamp())
    say("ready")


def hand_over(*command: str | Path) -> int:
    """Become the command, so that signals and the exit code are its own; Windows runs it as a child instead."""
    words = [str(word) for word in command]
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(words[0], words)
    return subprocess.run(words, check=False).returncode


def run_demo(arguments: argparse.Namespace) -> int:
    """Serve the demonstration programme."""
    say("starting", host=arguments.host, port=arguments.port)
    os.chdir(ROOT)
    fresh = ["--fresh"] if arguments.fresh else []
    program = [binary("python"), "-m", "points_engine.cli"] if os.name == "nt" else [binary("points")]
    return hand_over(*program, "demo", "--host", arguments.host, "--port", str(arguments.port), *fresh)


def run_tests(arguments: list[str]) -> int:
    """Run the tests with the given pytest arguments; without any, all of them, in parallel."""
    os.chdir(ROOT)
    return hand_over(binary("python"), "-m", "pytest", *(arguments or EVERYTHING))


def lint() -> int:
    """Run every check, even after one has failed, and say which failed."""
    paths = [path for path in CHECKED_PATHS if (ROOT / path).exists()]
    python = str(binary("python"))
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format --check": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy", *paths],
        "lint-imports": [str(binary("lint-imports")), "--no-logo"],
    }
    failed = []
    for name, command in checks.items():
        say("checking", step=name)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    if failed:
        say("lint_failed", steps=", ".join(failed))
        return 1
    say("lint_passed")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="dev.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True, metavar="run | test | lint | setup")
    run = commands.add_parser("run", help="start the demonstration programme / 启动演示")
    run.add_argument("--port", type=int, default=DEFAULT_PORT)
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--fresh", action="store_true", help="throw the demonstration data away first / 先清空演示数据")
    commands.add_parser("test", help="run the tests, with any pytest arguments / 运行测试", add_help=False)
    commands.add_parser("lint", help="ruff, mypy, import contracts / 代码检查")
    commands.add_parser("setup", help="only make the environment / 只准备环境")
    return top


def main(arguments: list[str]) -> int:
    """Carry out one command and return its exit code."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        needed, found = (".".join(map(str, version)) for version in (OLDEST_PYTHON, sys.version_info[:3]))
        say("python_too_old", needed=needed, found=found)
        return 2
    options, rest = parser().parse_known_args(arguments)
    if rest and options.command != "test":
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        set_up()
    except SetupFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.command == "run":
        return run_demo(options)
    if options.command == "test":
        return run_tests(arguments[arguments.index("test") + 1 :])
    return lint() if options.command == "lint" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
