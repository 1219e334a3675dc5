"""`restlake schedule`: each file by its scheduler's own checker where there is one, and the words of the command as that scheduler
would hand them over, whatever is in them."""

import ast
import io
import json
import os
import re
import shlex
import subprocess
import sys
import types

import yaml
from outcome import CheckFailed

# What each language gives a meaning of its own.
NASTY = ['it\'s "quoted"', "50% \\% off", "$HOME $(id) `id` ${x}", "${{ secrets.X }} {{ ds }} {% x %} {# y #}", "a\\b\\n ; # end", "ü – 漢", " blanks  "]
DEFINITION = {
    "name": "my_api", "client": {"base_url": "https://api.example.com", "auth": {"type": "bearer", "token": {"secret": "bearer_token"}}},
    "resources": ["items"],
}
FAKE = """#!{python}
import json, os, sys
with open(os.environ["FAKE_OUT"], "w") as file:
    json.dump(sys.argv[1:], file)
sys.exit(int(os.environ.get("FAKE_CODE", "0")))
"""


def check(outcome, program, place):
    os.makedirs(place, exist_ok=True)
    fake, definition = os.path.join(place, "restlake"), os.path.join(place, "my api.json")
    with open(fake, "w", encoding="utf-8") as file:
        file.write(FAKE.format(python=sys.executable))
    os.chmod(fake, 0o755)
    with open(definition, "w", encoding="utf-8") as file:
        json.dump(DEFINITION, file)
    schedules = Schedules(program, place, fake, definition)
    check_systemd(outcome, schedules)
    check_cron(outcome, schedules)
    check_kubernetes(outcome, schedules)
    check_airflow(outcome, schedules)
    check_github(outcome, schedules)


class Schedules:
    def __init__(self, program, place, fake, definition):
        self.program, self.place, self.fake, self.definition = program, place, fake, definition

    def files(self, scheduler, nasty=tuple(NASTY), lake="/srv/my lake"):
        """Texts by name."""
        out = os.path.join(self.place, f"{scheduler}-{len(nasty)}")
        notes = [word for text in nasty for word in ("--notify", "command:" + text)]
        self.program.run("schedule", scheduler, "--at", "4:30", "--out", out, "--program", self.fake, "export", self.definition, "--lake", lake,
                         "--secret-command", "pass %s '$1'", *notes, *(("--quiet",) if nasty else ()))
        found = {}
        for name in os.listdir(out):
            with open(os.path.join(out, name), encoding="utf-8") as file:
                found[name] = file.read()
        return out, found

    def plain(self, scheduler):
        """The same with a secret for the scheduler to fetch, and no word that means anything."""
        out = os.path.join(self.place, f"{scheduler}-plain")
        self.program.run("schedule", scheduler, "--out", out, "--program", self.fake, "export", self.definition, "--lake", "/srv/lake")
        return [os.path.join(out, name) for name in sorted(os.listdir(out))]

    def same(self, outcome, scheduler, words, definition=None):
        expected = [word for text in NASTY for word in ("--notify", "command:" + text)]
        outcome.same(f"{scheduler}: words", (["export", definition or self.definition, "--lake", "/srv/my lake"], expected, ["--secret-command", "pass %s '$1'"]),
                     (words[:4], [word for i, word in enumerate(words) if word == "--notify" or words[i - 1] == "--notify"],
                      words[words.index("--secret-command"):][:2]))
        outcome.count("command lines of schedulers")

    def called(self, script, shell="/bin/sh", code=0, env=None):
        """The words with which a script calls restlake, and how the script ended."""
        out = os.path.join(self.place, "called.json")
        done = subprocess.run([shell, "-c", script], capture_output=True, text=True, timeout=60, env={
            "PATH": os.environ["PATH"], "HOME": "/nowhere", "FAKE_OUT": out, "FAKE_CODE": str(code), **(env or {})})
        if not os.path.exists(out):
            raise CheckFailed(f"{script!r} called nothing: {done.stderr}")
        with open(out, encoding="utf-8") as file:
            words = json.load(file)
        os.remove(out)
        return words, done


