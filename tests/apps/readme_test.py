"""Runs the commands that README.md shows, and compares what they print: readme_test.py PROGRAM ROOT

Words must be the same, numbers to 6 digits: the last ones depend on the machine's libraries.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

program, root = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
prompt = "    $ "
number = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")


def examples():
    """Yields the commands of every block, and the lines that it shows after the last of them."""
    commands, shown = [], []
    for line in (root / "README.md").read_text().splitlines() + ["end"]:
        if line.startswith(prompt):
            if shown:
                yield commands, shown
                commands, shown = [], []
            commands.append(line[len(prompt):])
        elif commands and (line.startswith("    ") or not line):
            shown.append(line[4:])
        elif commands:
            yield commands, shown
            commands, shown = [], []


def agree(expected, found):
    """Whether two lines have the same words, and numbers that agree."""
    if number.sub("#", expected).split() != number.sub("#", found).split():
        return False
    pairs = zip(number.findall(expected), number.findall(found))
    return all(abs(float(a) - float(b)) <= 1e-6 * max(1e-3, abs(float(a))) for a, b in pairs)


tried = failed = 0
for commands, shown in examples():
    expected = [line for line in shown if line.strip()]
    if not expected:
        continue
    tried += 1
    with tempfile.TemporaryDirectory() as directory:
        script = "\n".join(commands).replace("build/apps/filippov", str(program))
        script = script.replace("verification/data", str(root / "verification" / "data"))
        run = subprocess.run(script, shell=True, cwd=directory, capture_output=True, text=True)
    found = [line for line in run.stdout.splitlines() if line.strip()]
    for k, line in enumerate(expected):
        if k >= len(found) or not agree(line, found[k]):
            failed += 1
            print(f"{commands[-1]}\n  shown: {line}\n  found: {found[k] if k < len(found) else '-'}")
            print(run.stderr, end="")
            break
print(f"{tried} examples, {failed} differ")
sys.exit(failed > 0 or tried < 4)
