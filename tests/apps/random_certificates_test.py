"""Certifies random systems with jumps and kinks, from points and boxes, as far as their tubes go, and expects the checker
to accept most: random_certificates_test.py PROGRAM SYSTEMS

What the checker refuses of a true tube, because it bounds something a little less sharply (square roots, logarithms and
arctangents over boxes above all), is no error, but should be rare. The seed is fixed.
"""

import os
import random
import subprocess
import sys
import tempfile

PROGRAM, SYSTEMS = os.path.abspath(sys.argv[1]), int(sys.argv[2])


def term(rng, names):
    x, y = rng.choice(names), rng.choice(names)
    c = round(rng.uniform(-1.5, 1.5), 2)
    shift = round(rng.uniform(0, 1), 1)
    return rng.choice((f"{c}*{x}", f"{c}*sign({x})", f"{c}*sin({y})", f"{c}*abs({x})", f"{c}*cos(t)", f"{c}",
                       f"{c}*max({x},{y}-0.3)", f"{c}*{x}*{y}*0.2", f"{c}*sign({x}-{shift})", f"{c}*exp(-{x}^2)",
                       f"{c}*tanh({x})", f"{c}*atan({y})", f"{c}*log(1+{x}^2)", f"{c}*sqrt(1+{x}^2)"))


def main():
    rng = random.Random(20260401)
    accepted = refused = 0
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        for _ in range(SYSTEMS):
            names = ["x", "y", "z"][:rng.choice((1, 2, 2, 3))]
            formulas = [" + ".join(f"({term(rng, names)})" for _ in range(rng.choice((1, 2, 3)))) for _ in names]
            radius = rng.choice((0, 0, 1e-3))
            starts = [round(rng.uniform(-1, 1), 2) for _ in names]
            box = ",".join(f"[{x - radius!r},{x + radius!r}]" if radius else repr(x) for x in starts)
            quoted = [", ".join(f'"{text}"' for text in texts) for texts in (names, formulas)]
            with open("system.toml", "w") as file:
                file.write(f"variables = [{quoted[0]}]\nrhs = [{quoted[1]}]\n")
            until = str(rng.choice((1, 2, 4)))
            tube = subprocess.run([PROGRAM, "enclose", "--system", "system.toml", "--from=" + box, "--until", until,
                                   "--max-pieces", "16", "--certificate", "certificate.json"],
                                  capture_output=True, text=True)
            if tube.returncode != 0:
                assert "no certificate of this tube" in tube.stderr, tube
                continue
            check = subprocess.run([PROGRAM, "check", "certificate.json"], capture_output=True, text=True)
            assert check.returncode in (0, 1) and check.stderr == "", (formulas, box, check)
            accepted += check.returncode == 0
            refused += check.returncode == 1
            if check.returncode == 1:
                print(formulas, box, until, check.stdout[:300], sep="\n  ")
    print(f"{accepted} accepted, {refused} refused, {SYSTEMS - accepted - refused} without certificate")
    return 0 if accepted > 0.8 * SYSTEMS else 1


sys.exit(main())