# MARK: systemd


def check_systemd(outcome, schedules):
    out, files = schedules.files("systemd")
    for paths in ([os.path.join(out, name) for name in files], schedules.plain("systemd")):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, timeout=60)
        outcome.same("systemd-analyze verify", (0, "", ""), (done.returncode, done.stdout, done.stderr))
    service = next(path for path in paths if path.endswith(".service"))
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", service], capture_output=True, text=True, timeout=60)
    outcome.same("systemd-analyze security", 0, done.returncode)
    command = next(re.finditer(r"^ExecStart=(.*)$", next(text for name, text in files.items() if name.endswith(".service")), re.M))[1]
    words = systemd_words(command)
    outcome.same("systemd: program", schedules.fake, words[0])
    schedules.same(outcome, "systemd", words[1:])
    done = subprocess.run(["systemd-analyze", "calendar", "*-*-* 04:30:00"], capture_output=True, text=True, timeout=60)
    outcome.same("systemd: calendar", True, done.returncode == 0 and "OnCalendar=*-*-* 04:30:00" in "".join(files.values()))


def systemd_words(line):
    """The words of a command line by systemd.service(5): C-style quotes, `%%` and `$$`."""
    words = []
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|(\S+)', line):
        text = match[1] if match[1] is not None else match[2]
        text = re.sub(r"\\(x[0-9a-f]{2}|.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], chr(int(m[1][1:], 16)) if len(m[1]) > 1 else m[1]), text)
        if re.search(r"(?<!%)%(?:%%)*(?!%)", text) or re.search(r"(?<!\$)\$(?:\$\$)*(?!\$)", text):
            raise CheckFailed(f"systemd would replace something in {match[0]}")
        words.append(text.replace("%%", "%").replace("$$", "$"))
    return words


# MARK: cron


def check_cron(outcome, schedules):
    _, files = schedules.files("cron")
    line = next(line for line in next(iter(files.values())).splitlines() if not line.startswith("#"))
    outcome.same("cron: time", "30 4 * * *", " ".join(line.split(" ")[:5]))
    words, _ = schedules.called(cron_command(line.split(" ", 5)[5]))
    schedules.same(outcome, "cron", words)


def cron_command(text):
    """What cron hands to the shell: up to the first `%` without a backslash before it; with one, the backslash goes."""
    out, escaped = io.StringIO(), False
    for char in text:
        if escaped:
            out.write(char if char == "%" else "\\" + char)
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "%":
            raise CheckFailed(f"cron would end the command at a percent sign: {text}")
        else:
            out.write(char)
    return out.getvalue() + ("\\" if escaped else "")


# MARK: Kubernetes


def check_kubernetes(outcome, schedules):
    out, files = schedules.files("kubernetes")
    plain = schedules.plain("kubernetes")
    for version in ("1.30", "1.37"):
        done = subprocess.run([os.path.join(os.path.dirname(sys.executable), "kubernetes-validate"), "--strict", "-k", version,
                               *(os.path.join(out, name) for name in files), *plain], capture_output=True, text=True, timeout=120)
        outcome.same(f"Kubernetes {version}", (0, 4), (done.returncode, (done.stdout + done.stderr).count("passed for resource")))
    job = [document for document in yaml.safe_load_all(next(iter(files.values())))][1]
    container = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    schedules.same(outcome, "kubernetes", [expanded(word) for word in container["args"]], "/etc/restlake/my api.json")
    outcome.same("kubernetes: program", [schedules.fake], container["command"])
    with open(plain[0], encoding="utf-8") as file:
        pod = list(yaml.safe_load_all(file))[1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    mounts, volumes = {m["name"] for m in pod["containers"][0]["volumeMounts"]}, {v["name"] for v in pod["volumes"]}
    outcome.same("kubernetes: volumes", ({"lake", "tmp", "credentials", "definition"},) * 2, (mounts, volumes))


def expanded(word):
    """An argument as Kubernetes hands it over: `$$` is a dollar sign, `$(NAME)` a variable."""
    if re.search(r"(?<!\$)(?:\$\$)*\$\(", word):
        raise CheckFailed(f"Kubernetes would replace something in {word}")
    return word.replace("$$", "$")


# MARK: Airflow


def check_airflow(outcome, schedules):
    _, files = schedules.files("airflow")
    text = next(iter(files.values()))
    ast.parse(text)
    operator, judged = run_dag(text)
    outcome.same("airflow: templates", ("env",), operator.template_fields)
    env = {"RESTLAKE_RUN": "scheduled__2026-11-27 'x'"}
    for code in (0, 2, 65, 69, 75, 78, 143):
        words, done = schedules.called(operator.options["bash_command"], "/bin/bash", code, env)
        if code == 0:
            schedules.same(outcome, "airflow", words)
            outcome.same("airflow: run id", ["--run-id", env["RESTLAKE_RUN"]], words[-2:])
        retried = code in (69, 75, 143)
        outcome.same(f"airflow: script at {code}", (code, "") if retried else (0, str(code)), (done.returncode, done.stdout.strip()))
        if not retried:
            outcome.same(f"airflow: verdict on {code}", code != 0, judged(str(code)) is not None)
    with open(schedules.plain("airflow")[0], encoding="utf-8") as file:
        operator, _ = run_dag(file.read())
    outcome.same("airflow: secret", "{{ conn.restlake_my_api_bearer_token.password }}", operator.options["env"]["RESTLAKE_MY_API_BEARER_TOKEN"])


def run_dag(text):
    """Runs the file with stand-ins for Airflow: the operator that it makes, and its judge, which gives the exception it raises."""
    made, judges = [], []

    class FailException(Exception):
        pass

    class BashOperator:
        def __init__(self, **options):
            self.options, self.output = options, "pushed"
            made.append(self)

    def task(**_):
        def decorate(function):
            def judged(code):
                try:
                    function(code)
                except FailException as error:
                    return error
                return None

            judges.append(judged)
            return lambda _: None
        return decorate

    modules = {name: types.ModuleType(name) for name in (
        "airflow", "airflow.exceptions", "airflow.decorators", "airflow.operators", "airflow.operators.bash")}
    modules["airflow.exceptions"].AirflowFailException = FailException
    modules["airflow.decorators"].dag = lambda **_: lambda function: function
    modules["airflow.decorators"].task = task
    modules["airflow.operators.bash"].BashOperator = BashOperator
    sys.modules.update(modules)
    try:
        exec(compile(text, "dag.py", "exec"), {"__name__": "dag"})
    finally:
        for name in modules:
            del sys.modules[name]
    return made[0], judges[0]


# MARK: GitHub Actions


def check_github(outcome, schedules):
    out, files = schedules.files("github-actions")
    paths = [os.path.join(out, name) for name in files] + schedules.plain("github-actions")
    checker = os.path.join(os.path.dirname(sys.executable), "check-jsonschema")
    done = subprocess.run([checker, "--builtin-schema", "vendor.github-workflows", *paths], capture_output=True, text=True, timeout=120)
    outcome.same("workflows by their schema", 0, done.returncode)
    for path in paths:
        with open(path, encoding="utf-8") as file:
            steps = yaml.safe_load(file)["jobs"]["export"]["steps"]
        run = next(step["run"] for step in steps if "run" in step)
        if "${{" in run:
            raise CheckFailed(f"GitHub would replace something in {run}")
        words, _ = schedules.called(run, "/bin/bash")
        if path == paths[0]:
            schedules.same(outcome, "github-actions", words)
        outcome.same("github: shell", True, len(shlex.split(run)) > 3)
