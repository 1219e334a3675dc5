"""Completions and the man page, taken from the same table as the helps, in the shells themselves and by man's own checkers; and how a
run shows itself on a terminal that is resized."""

import fcntl
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import termios
import time

from outcome import CheckFailed

HERE = os.path.dirname(os.path.abspath(__file__))

# A line, and what is completed behind it.
LINES = {
    "restlake ex": ["expire", "export"],
    "restlake export th": ["thena", "thena_platform"],
    "restlake export --form": ["--format"],
    "restlake export --format ": ["csv", "jsonl"],
    "restlake export --notify-on s": ["schema_change", "success"],
    "restlake schedule ": ["airflow", "cron", "github-actions", "kubernetes", "systemd"],
    "restlake completions ": ["bash", "fish", "zsh"],
    "restlake state re": ["reset", "rewind"],
    "restlake schema --as big": ["bigquery"],
}


def check(outcome, program, place):
    os.makedirs(place, exist_ok=True)
    helps = read_helps(program)
    scripts = {}
    for shell, name in (("bash", "restlake.bash"), ("zsh", "_restlake"), ("fish", "restlake.fish")):
        scripts[shell] = os.path.join(place, name)
        with open(scripts[shell], "w", encoding="utf-8") as file:
            file.write(program.run("completions", shell))
    check_bash(outcome, scripts["bash"], helps)
    check_fish(outcome, scripts["fish"], helps)
    check_zsh(outcome, scripts["zsh"], helps)
    check_man(outcome, program, helps, os.path.join(place, "restlake.1"))
    check_terminal(outcome, program, os.path.join(place, "lake"))


def read_helps(program):
    """Options by command, as the helps tell them."""
    commands = re.findall(r"^  ([a-z]+) +[A-Z]", program.run("--help").split("Try it")[0], re.M)
    helps = {}
    for command in commands:
        text = program.run(command, "--help")
        helps[command] = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", text, re.M)) | {"--help"}
        if "\nExamples:\n  restlake" not in text:
            raise CheckFailed(f"the help of {command} has no example")
    if len(helps) < 18:
        raise CheckFailed(f"only {len(helps)} commands found")
    return helps


def run(words, text="", **options):
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=60, **options)


def clean(outcome, name, done):
    outcome.same(name, (0, "", ""), (done.returncode, done.stdout, done.stderr))
    outcome.count("checkers of shells and man")


# MARK: Shells


def check_bash(outcome, script, helps):
    clean(outcome, "bash -n", run(["bash", "-n", script]))
    clean(outcome, "shellcheck", run(["shellcheck", script]))
    lines = [f"restlake {command} --" for command in helps] + list(LINES)
    calls = "\n".join(f"try {' '.join(shlex.quote(word) for word in line.split(' '))}" for line in lines)
    done = run(["bash", "-c", f'source "$0"\ntry() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _restlake; echo "${{COMPREPLY[*]}}"; }}\n{calls}', script])
    outcome.same("bash: errors", (0, ""), (done.returncode, done.stderr))
    answers = dict(zip(lines, done.stdout.splitlines()))
    for command, options in helps.items():
        outcome.same(f"bash: {command}", options, {word for word in answers[f"restlake {command} --"].split() if word.startswith("--")})
    for line, expected in LINES.items():
        outcome.same(f"bash: {line}", expected, sorted(answers[line].split()))
        outcome.count("completions")


def check_fish(outcome, script, helps):
    clean(outcome, "fish -n", run(["fish", "-n", script]))
    lines = [f"restlake {command} --" for command in helps] + list(LINES)
    calls = "\n".join(f"complete -C {shlex.quote(line)}; echo ==" for line in lines)
    done = run(["fish", "--no-config", "-c", f"source {shlex.quote(script)}\n{calls}"], cwd=os.path.dirname(script))
    outcome.same("fish: errors", (0, ""), (done.returncode, done.stderr))
    answers = {line: [hit.split("\t")[0] for hit in hits.splitlines()] for line, hits in zip(lines, done.stdout.split("==\n"))}
    for command, options in helps.items():
        outcome.same(f"fish: {command}", options, set(answers[f"restlake {command} --"]))
    for line, expected in LINES.items():
        outcome.same(f"fish: {line}", expected, sorted(answers[line]))
        outcome.count("completions")


