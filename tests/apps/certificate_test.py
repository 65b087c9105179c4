"""Changes certificates at random and expects the checker to refuse every one that claims more, or proves
less, than what is true: certificate_test.py PROGRAM CHANGES

The changes: an end of an interval moved inwards, a step left out or put in twice, a claim strengthened, a face or a
kind changed, a time moved, the problem changed, an entry left out or of another type. The seed is fixed. Certificates
that are cut off must be bad input.
"""

import copy
import json
import os
import random
import subprocess
import sys
import tempfile

PROGRAM, CHANGES = os.path.abspath(sys.argv[1]), int(sys.argv[2])
FRICTION = """variables = ["x", "v"]
rhs = ["v", "-x - 0.1*v + cos(0.5*t) - 0.6*sign(v)"]
initial = [1.5, 0.0]
until = 10.0
"""
TWO_RELAYS = """variables = ["x", "y", "z"]
rhs = ["0.5*cos(t) - sign(x)", "0.5*sin(t) - 2*sign(y)", "sign(x) + x*y"]
initial = [0.5, -1.0, 0.0]
until = 3.0
"""
TURNING = """variables = ["x", "y"]
rhs = ["y*sign(x)", "1"]
initial = [0.25, -1.0]
until = 2.0
"""
OBLIQUE = """variables = ["x1", "x2", "x3"]
rhs = ["0.2*x2 - sign(x1 + 0.3*x2 - 0.7*x3)", "0.5 - 0.1*x1*x3", "x1*x2 - 0.3*x3 + 0.1*sign(x1 + 0.3*x2 - 0.7*x3)"]
initial = [0.5, 0.25, 0.125]
until = 0.75
"""
BESIDE = """variables = ["y", "x"]
rhs = ["-sign(y)", "0.05 - 0.1*sign(x + 0.5)"]
initial = [0.25, 0.1]
until = 1.0
"""
# Jumps along normals at an acute angle, with factors that change: no coupling dominates.
NORMALS = """variables = ["x", "y"]
rhs = ["0.3 - (1 + y^2)*sign(x) - 0.9*(2 + x)*sign(0.9*x + 0.4*y)", "0.2 - 0.4*(2 + x)*sign(0.9*x + 0.4*y)"]
initial = [0.5, 0.7]
until = 2.0
"""
# A parameter far smaller than what it is multiplied by.
GROWTH = """variables = ["x", "y", "p"]
rhs = ["4*x", "y + p*x*x", "0"]
initial = [1.0, 0.5, 0.0]
until = 7.0
"""
ROTATION = """variables = ["x", "y"]
rhs = ["-y", "x"]
initial = [1.0, 0.0]
until = 0.5
"""
PROBLEMS = {
    "friction": ["--system", "friction.toml"],
    "relays": ["--system", "relays.toml"],
    "ascent": ["--ascend", "u1*abs(u2)", "--from", "-1,[0.49,0.51]", "--until", "2"],
    "maximum": ["--descend", "max(2*x1, x2, -x1-x2)", "--from", "1,0.5", "--until", "1.5"],
    "nested": ["--descend", "max(x, y, z, -x-y-z)", "--from", "1,0.5,[0.2,0.21]", "--until", "2"],
    "midst": ["--ascend", "u1*abs(u2)", "--from", "-1,[0.49,0.51]", "--until", "0.55"],
    "crossing": ["--ascend", "u1*abs(u2)+u2", "--from", "1,-0.5", "--until", "1"],
    "across": ["--descend", "abs(x)+y^2", "--from", "[-0.001,0.002],1", "--until", "1"],
    "rest": ["--descend", "x^2+y^2+abs(x)^3", "--from", "0,0", "--until", "1"],
    "branching": ["--ascend", "u1*abs(u2)", "--from", "1,0", "--until", "1"],
    "turning": ["--system", "turning.toml"],
    "apart": ["--ascend", "x + 0.5*abs(x + 0.3*y) - 2*abs(y)", "--from", "[-0.501,-0.5],0.5", "--until", "1.75"],
    "leaving": ["--ascend", "0.5*x - 2*abs(y) + relu(x + 3*y)", "--from", "[-0.501,-0.5],0.125", "--until", "1.5"],
    "crossing on an edge": ["--ascend", "x + 0.5*y + 0.5*abs(x + 0.3*y + 0.1*z) - 2*abs(y) - 2*abs(0.9*y + 0.3*z)", "--variables",
                            "x,y,z", "--from", "[-0.501,-0.5],0,0", "--until", "1.5"],
    "leaving one of two": ["--ascend", "0.5*x - 2*abs(y) - 2*abs(z - 0.3*y) + relu(x + 3*y + z)", "--variables", "x,y,z", "--from",
                           "[-0.501,-0.5],0.125,0", "--until", "1.5"],
    "leaving two": ["--ascend", "0.5*x - 2*abs(y) - 2*abs(z) + relu(x + 3*y + 4*z)", "--variables", "x,y,z", "--from",
                    "[-0.501,-0.5],0,0", "--until", "1.5"],
    "normals": ["--system", "normals.toml"],
    "growth": ["--system", "growth.toml", "--from", "1,0.5,[0,1e-40]"],
    "oblique": ["--system", "oblique.toml", "--from", "[0.495,0.505],[0.24,0.26],0.125",
                "--max-pieces", "1"],
    "disturbed": ["--system", "rotation.toml", "--disturbance", "0.01,0.02"],
    "pieces": ["--ascend", "x^2*abs(y)-y^2", "--from", "[-1.5,-0.5],[0.4,0.6]", "--until", "0.6"],
}


