"""Compiles each public header alone, as a user would: headers.py INCLUDE_DIRECTORY BUILD_DIRECTORY

A header must be complete in itself, free of warnings, quick to compile, and must not bring in a
library that only lib/ may see. Time is processor time of one -fsyntax-only compilation, so that a
busy machine matters little; the goal is 1.5 s.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

LIMIT = 3.0  # seconds: twice the goal, for slow machines
PRIVATE = ("boost/", "fmt/", "mpfr.h", "gmp.h", "nlohmann/", "toml++/", "CLI/", "tao/")

include = pathlib.Path(sys.argv[1])
build = pathlib.Path(sys.argv[2])


def users_command():
    """The command that compiles umbrella.cpp, less its files and its ccache."""
    entries = json.loads((build / "compile_commands.json").read_text())
    entry = next(e for e in entries if e["file"].endswith("layout/umbrella.cpp"))
    command = shlex.split(entry["command"])
    kept = []
    words = iter(command)
    for word in words:
        if word in ("-o", "-c", "-MF", "-MQ"):
            next(words)
        elif word != "-MD" and not word.endswith("ccache"):
            kept.append(word)
    return kept + ["-Werror", "-fsyntax-only", "-MD"]


def compile_alone(header):
    """Returns (header, processor seconds, problems)."""
    name = header.relative_to(include).as_posix()
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / "alone.cpp"
        source.write_text(f'#include "{name}"\n#include "{name}"\n')
        read = pathlib.Path(scratch) / "read"
        with open(pathlib.Path(scratch) / "messages", "w+") as messages:
            process = subprocess.Popen(
                command + ["-MF", str(read), str(source)], cwd=build, stderr=messages)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            messages.seek(0)
            if process.returncode != 0:
                return name, 0.0, ["does not compile alone:\n" + messages.read()]
        libraries = {p for p in PRIVATE for file in read.read_text().split() if f"/{p}" in file}
    seconds = usage.ru_utime + usage.ru_stime
    problems = [f"brings in {library}, which is private to lib" for library in sorted(libraries)]
    if seconds > LIMIT:
        problems.append(f"takes {seconds:.1f} s to compile, more than {LIMIT} s")
    return name, seconds, problems


command = users_command()
with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count())) as pool:
    results = list(pool.map(compile_alone, sorted(include.rglob("*.hpp"))))

failed = False
for name, seconds, problems in sorted(results, key=lambda result: -result[1]):
    print(f"{seconds:5.2f} s  {name}")
    for problem in problems:
        failed = True
        print(f"         {problem}")
sys.exit(failed)