def check_zsh(outcome, script, helps):
    clean(outcome, "zsh -n", run(["zsh", "-n", script]))
    lines = [f"restlake {command} --" for command in helps] + list(LINES)
    done = run(["zsh", "-f", os.path.join(HERE, "complete.zsh"), os.path.dirname(script), *lines])
    answers = {part.split("\n", 1)[0]: part.split("\n")[1:-1] for part in done.stdout.split("== ")[1:]}
    for command, options in helps.items():
        # A long option that takes a value ends with "=" there.
        outcome.same(f"zsh: {command}", options, {word.rstrip("=") for word in answers.get(f"restlake {command} --", []) if word.startswith("--")})
    for line, expected in LINES.items():
        outcome.same(f"zsh: {line}", expected, sorted(answers.get(line, [])))
        outcome.count("completions")


# MARK: The man page


def check_man(outcome, program, helps, path):
    with open(path, "w", encoding="utf-8") as file:
        file.write(program.run("man"))
    clean(outcome, "mandoc", run(["mandoc", "-T", "lint", "-W", "warning", path]))
    page = run(["mandoc", "-T", "utf8", path]).stdout
    page = re.sub(r".\x08", "", page)
    for command, options in helps.items():
        section = re.search(rf"^   {command}\n(.*?)(?=^   \S|^\S)", page, re.M | re.S)
        outcome.same(f"man: {command}", options - {"--help"}, set(re.findall(r"^     +(?:-\w, )?(--[a-z-]+)(?: |$)", section[1], re.M)) - {"--help"})


# MARK: The terminal


def check_terminal(outcome, program, lake):
    words = [program.path, "export", "thena", "--sandbox", "--sandbox-delay", "40", "--sandbox-users", "17", "--sandbox-requests", "900",
             "--resource", "requests,users,user", "--lake", lake]
    frames = Frames(on_terminal(words, columns=100, then=30))
    outcome.same("bars: what stays", True, "is committed" in frames.rest and "█" not in frames.rest and "░" not in frames.rest)
    wide = [i for i, frame in enumerate(frames.drawn) if max(map(len, frame)) > 29]
    outcome.same("bars: drawn in both widths", True, 0 < len(wide) < len(frames.drawn))
    outcome.same("bars: narrow from the resize on", list(range(len(wide))), wide)
    for i, (frame, rows) in enumerate(zip(frames.drawn, frames.erased)):
        width = 30 if i >= len(wide) - 1 else 100
        outcome.same(f"bars: rows of frame {i}", sum(-(-len(line) // width) for line in frame), rows)
        outcome.count("frames of progress")
    text = on_terminal(words[:4] + ["--resource", "users", "--lake", lake], columns=100)
    outcome.same("colours on a terminal", True, "\x1b[32mcomplete\x1b[0m" in text)
    text = on_terminal(words[:4] + ["--resource", "users", "--lake", lake], columns=100, env={"NO_COLOR": "1"})
    outcome.same("NO_COLOR", None, re.search(r"\x1b\[[0-9;]*m", text))
    for env in ({"TERM": "dumb"}, None):
        text = on_terminal(words[:4] + ["--resource", "users", "--lake", lake], columns=100, env=env) if env else run(
            words[:4] + ["--resource", "users", "--lake", lake]).stderr
        outcome.same("no escape elsewhere", False, "\x1b" in text)
    text = on_terminal([program.path, "export", "--help"], columns=60)
    outcome.same("helps broken to the width", [], [line for line in text.splitlines() if len(line) > 60 and " " in line.strip()[:-1] and "--" not in line])


class Frames:
    """What was drawn and drawn over: lines of each frame, and how many rows it was taken to have."""

    def __init__(self, text):
        parts = re.split(r"\x1b\[(\d+)A\x1b\[J", text)
        self.erased = [int(rows) for rows in parts[1::2]]
        self.drawn = [[line for line in part.splitlines() if re.match("(requests|users|user) ", line)] for part in parts[0::2]][:len(self.erased)]
        self.rest = parts[-1]


def on_terminal(words, columns, then=None, env=None):
    """All that a program says on a terminal of its own, which gets narrower once something is drawn."""
    master, slave = pty.openpty()
    resize(master, columns)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RESTLAKE_") and k != "NO_COLOR"}
    started = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, env={**environment, "TERM": "xterm-256color", **(env or {})})
    os.close(slave)
    said, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
        # Behind a frame that is whole: what comes next draws over it.
        if then and said.count(b"\x1b[J") >= 3 and "█" in said.rsplit(b"\x1b[J", 1)[1].decode(errors="ignore") and said.endswith(b"\n"):
            resize(master, then)
            then = None
    os.close(master)
    if started.wait(timeout=60) != 0:
        raise CheckFailed(f"{words[1:]} on a terminal: exit code {started.returncode}\n{said.decode()}")
    return said.decode()


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