def inwards(rng, interval):
    """One end moved past the middle."""
    lo, hi = interval
    move = rng.uniform(0.6, 1) * (hi - lo)
    return rng.choice(([lo + move, hi], [lo, hi - move]))


def harmful(rng, c):
    """Changes the certificate, and says how; None if the change would harm nothing."""
    part = rng.choice([part for part in c["parts"] if "steps" in part])
    steps = part["steps"]
    k = rng.randrange(len(steps))
    step = steps[k]
    n = len(c["problem"]["variables"])
    i = rng.randrange(n)
    kind = rng.choice(("end", "event window", "event box", "event", "no event", "step", "twice", "time", "frame",
                       "face", "kind", "box", "time claimed", "initial box", "formula", "verdict",
                       "disturbance", "way", "entry", "type", "part", "cut", "no steps"))
    refuted = c["claims"]["uniqueness"] == "refuted"
    if (step["kind"], kind) in (("rest", "face"), ("branching", "face"), ("branching", "box")):  # no meaning there
        return None
    events = c["claims"]["events"]
    event = rng.choice(events) if events else None
    if kind == "end":
        box = c["claims"]["box"]
        if box[i][1] - box[i][0] < max(1e-18, 1e-15 * abs(box[i][0])):  # there are hardly numbers in it
            return None
        box[i] = inwards(rng, box[i])
    elif kind == "event window" and event:
        lo, hi = event["window"]
        if hi - lo < 4e-16 * abs(lo):  # there are hardly numbers in it
            return None
        event["window"] = inwards(rng, [lo, hi])
    elif kind == "event box" and event:
        if event["box"][i][1] - event["box"][i][0] < 1e-18:
            return None
        shift = event["box"][i][1] - event["box"][i][0]
        event["box"][i] = [x + 2 * shift for x in event["box"][i]]
    elif kind == "event" and event:
        event["kind"] = rng.choice([x for x in ("crossing", "sliding-entry", "sliding-exit", "sliding-change")
                                    if x != event["kind"]])
    elif kind == "no event" and event:
        if rng.random() < 0.5:
            events.remove(event)
        else:
            events.append(copy.deepcopy(event))
    elif kind == "step":
        del steps[k]
    elif kind == "twice":
        steps.insert(k, copy.deepcopy(step))
    elif kind == "time":
        step["t"][rng.randrange(2)] += rng.choice((-1, 1)) * 10 ** rng.uniform(-5, -1)
    elif kind == "frame":  # no basis any more, or far from an orthonormal one
        if n > 1 and rng.random() < 0.5:
            step["frame"][i] = step["frame"][(i + 1) % n]
        else:
            scale = rng.choice((-1e3, 0, 0.5, 2))
            step["frame"][i] = [scale * x for x in step["frame"][i]]
    elif kind == "face":
        if not step["face"]:
            return None
        j = rng.randrange(len(step["face"]))
        step["face"][j] = rng.choice([side for side in (-1, 0, 1) if side != step["face"][j]])
    elif kind == "kind":
        step["kind"] = "window" if step["kind"] == "smooth" else "smooth"
    elif kind == "box":
        lo, hi = step["box"][i]
        if hi - lo < 1e-9:
            return None
        step["box"][i] = rng.choice(([hi, hi + hi - lo], [lo + lo - hi, lo]))
    elif kind == "time claimed":
        c["claims"]["t"] += rng.choice((-1, 1)) * 10 ** rng.uniform(-12, 0)
    elif kind == "initial box":
        lo, hi = c["problem"]["box"][i]
        more = 10 ** rng.uniform(-9, 0)
        if refuted:  # without the states that branch
            c["problem"]["box"][i] = [hi + 1e-9, hi + 1]
        else:
            c["problem"]["box"][i] = rng.choice(([lo - more, hi], [lo, hi + more]))
    elif kind == "formula":
        if (refuted and len(steps) == 2) or len(c["parts"]) > 4:  # others branch, too; wide claims are true of others
            return None
        j = rng.randrange(len(c["problem"]["formulas"]))
        # Beyond the 1e-5 of its width by which a claimed box is wider than the tube.
        c["problem"]["formulas"][j] += rng.choice((" + 1e-3", " - 0.05*" + c["problem"]["variables"][-1]))
        if c["problem"]["flow"] == "gradient" and "1e-3" in c["problem"]["formulas"][j]:
            return None
    elif kind == "verdict":
        claims = c["claims"]
        claims["uniqueness"] = "certified" if refuted else "refuted"
        claims["start"] = c["problem"]["box"]
    elif kind == "disturbance":
        if "disturbance" in c["problem"]:
            c["problem"]["disturbance"][i] *= rng.uniform(1.001, 2)
        else:
            c["problem"]["disturbance"] = [10 ** rng.uniform(-12, 0)] * n
    elif kind == "way" and refuted:  # one of two solutions
        if rng.random() < 0.5:
            c["parts"][0] = c["parts"][1]
        else:
            c["parts"].remove(part)
    elif kind == "entry":
        place = rng.choice((c, c["problem"], c["claims"], part, step))
        del place[rng.choice([key for key in sorted(place) if key != "disturbance"])]
    elif kind == "type":
        place = rng.choice((c, c["problem"], c["claims"], part, step))
        place[rng.choice(sorted(place))] = rng.choice(("", None, {}, [None], [[]], True))
    elif kind == "part":  # a part of the initial box is left out, or one is there twice
        lo, hi = part["box"][i]
        change = rng.choice(("box", "less", "more"))
        if change == "less":
            del c["parts"][rng.randrange(len(c["parts"]))]
        elif refuted or (change == "box" and hi - lo < 1e-9):
            return None
        elif change == "box":
            part["box"][i] = inwards(rng, [lo, hi])
        else:
            c["parts"].insert(rng.randrange(len(c["parts"]) + 1), rng.choice(c["parts"]))
    elif kind == "cut" and len(c["parts"]) > 2:
        cut = rng.choice([part for part in c["parts"] if "steps" not in part])
        cut[rng.randrange(2)] += 1
    elif kind == "no steps":  # then nothing is proved, not even where it starts
        for one in c["parts"]:
            if "steps" in one:
                one["steps"] = []
        c["claims"].update(t=c["problem"]["t0"], events=[], box=[[hi + 1, hi + 2] for lo, hi in c["problem"]["box"]])
    else:
        return None
    return kind


