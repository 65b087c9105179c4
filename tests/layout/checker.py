"""Checks that the checker of tubes can be read in one go and proves by other means than the library: less than
1000 lines, and of the library only what says what the problem is: checker.py ROOT
"""

import pathlib
import re
import sys

verification = pathlib.Path(sys.argv[1]) / "verification"
files = sorted(path for path in (verification / "checker").iterdir() if path.suffix in (".cpp", ".hpp"))
lines = sum(len(path.read_text().splitlines()) for path in files)
problems = [] if lines < 1000 else [f"verification/checker has {lines} lines: expected less than 1000"]
allowed = r'"([a-z_]+\.hpp|certificate/[a-z_]+\.hpp|filippov/(function|inclusion)/[a-z_]+\.hpp)"'
for path in files + sorted((verification / "certificate").glob("*.?pp")):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*(".*"|<filippov.*>)', line)
        if include and not re.fullmatch(allowed, include.group(1)):
            problems.append(f"{path}:{number} includes {include.group(1)}")
print(*problems, sep="\n")
sys.exit(1 if problems or not files else 0)
