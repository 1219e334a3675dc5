"""What the benchmark needs, installed in a folder of its own: Python packages, nginx, jq, and two small C programs."""

import glob
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKOUT = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.join(CHECKOUT, ".build", "benchmarks")
PYTHON = os.path.join(FOLDER, "python", "bin", "python")
REQUIREMENTS = os.path.join(HERE, "requirements.txt")


class Missing(Exception):
    """Something that cannot be installed from here."""


def enter_environment():
    """Goes on in the Python environment that has the peers, which is made where it is missing."""
    if os.path.abspath(sys.prefix) == os.path.dirname(os.path.dirname(PYTHON)):
        return
    installed = os.path.join(FOLDER, "installed.txt")
    wanted = read(REQUIREMENTS)
    if read(installed) != wanted:
        print("Installing the peers:", ", ".join(wanted.split()), file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", os.path.dirname(os.path.dirname(PYTHON))], check=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
        with open(installed, "w") as file:
            file.write(wanted)
    os.execv(PYTHON, [PYTHON, "-B", HERE, *sys.argv[1:]])


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def nginx():
    """Debian's nginx. Its package would start a server on port 80, so it is unpacked, not installed."""
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    unpacked = os.path.join(FOLDER, "nginx", "usr", "sbin", "nginx")
    if found or os.path.exists(unpacked):
        return found or unpacked
    if not shutil.which("apt-get"):
        raise Missing("nginx (Debian's package nginx)")
    subprocess.run(["apt-get", "download", "-qq", "nginx"], cwd=FOLDER, check=True, stderr=subprocess.DEVNULL)
    package = glob.glob(os.path.join(FOLDER, "nginx_*.deb"))[0]
    subprocess.run(["dpkg-deb", "-x", package, os.path.join(FOLDER, "nginx")], check=True)
    os.remove(package)
    return unpacked


def jq():
    if not shutil.which("jq") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "jq"], check=True, stdout=subprocess.DEVNULL)
    if not shutil.which("jq"):
        raise Missing("jq (Debian's package jq)")
    return shutil.which("jq")


def compiled(name, *sources):
    """A C program of this folder, compiled by the toolchain's clang."""
    program = os.path.join(FOLDER, name)
    sources = [os.path.join(HERE, f"{name}.c"), *sources]
    if not os.path.exists(program) or any(os.path.getmtime(source) > os.path.getmtime(program) for source in sources):
        include = os.path.join(CHECKOUT, "Sources", "CHash", "include")
        # Swift's clang knows only Swift's folders: it finds the system's headers, but names no linker of its own.
        compiler = shutil.which("clang") or shutil.which("cc") or "clang"
        subprocess.run([compiler, "-O3", "-D_GNU_SOURCE", "-Wall", "-I", include, "-o", program, *sources], check=True)
    return program


def measure():
    return compiled("measure")


def floor():
    return compiled("floor", *sorted(glob.glob(os.path.join(CHECKOUT, "Sources", "CHash", "*.c"))))