def certified(*arguments):
    subprocess.run([PROGRAM, "enclose", *arguments, "--certificate", "made"], check=True, stdout=subprocess.DEVNULL)
    with open("made") as file:
        return json.load(file)


def checked(certificate):
    with open("changed", "w") as file:
        json.dump(certificate, file)
    return subprocess.run([PROGRAM, "check", "changed"], capture_output=True, text=True)


def refused(certificate, why):
    check = checked(certificate)
    assert check.returncode == 1 and why in check.stdout, (why, check)


def refuse_what_does_not_follow():
    """Steps that would do if one condition of their proofs were left out."""
    # On y = 0 the surface of x is at -0.5 and at 0.5: F has more velocities than that beside y > 0.
    certificate = certified("--system", "beside.toml")
    other = certified("--system", "jumping.toml", "--until", "0.1")
    for name in ("formulas", "surfaces"):
        certificate["problem"][name] = other["problem"][name]
    for step in certificate["parts"][0]["steps"]:
        step["box"] = [[lo - 0.05, hi + 0.05] for lo, hi in step["box"]]
    refused(certificate, "jumps with the sides of others")
    # Of the three gradients the second one has weight 0 where all meet.
    certificate = certified("--descend", "max(2*x1, x2, -x1-x2)", "--from", "1,0.5", "--until", "1.5")
    other = certified("--descend", "max(2*x1, x2, -x1)", "--from", "1,0.5", "--until", "0.1")
    for name in ("formulas", "surfaces"):
        certificate["problem"][name] = other["problem"][name]
    refused(certificate, "not proved to be in F")
    # A disturbance may take the state off a surface.
    for name in ("across", "branching"):
        certificate = certified(*PROBLEMS[name])
        certificate["problem"]["disturbance"] = [1e-9, 1e-9]
        refused(certificate, "under a disturbance")


