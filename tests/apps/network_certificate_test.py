"""Changes certificates of constants and KKT points at random and expects `filippov check` to refuse every one that
claims what is not true, or proves less: network_certificate_test.py PROGRAM CHANGES

The seed is fixed. Certificates that are cut off, or of a wrong form, must be bad input.
"""

import json
import math
import os
import random
import subprocess
import sys
import tempfile

PROGRAM, CHANGES = os.path.abspath(sys.argv[1]), int(sys.argv[2])
FOUR = "1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n"
SIGNS = "a,b,c,y\n1,.5,.25,1\n-.5,1,.25,-1\n-1,-.25,1,1\n.25,-1,.5,-1\n.125,.25,-1,1\n"
ARC = "1,.25,1\n1,-.25,1\n"  # N = 0 where no row is active
EQUAL = "x1,x2,y\n" + "".join(
    f"{math.cos(i * math.pi / 8):.17g},{math.sin(i * math.pi / 8):.17g},{5 if i in (0, 1, 2, 15, 14) else 2}\n"
    for i in range(16))
PROBLEMS = {
    "constants squared": ["constants", "--network", "squared-relu", "--data", "signs.csv", "--time", "0.1"],
    "constants two layers": ["constants", "--network", "leaky-relu:0.25", "--data", "signs.csv", "--ln-C", "3", "--mean",
                             "--standardize"],
    "constants logistic": ["constants", "--network", "leaky-squared-relu:.5", "--data", "signs.csv", "--loss",
                           "logistic", "--normalize-rows"],
    "constants diagonal": ["constants", "--network", "diagonal", "--data", "four.csv", "--time", "1"],
    "kkt squared": ["kkt", "--network", "squared-relu", "--data", "equal.csv"],
    "kkt arc": ["kkt", "--network", "squared-relu", "--data", "arc.csv"],
    "kkt two layers": ["kkt", "--network", "relu", "--data", "four.csv"],
    "kkt search": ["kkt", "--network", "squared-relu", "--data", "signs.csv"],
    "align two layers": ["align", "--network", "relu", "--data", "four.csv", "--init", "start.csv", "--epsilon", "0.01"],
    "align sliding": ["align", "--network", "relu", "--data", "four.csv", "--init", "sliding.csv", "--epsilon", "0.01"],
    "align squared": ["align", "--network", "leaky-squared-relu:0.5", "--data", "pair.csv", "--init", "two.csv",
                      "--epsilon", "0.05", "--mean"],
    "kkt half circle": ["kkt", "--network", "squared-relu", "--data", "half.csv"],
    "kkt parallel rows": ["kkt", "--network", "relu", "--data", "parallel.csv"],
    "kkt kinks": ["kkt", "--network", "relu", "--data", "signs.csv"],
}


def moved(rng, interval):
    """To where the value certainly is not."""
    lo, hi = interval
    shift = rng.choice((-1, 1)) * (hi - lo) * 10 ** rng.uniform(0.2, 6)
    return [lo + shift, hi + shift]


def harmful(rng, c):
    """Changes the certificate, and says how; None if the change would harm nothing."""
    claims, problem = c["claims"], c["problem"]
    row = rng.choice(problem["rows"])
    kind = rng.choice(("mean", "label", "network", "claim", "beta", "argument", "point", "objective", "stable",
                       "left out", "twice", "complete", "arc", "kinks"))
    if kind == "mean":
        problem["mean"] = not problem["mean"]
    elif kind == "label":
        if problem["loss"] == "logistic" or (c["kind"] == "kkt" and not claims["complete"]):
            return None
        row[-1] = str(float(row[-1]) + rng.choice((1e-3, -0.3)))
    elif kind == "network":
        problem["network"]["kind"] = rng.choice([k for k in ("squared_relu", "two_layer", "diagonal")
                                                 if k != problem["network"]["kind"]])
    elif c["kind"] == "alignment":
        return harmful_alignment(rng, c, kind)
    elif c["kind"] == "constants":
        diagonal = problem["network"]["kind"] == "diagonal"
        if kind == "claim":
            name = rng.choice([k for k in claims if isinstance(claims[k], list) and k != "beta"])
            claims[name] = moved(rng, claims[name])
        elif kind == "beta":
            lo, hi = claims["beta"]
            part = 10 ** rng.uniform(-6, -1)
            # The upper end below what is reached, or the lower above all that is.
            claims["beta"] = rng.choice(([lo * (1 - 2 * part), lo * (1 - part)], [hi * (1 + part), hi * (1 + 2 * part)]))
        elif kind == "argument" and not diagonal:
            c["proof"]["argument"] = [rng.gauss(0, 1) for _ in c["proof"]["argument"]]
        else:
            return None
    else:
        points = claims["points"]
        point = rng.choice(points)
        if kind == "point" and "arc" not in point:
            i = rng.randrange(len(point["box"]))
            point["box"][i] = moved(rng, point["box"][i])
        elif kind == "objective":
            point["objective"] = moved(rng, point["objective"])
        elif kind == "stable" and point["stable"] is not None:
            point["stable"] = not point["stable"]
        elif kind == "stable" and not claims["complete"]:
            point["stable"] = True  # is not proved in such lists
        elif kind == "left out" and claims["complete"]:
            points.remove(point)
        elif kind == "twice" and claims["complete"]:
            points.append(point)
        elif kind == "complete" and not claims["complete"]:
            claims["complete"] = True
        elif kind == "arc" and "arc" in point:
            end = rng.randrange(2)
            point["arc"][end] = moved(rng, point["arc"][end])
        elif kind == "kinks" and problem["network"]["kind"] == "two_layer" and not claims["complete"]:
            if point["kinks"]:
                point["kinks"] = []
            else:
                point["kinks"] = [rng.randrange(len(problem["rows"]))]
        else:
            return None
    return kind


