"""Compiles each public header alone, as a user would: headers.py INCLUDE_DIRECTORY BUILD_DIRECTORY

A header must be complete in itself, free of warnings, quick to compile, and must not bring in a
library that only lib/ may see. What it costs is counted in characters of the files that it brings in,
which no busy machine changes; the processor time of one -fsyntax-only compilation is printed beside it.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

LIMIT = 1.2  # times the characters of <Eigen/Dense> and what it brings in
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


def compile_text(text):
    """Returns (processor seconds, error messages or None, the files that it includes)."""
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        source = scratch / "alone.cpp"
        source.write_text(text)
        with open(scratch / "messages", "w+") as messages:
            process = subprocess.Popen(
                command + ["-MF", str(scratch / "read"), str(source)], cwd=build, stderr=messages)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                messages.seek(0)
                return 0.0, messages.read(), []
        files = (scratch / "read").read_text().replace("\\\n", " ").split()[2:]
        return usage.ru_utime + usage.ru_stime, None, [build / file for file in files]


def characters(files):
    return sum(file.stat().st_size for file in files)


def compile_alone(header):
    """Returns (header, processor seconds, characters, problems)."""
    name = header.relative_to(include).as_posix()
    text = f'#include "{name}"\n#include "{name}"\n'
    seconds, errors, files = compile_text(text)
    if errors:
        return name, 0.0, 0, ["does not compile alone:\n" + errors]
    libraries = {library for library in PRIVATE if any(f"/{library}" in str(file) for file in files)}
    problems = [f"brings in {library}, which is private to lib" for library in sorted(libraries)]
    cost = characters(files)
    if cost > limit:
        problems.append(f"brings in {cost} characters, more than {limit:.0f}")
    return name, seconds, cost, problems


command = users_command()
reference_seconds, _, reference_files = compile_text("#include <Eigen/Dense>\n")
limit = LIMIT * characters(reference_files)
with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count())) as pool:
    results = list(pool.map(compile_alone, sorted(include.rglob("*.hpp"))))

failed = False
print(f"{reference_seconds:5.2f} s {characters(reference_files):10} characters  Eigen/Dense")
for name, seconds, cost, problems in sorted(results, key=lambda result: -result[1]):
    print(f"{seconds:5.2f} s {cost:10} characters  {name}")
    for problem in problems:
        failed = True
        print(f"         {problem}")
sys.exit(failed)