def refuse_what_is_no_order():
    """Orders of Taylor series are whole numbers in a range; which ones, decides only whether the proof succeeds."""
    certificate = certified("--system", "rotation.toml", "--from", "[0.9,1.1],0")
    step = certificate["parts"][0]["steps"][0]
    for orders, why in (([0, 0], "expected an integer from 1 to 100"), ([101, 1], "expected an integer from 1 to 100"),
                        ([8, 9], "expected an integer from 0 to 8"), ([8, -1], "expected an integer from 0 to 8"),
                        ([8.5, 8], "expected an integer from 1 to 100"), ([8], "expected a list of 2"),
                        (8, "expected a list of 2"), (["8", 8], "expected an integer from 1 to 100")):
        step["orders"] = orders
        check = checked(certificate)
        assert check.returncode == 2 and ".parts[0].steps[0].orders" in check.stderr and why in check.stderr, (orders, check)
    step["orders"] = [1, 0]
    refused(certificate, "is proved to be in")
    for orders in ([40, 40], [40, 20], [40, 10]):
        step["orders"] = orders
        assert checked(certificate).returncode == 0, orders
    certificate["format"] = "filippov certificate 4"
    check = checked(certificate)
    assert check.returncode == 2 and "expected filippov certificate 5" in check.stderr, check


def main():
    rng = random.Random(20260301)
    accepted, counts, codes = [], {}, {}
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        with open("friction.toml", "w") as file:
            file.write(FRICTION)
        for name, text in (("relays", TWO_RELAYS), ("turning", TURNING), ("rotation", ROTATION),
                           ("oblique", OBLIQUE), ("beside", BESIDE), ("normals", NORMALS), ("growth", GROWTH),
                           ("jumping", BESIDE.replace("x + 0.5", "x + 0.5*sign(y)"))):
            with open(name + ".toml", "w") as file:
                file.write(text)
        refuse_what_does_not_follow()
        refuse_what_is_no_order()
        certificates = {}
        for name, arguments in PROBLEMS.items():
            subprocess.run([PROGRAM, "enclose", *arguments, "--certificate", name], check=True, stdout=subprocess.DEVNULL)
            check = subprocess.run([PROGRAM, "check", name], capture_output=True, text=True)
            assert check.returncode == 0, (name, check.stdout)
            with open(name) as file:
                certificates[name] = file.read()
        certificate = json.loads(certificates["rest"])
        certificate["parts"][0]["steps"][0]["box"] = [[1, 1], [1, 1]]  # it rests elsewhere
        with open("changed", "w") as file:
            json.dump(certificate, file)
        assert subprocess.run([PROGRAM, "check", "changed"], capture_output=True).returncode == 1
        done = 0
        while done < CHANGES:
            name = rng.choice(sorted(certificates))
            certificate = json.loads(certificates[name])
            kind = harmful(rng, certificate)
            if kind is None:
                continue
            text = json.dumps(certificate)
            if json.loads(certificates[name]) == certificate:
                continue
            done += 1
            with open("changed", "w") as file:
                file.write(text)
            check = subprocess.run([PROGRAM, "check", "changed"], capture_output=True, text=True)
            counts[kind] = counts.get(kind, 0) + 1
            codes[check.returncode] = codes.get(check.returncode, 0) + 1
            if check.returncode not in (1, 2):
                accepted.append((name, kind, done, check.returncode))
        for cut in range(0, 100):  # cut off anywhere
            text = certificates[rng.choice(sorted(certificates))]
            with open("changed", "w") as file:
                file.write(text[:rng.randrange(len(text) - 3)])
            check = subprocess.run([PROGRAM, "check", "changed"], capture_output=True, text=True)
            assert check.returncode == 2 and check.stderr.count("\n") == 1, check
    print(f"{done} changes, exit codes {codes}: {counts}")
    print(f"{len(accepted)} accepted", *accepted, sep="\n  ")
    return 1 if accepted else 0


sys.exit(main())