def harmful_alignment(rng, c, kind):
    claims, problem, pieces = c["claims"], c["problem"], c["proof"]["pieces"]
    neuron = rng.choice(claims["neurons"])
    tube = rng.choice(pieces)["tube"]
    part = 10 ** rng.uniform(-9, 0)
    if kind == "claim":
        claims["ln_C"] = moved(rng, claims["ln_C"])
    elif kind == "beta":
        claims["ln_delta_bar"] += part
    elif kind == "argument":
        claims["eta"] = rng.choice((0.009, 20 + part))  # less than epsilon, more than all norms
    elif kind == "point":
        i = rng.randrange(len(neuron["box"]))
        neuron["box"][i] = moved(rng, neuron["box"][i])
    elif kind == "objective":
        neuron["objective"] = moved(rng, neuron["objective"])
    elif kind == "stable":
        neuron["case"] = "vanishing"
    elif kind == "left out":
        pieces.pop()
    elif kind == "twice":
        claims["neurons"].append(neuron)
    elif kind == "complete":
        row = rng.choice(problem["neurons"])
        row[0] = [x + part for x in row[0]]
    elif kind == "arc":
        tube["claims"]["t"] *= 1 - part / 2
    elif kind == "kinks":
        i = rng.randrange(len(tube["problem"]["formulas"]) - 1)
        tube["problem"]["formulas"][i] += "+1e-9"
    else:
        return None
    return kind


def check(name):
    return subprocess.run([PROGRAM, "check", name], capture_output=True, text=True)


def main():
    rng = random.Random(20260302)
    accepted, counts, codes = [], {}, {}
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        texts = {"start": "-.8,.168,.576\n", "sliding": ".28,-.2688,-.9216\n",
                 "two": "0.3,1\n-1,0.4\n", "pair": "1,.25,1\n-.5,1,2\n",
                 "half": ".1,0,-1\n", "parallel": "0.5,1,.5\n0.5,1,-2\n1,.25,1\n-1,1.5,.5\n1,.25,-2\n"}
        for name, text in {**texts, "four": FOUR, "signs": SIGNS, "equal": EQUAL, "arc": ARC}.items():
            with open(name + ".csv", "w") as file:
                file.write(text)
        certificates = {}
        for name, arguments in PROBLEMS.items():
            subprocess.run([PROGRAM, *arguments, "--certificate", name], check=True, stdout=subprocess.DEVNULL)
            result = check(name)
            assert result.returncode == 0 and result.stdout.startswith("accepted"), (name, result)
            with open(name) as file:
                certificates[name] = file.read()
        for name, complete in {"kkt squared": True, "kkt arc": True, "kkt two layers": True, "kkt search": False}.items():
            assert json.loads(certificates[name])["claims"]["complete"] == complete, name
        assert any("arc" in point for point in json.loads(certificates["kkt arc"])["claims"]["points"])
        assert any(point["kinks"] for point in json.loads(certificates["kkt kinks"])["claims"]["points"])
        done = 0
        while done < CHANGES:
            name = rng.choice(sorted(certificates))
            certificate = json.loads(certificates[name])
            kind = harmful(rng, certificate)
            if kind is None or certificate == json.loads(certificates[name]):
                continue
            done += 1
            with open("changed", "w") as file:
                json.dump(certificate, file)
            result = check("changed")
            counts[kind] = counts.get(kind, 0) + 1
            codes[result.returncode] = codes.get(result.returncode, 0) + 1
            if result.returncode not in (1, 2):
                accepted.append((name, kind, done, result.returncode))
        for _ in range(30):
            text = certificates[rng.choice(sorted(certificates))]
            with open("changed", "w") as file:
                file.write(text[:rng.randrange(len(text) - 3)])
            result = check("changed")
            assert result.returncode == 2 and result.stderr.count("\n") == 1, result
        for name in sorted(certificates):  # of a wrong form, and what is no decimal
            for place, wrong in (("features", 0), ("rows", []), ("loss", "cubic"), ("mean", 1), ("network", {})):
                certificate = json.loads(certificates[name])
                certificate["problem"][place] = wrong
                with open("changed", "w") as file:
                    json.dump(certificate, file)
                result = check("changed")
                assert result.returncode == 2, (name, place, result)
            for wrong in ("nan", "inf", "1e", "0x1", "", "1 ", "1e999999999"):
                certificate = json.loads(certificates[name])
                certificate["problem"]["rows"][0][0] = wrong
                with open("changed", "w") as file:
                    json.dump(certificate, file)
                result = check("changed")
                assert result.returncode == 2, (name, wrong, result)
    print(f"{done} changes, exit codes {codes}: {counts}")
    print(f"{len(accepted)} accepted", *accepted, sep="\n  ")
    return 1 if accepted else 0


sys.exit(main())
