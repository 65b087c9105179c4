"""Changes certificates about networks at random and expects `filippov check` to refuse every one that
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
CIRCLE = "".join(
    f"{x:.17g},{math.sin(i * math.pi / 6):.17g},{5 * max(0, x)**2 + 4 * max(0, -x)**2:.17g}\n"
    for i in range(12) for x in [math.cos(i * math.pi / 6)])
FIFTY = "".join(  # every direction attains beta
    f"{x:.17g},{math.sin(i * math.pi / 25):.17g},{5 * max(0, x)**2 + 4 * max(0, -x)**2:.17g}\n"
    for i in range(50) for x in [math.cos(i * math.pi / 25)])
EQUAL = "x1,x2,y\n" + "".join(
    f"{math.cos(i * math.pi / 8):.17g},{math.sin(i * math.pi / 8):.17g},{5 if i in (0, 1, 2, 15, 14) else 2}\n"
    for i in range(16))
EIGHT = "".join(  # eight features
    ",".join(str(((i + 2) * (i + 2) * (k + 2) + 3 * i * k) % 13 - 6) for k in range(8)) + ",1\n" for i in range(14))
PROBLEMS = {
    "constants squared": ["constants", "--network", "squared-relu", "--data", "signs.csv", "--time", "0.1"],
    "constants two layers": ["constants", "--network", "leaky-relu:0.25", "--data", "signs.csv", "--ln-C", "3", "--mean",
                             "--standardize"],
    "constants logistic": ["constants", "--network", "leaky-squared-relu:.5", "--data", "signs.csv", "--loss",
                           "logistic", "--normalize-rows"],
    "constants of eight": ["constants", "--network", "squared-relu", "--data", "eight.csv"],
    "constants of eight, two layers": ["constants", "--network", "leaky-relu:.125", "--data", "eight.csv"],
    "constants of tiny rows": ["constants", "--network", "squared-relu", "--data", "tiny.csv"],
    "constants diagonal": ["constants", "--network", "diagonal", "--data", "four.csv", "--time", "1"],
    "kkt squared": ["kkt", "--network", "squared-relu", "--data", "equal.csv"],
    "kkt arc": ["kkt", "--network", "squared-relu", "--data", "arc.csv"],
    "kkt two layers": ["kkt", "--network", "relu", "--data", "four.csv"],
    "kkt search": ["kkt", "--network", "squared-relu", "--data", "signs.csv"],
    "align two layers": ["align", "--network", "relu", "--data", "four.csv", "--init", "start.csv", "--epsilon", "0.01"],
    "align sliding": ["align", "--network", "relu", "--data", "four.csv", "--init", "sliding.csv", "--epsilon", "0.01"],
    "align squared": ["align", "--network", "leaky-squared-relu:0.5", "--data", "pair.csv", "--init", "two.csv",
                      "--epsilon", "0.05", "--mean"],
    "align edge": ["align", "--network", "squared-relu", "--data", "held.csv", "--init", "held_back.csv", "--epsilon", "0.05"],
    "align fifty rows": ["align", "--network", "squared-relu", "--data", "fifty.csv", "--init", "aside.csv", "--epsilon", "0.1"],
    "align long step": ["align", "--network", "squared-relu", "--data", "six.csv", "--init", "fourth.csv", "--epsilon", "0.1"],
    "align three rows": ["align", "--network", "squared-relu", "--data", "three_rows.csv", "--init", "in_four.csv", "--epsilon", "0.1"],
    "align two kinks": ["align", "--network", "relu", "--data", "kinks_of_two.csv", "--init", "beside_two.csv", "--epsilon", "0.05"],
    "align held back": ["align", "--network", "relu", "--data", "eights.csv", "--init", "against.csv", "--epsilon", "0.05"],
    "align origin": ["align", "--network", "leaky-relu:.25", "--data", "all_sides.csv", "--init", "towards_zero.csv",
                     "--epsilon", "0.05"],
    "align resting origin": ["align", "--network", "relu", "--data", "wedge.csv", "--init", "to_wedge.csv", "--epsilon", "0.1"],
    "align diagonal": ["align", "--network", "diagonal", "--data", "four.csv", "--init", "growing.csv", "--epsilon",
                       "0.05"],
    "align normalized": ["align", "--network", "relu", "--data", "four.csv", "--init", "start.csv", "--epsilon", "0.05",
                         "--normalize-rows"],
    "align normalized squares": ["align", "--network", "leaky-squared-relu:0.5", "--data", "pair.csv", "--init", "two.csv",
                                 "--epsilon", "0.05", "--normalize-rows", "--loss", "square"],
    "align wide tubes": ["align", "--network", "squared-relu", "--data", "eleven.csv", "--init", "wide.csv", "--epsilon", "0.1",
                         "--normalize-rows"],
    "align standardized": ["align", "--network", "relu", "--data", "signs.csv", "--init", "beside_two.csv", "--epsilon", "0.05",
                           "--standardize", "--normalize-rows"],
    "align standardized, sliding on a plane flat in one coordinate":
        ["align", "--network", "relu", "--data", "flat.csv", "--init", "beside_flat.csv", "--epsilon", "0.1", "--standardize"],
    "train standardized": ["train", "--network", "leaky-squared-relu:0.5", "--data", "signs.csv", "--loss", "logistic", "--init",
                           "three.csv", "--until", "1", "--standardize"],
    "train normalized": ["train", "--network", "relu", "--data", "four.csv", "--init", "layers.csv", "--delta", "0.5",
                         "--until", "2", "--normalize-rows"],
    "train normalized diagonal": ["train", "--network", "diagonal", "--data", "four.csv", "--init", "diagonal.csv", "--until", "1",
                                  "--normalize-rows"],
    "kkt half circle": ["kkt", "--network", "squared-relu", "--data", "half.csv"],
    "kkt parallel rows": ["kkt", "--network", "relu", "--data", "parallel.csv"],
    "kkt diagonal": ["kkt", "--network", "diagonal", "--data", "signs.csv", "--loss", "logistic"],
    "kkt diagonal sets": ["kkt", "--network", "diagonal", "--data", "parallel.csv"],
    "kkt logistic": ["kkt", "--network", "leaky-squared-relu:0.25", "--data", "signs.csv", "--loss", "logistic",
                     "--normalize-rows"],
    "saddle exact": ["saddle", "--network", "squared-relu", "--data", "axes.csv", "--saddle", "fitted.csv", "--init",
                     "up.csv", "--epsilon", "0.1"],
    "saddle": ["saddle", "--network", "squared-relu", "--data", "circle.csv", "--saddle", "saddle.csv", "--init",
               "two.csv", "--epsilon", "0.1"],
    "saddle two layers": ["saddle", "--network", "relu", "--data", "facing.csv", "--saddle", "layer.csv", "--init",
                          "above.csv", "--epsilon", "0.1"],
    "saddle in a cell": ["saddle", "--network", "leaky-relu:0.1", "--data", "squares.csv", "--saddle", "both.csv", "--init",
                         "kinks.csv", "--epsilon", "0.003"],
    "saddle at rest": ["saddle", "--network", "relu", "--data", "facing.csv", "--saddle", "resting.csv", "--init",
                       "beside.csv", "--epsilon", "0.1"],
    "saddle of its own": ["saddle", "--network", "squared-relu", "--data", "bowl.csv", "--saddle", "fitted_half.csv", "--init",
                          "slope.csv", "--epsilon", "0.01"],
    "saddle of one row": ["saddle", "--network", "squared-relu", "--data", "apart.csv", "--saddle", "one_row.csv", "--init",
                          "aslant.csv", "--epsilon", "0.1"],
    "saddle of one row in a cell": ["saddle", "--network", "relu", "--data", "apart.csv", "--saddle", "row_layer.csv", "--init",
                                    "aslant_layer.csv", "--epsilon", "0.1"],
    "saddle rest on a hyperplane": ["saddle", "--network", "leaky-relu:0.2", "--data", "steep.csv", "--saddle", "all_active.csv",
                                    "--init", "to_edge.csv", "--epsilon", "0.01"],
    "saddle over a long time": ["saddle", "--network", "leaky-squared-relu:0.49", "--data", "slow.csv", "--saddle",
                                "of_slow.csv", "--init", "to_slow.csv", "--epsilon", "0.1"],
    "saddle beside a hyperplane left": ["saddle", "--network", "leaky-relu:0.46", "--data", "ten.csv", "--saddle", "of_ten.csv",
                                        "--init", "to_left_of_ten.csv", "--epsilon", "0.1", "--normalize-rows",
                                        "--standardize"],
    "saddle normalized": ["saddle", "--network", "squared-relu", "--data", "apart.csv", "--saddle", "unit_row.csv", "--init",
                          "aslant.csv", "--epsilon", "0.1", "--normalize-rows"],
    "saddle standardized": ["saddle", "--network", "squared-relu", "--data", "five.csv", "--saddle", "of_five.csv", "--init",
                            "to_left.csv", "--epsilon", "0.1", "--standardize"],
    "saddle standardized two layers": ["saddle", "--network", "relu", "--data", "quartet.csv", "--saddle", "of_quartet.csv",
                                       "--init", "layer_to_left.csv", "--epsilon", "0.1", "--standardize"],
    "train two layers": ["train", "--network", "relu", "--data", "four.csv", "--init", "layers.csv", "--delta", "0.5",
                         "--until", "2"],
    "train squared": ["train", "--network", "leaky-squared-relu:0.5:1-1", "--data", "signs.csv", "--loss", "logistic",
                      "--mean", "--init", "three.csv", "--delta", "1e-3", "--until", "3"],
    "train diagonal": ["train", "--network", "diagonal", "--data", "four.csv", "--init", "diagonal.csv", "--until", "1"],
    "kkt kinks": ["kkt", "--network", "relu", "--data", "signs.csv"],
    "kkt kinks of some": ["kkt", "--network", "relu", "--data", "signs.csv", "--normalize-rows"],
    "kkt flat cell": ["kkt", "--network", "relu", "--data", "octant.csv"],
    "kkt flat edges": ["kkt", "--network", "leaky-relu:0.5", "--data", "lines.csv"],
    "kkt flat arc": ["kkt", "--network", "relu", "--data", "half.csv"],
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
                       "left out", "twice", "complete", "arc", "kinks", "dimension"))
    if kind == "mean":
        if len(problem["rows"]) == 1:
            return None  # of one row it is the sum
        problem["mean"] = not problem["mean"]
    elif kind == "label":
        if problem["loss"] == "logistic" or (c["kind"] == "kkt" and not claims["complete"]):
            return None
        row[-1] = str(float(row[-1]) + rng.choice((1e-3, -0.3)))
    elif kind == "network":
        problem["network"]["kind"] = rng.choice([k for k in ("squared_relu", "two_layer", "diagonal")
                                                 if k != problem["network"]["kind"]])
    elif c["kind"] == "alignment":
        return harmful_alignment(rng, c)
    elif c["kind"] == "saddle":
        return harmful_saddle(rng, c)
    elif c["kind"] == "training":
        return harmful_training(rng, c)
    elif c["kind"] == "constants":
        diagonal = problem["network"]["kind"] == "diagonal"
        if kind == "claim":
            name = rng.choice([k for k in claims if isinstance(claims[k], list) and k != "beta"])
            claims[name] = moved(rng, claims[name])
        elif kind == "beta":
            lo, hi = claims["beta"]
            part = 10 ** rng.uniform(-6, -1)
            # The upper end below what is reached, or the lower above all that is.
            claims["beta"] = rng.choice(([lo * (1 - 2 * part), lo * (1 - part)], [hi * (1 + part), hi * (1 + 2 * part)],
                                         [-2 * hi, -hi]))
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
        elif kind == "left out" and claims["complete"]:
            points.remove(point)
        elif kind == "twice" and claims["complete"]:
            points.append(point)
        elif kind == "complete" and not claims["complete"]:
            claims["complete"] = True
        elif kind == "arc" and "arc" in point:
            end = rng.randrange(2)
            point["arc"][end] = moved(rng, point["arc"][end])
        elif kind == "dimension" and "dimension" in point and claims["complete"]:
            point["dimension"] += 1
        elif kind == "kinks" and problem["network"]["kind"] == "two_layer":
            if point["kinks"]:
                point["kinks"] = []
            else:
                point["kinks"] = [rng.randrange(len(problem["rows"]))]
        else:
            return None
    return kind


def harmful_conclusion(rng, c, kind, part):
    """Changes what certificates of alignment, at the origin and at a saddle, have in common."""
    claims, problem = c["claims"], c["problem"]
    neuron = rng.choice(claims["neurons"])
    if kind == "ln_C":
        claims["ln_C"] = moved(rng, claims["ln_C"])
    elif kind == "ln_delta_bar":
        claims["ln_delta_bar"] += part
    elif kind == "eta":
        claims["eta"] = rng.choice((0.001, 20 + part))  # less than epsilon, more than all norms
    elif kind == "box":
        i = rng.randrange(len(neuron["box"]))
        neuron["box"][i] = moved(rng, neuron["box"][i])
    elif kind == "objective":
        neuron["objective"] = moved(rng, neuron["objective"])
    elif kind == "case":
        neuron["case"] = "vanishing"
    elif kind == "rest":
        if "around" in neuron and rng.random() < 0.5:
            neuron["around"][0] = neuron["around"][1]
        elif "rest" in neuron and rng.random() < 0.5:
            neuron["rest"] = [-x for x in neuron["rest"]]
        elif "rest" in neuron:
            del neuron["rest"]  # the gradient is not proved to vanish at one point alone
        elif "saddle_neuron" in neuron and rng.random() < 0.5:
            del neuron["saddle_neuron"]  # N is not proved to be 0, or more
        else:
            neuron["rest"] = [sum(b) / 2 for b in neuron["box"]]
    elif kind == "twice":
        claims["neurons"].append(neuron)
    elif kind == "start":  # no longer that of the tubes
        row = rng.choice(problem["neurons"])
        row[0] = [x + part for x in row[0]]


CONCLUSION = ("ln_C", "ln_delta_bar", "eta", "box", "objective", "case", "rest", "twice", "start")


def harmful_alignment(rng, c):
    pieces = c["proof"]["pieces"]
    tube = rng.choice(pieces)["tube"]
    part = 10 ** rng.uniform(-9, 0)
    kind = rng.choice(CONCLUSION + ("left out", "T_bar", "formula"))
    if kind == "left out":
        pieces.pop()
    elif kind == "T_bar":
        tube["claims"]["t"] *= 1 - part / 2
    elif kind == "formula":
        i = rng.randrange(len(tube["problem"]["formulas"]) - 1)
        tube["problem"]["formulas"][i] += "+1e-9"
    else:
        harmful_conclusion(rng, c, kind, part)
    return "alignment: " + kind


def harmful_saddle(rng, c):
    claims, problem, proof = c["claims"], c["problem"], c["proof"]
    part = 10 ** rng.uniform(-2, 0)
    kind = rng.choice(CONCLUSION + (
        "mu_1", "mu_2", "mu_3", "kappa", "M_1", "M_2", "gamma", "T_bar", "residual_norm", "saddle", "rates", "departures", "push", "slope",
        "active_beta", "residual", "tubes", "rays", "cells", "fitted", "solved", "row", "epsilon", "beta", "end"))
    if kind == "start" and "tubes" not in proof:
        return None  # that may be true as well
    if kind in CONCLUSION:
        harmful_conclusion(rng, c, kind, part)
    elif kind in ("mu_1", "mu_2", "mu_3", "kappa", "M_1", "M_2"):
        claims[kind] *= 1 - part / 2
    elif kind == "gamma":
        claims[kind] = rng.choice((0, -1, 1 + part))
    elif kind == "residual_norm":
        claims[kind] = moved(rng, claims[kind])
    elif kind == "T_bar":
        claims[kind] *= rng.choice((1 - part / 2, 1 + part))
    elif kind == "saddle":
        entry = rng.choice([w for w in claims["saddle"] if w[0][1] > w[0][0]] or [[[0, 0]]])
        if len(entry) == 1:
            return None
        entry[0] = moved(rng, entry[0])
    elif kind in ("push", "slope", "active_beta") and kind in proof:
        proof[kind] *= 1 - part / 2
    elif kind == "rates" and kind in proof:
        rates = rng.choice(proof[kind])
        j = rng.randrange(len(rates))
        rates[j] -= part * (abs(rates[j]) + 1e-3)
    elif kind == "departures" and kind in proof:
        proof[kind][0] *= rng.choice((0, -1, 1e-9))
    elif kind == "residual" and "residual" in proof:
        i = rng.randrange(len(proof["residual"]))
        proof["residual"][i] = str(float(proof["residual"][i]) + part)
    elif kind == "tubes" and "tubes" in proof:
        proof["tubes"].pop()
    elif kind == "end" and "tubes" in proof:
        tube = rng.choice(proof["tubes"])
        tube["claims"]["box"][0] = moved(rng, tube["claims"]["box"][0])
    elif kind in ("rays", "cells") and kind in proof:
        ray = rng.choice(proof[kind])
        change = rng.choice(("weights", "neurons", "box"))
        if change == "neurons":
            ray["neurons"][0] = ray["neurons"][-1]
        elif change == "box":
            ray["box"] = [moved(rng, b) for b in ray["box"]]
        elif kind == "rays" and len(ray["shares"]) == 1:
            return None  # all of it, however it is written
        elif kind == "rays":
            ray["shares"][0] *= 1 + part
        else:
            ray["weights"][0][0] *= 1 + part
    elif kind == "fitted" and kind in proof:
        others = [i for i in range(len(problem["rows"])) if i not in proof[kind]]
        proof[kind] = rng.choice((proof[kind][1:], proof[kind] + others[:1]))
    elif kind == "solved" and kind in proof:
        proof[kind].pop()
    elif kind == "row":
        problem["rows"].remove(rng.choice(problem["rows"]))
    elif kind == "epsilon":
        problem["epsilon"] = rng.choice(([1e-9, 1e-9], [-0.1, -0.1], [0.1, 2]))
    elif kind == "beta":
        c["constants"]["claims"]["beta"] = [x * (1 - part / 2) for x in c["constants"]["claims"]["beta"]]
    else:
        return None
    return "saddle: " + kind


def harmful_training(rng, c):
    claims, problem, tube = c["claims"], c["problem"], c["proof"]["tube"]
    part = 10 ** rng.uniform(-9, 0)
    kind = rng.choice(("t", "loss", "norm", "weights", "directions", "left out", "twice", "kind", "surface", "window",
                       "delta", "start", "formula", "end", "row", "p", "scale", "uniqueness"))
    events = claims["events"]
    if kind == "t":
        claims["t"] *= 1 + part
    elif kind in ("loss", "norm"):
        claims[kind] = moved(rng, claims[kind])
    elif kind in ("weights", "directions"):
        box = rng.choice(claims[kind])
        i = rng.randrange(len(box))
        box[i] = moved(rng, box[i])
    elif kind == "left out" and events:
        events.remove(rng.choice(events))
    elif kind == "twice" and events:
        events.append(rng.choice(events))
    elif kind == "kind" and events:
        rng.choice(events)["kind"] = "grazing"
    elif kind == "surface" and events:
        event = rng.choice(events)
        event["surfaces"] = [s for s in tube["problem"]["surfaces"] if s not in event["surfaces"]][:1]
    elif kind == "window" and events:
        event = rng.choice(events)
        event["window"] = moved(rng, event["window"])
    elif kind == "delta":
        problem["delta"] = str(float(problem["delta"]) * (1 + part))
    elif kind == "start":
        row = rng.choice(problem["neurons"])
        i = rng.randrange(len(row))
        row[i] = [x + part for x in row[i]]
    elif kind == "formula":
        tube["problem"]["formulas"][rng.randrange(len(tube["problem"]["formulas"]))] += "+1e-9"
    elif kind == "end":
        i = rng.randrange(len(tube["claims"]["box"]) - 1)
        tube["claims"]["box"][i] = moved(rng, tube["claims"]["box"][i])
    elif kind == "row":
        problem["rows"].remove(rng.choice(problem["rows"]))
    elif kind == "scale":
        c["proof"]["scale"] = str(float(c["proof"]["scale"]) * (1 + part))
    elif kind == "p":
        tube["problem"]["box"][-1] = [x * (1 + part) for x in tube["problem"]["box"][-1]]
    elif kind == "uniqueness":
        tube["claims"]["uniqueness"] = "refuted"
    else:
        return None
    return "training: " + kind


def check(name):
    return subprocess.run([PROGRAM, "check", name], capture_output=True, text=True)


def main():
    rng = random.Random(20260302)
    accepted, counts, codes = [], {}, {}
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        texts = {"eleven": "0.1,-1.019,-0.402\n0.099,0.907,-0.571\n-1.785,0.46,0.638\n0.963,0.517,-0.313\n0.682,-1.853,0.106\n-0.439,-0.053,-0.068\n"
                           "0.06,0.394,-0.445\n0.684,0.512,-1.165\n0.465,-0.526,2.15\n-0.405,0.189,-0.195\n-0.837,0.09,-1.723\n", "wide": "0.59,-0.808\n",
                 "tiny": "1e-66,3e-66,1\n2e-66,-1e-66,-1\n", "start": "-.8,.168,.576\n", "sliding": ".28,-.2688,-.9216\n",
                 "two": "0.3,1\n-1,0.4\n", "pair": "1,.25,1\n-.5,1,2\n",
                 "axes": "1,0,4\n0,1,1\n", "fitted": "2,0\n0,0\n", "up": "0.1,1\n",
                 "saddle": "1,0\n2,0\n0,0\n0,0\n", "layers": "-.8,.168,.576\n.28,-.2688,-.9216\n",
                 "three": "0.3,1,-.5\n-1,0.4,.2\n", "diagonal": "0.5,-1,0.3,0.7\n", "growing": "1,.3,.2,.1\n",
                 "octant": "1,0,0,1\n0,1,0,-1\n0,0,1,2\n", "lines": "1,0,0,1\n-1,0,0,1\n0,1,1,1\n0,-1,-1,1\n",
                 "facing": "1,.25,1\n1,-.25,1\n-1,.5,.7\n-.8,-.6,.4\n", "layer": "1,1,0\n0,0,0\n", "above": "0.5,-.25,.5\n",
                 "squares": "1,.25,1.1\n1,-.25,1\n.8,.3,.7\n-1,.5,.7\n-.8,-.6,.4\n-.5,1,-.8\n",
                 "both": "1,.4014876,-.1205941\n1,.6022315,-.1808912\n0,0,0\n0,0,0\n", "kinks": "-.4,.2,.3\n.4,-.5,-.2\n",
                 "held": "1,.25,-1\n1,-.25,-1\n-1.0,-1,2\n", "held_back": "1,.8\n",
                 "resting": "1,1,0\n0,0,0\n0,0,0\n", "beside": ".5,1,.1\n.5,-.25,.5\n",
                 "bowl": "1,1,.5\n1,-1,.5\n1,0,2\n", "fitted_half": "1.000001,0.000001\n0,0\n", "slope": "1,.5\n",
                 "apart": "1,.5,1\n-1,.2,.7\n.3,-2,1.5\n", "one_row": ".8,.4000001\n0,0\n", "aslant": "-1,1\n",
                 "row_layer": "1,.8,.4000001\n0,0,0\n", "aslant_layer": ".5,-1,1\n",
                 "flat": "-0.95,0.743,-1.215,0.131,1.588\n-0.609,0.669,-0.006,0.355,1.01\n0.191,-0.358,-0.651,0.473,-0.405\n-0.958,1.171,0.114,0.261,-1.302\n"
                         "-0.533,0.482,0.522,0.419,0.262\n-0.625,2.191,0.006,-0.79,-1.499\n", "beside_flat": "-0.181,0.158,0.41,0.056,0.878\n",
                 "wedge": "1,1,1\n1,-1,1\n1,0,-1\n", "to_wedge": "-2,1,-1.2\n",
                 "steep": "1,.2,1\n.8,-.3,.5\n1,.6,1.2\n", "all_active": "1,.86,.5885714\n0,0,0\n0,0,0\n",
                 "to_edge": "1,.2,-.6\n-.5,.5,1.5\n",
                 "ten": "0.58,-0.57,-0.329,-1.578\n-0.296,-0.904,0.023,-1.031\n-0.46,-0.164,-0.246,1.667\n0.315,0.49,0.458,1.647\n-1.63,-0.738,-0.36,-0.41\n"
                        "-0.952,0.328,-0.384,-2.649\n-0.622,-0.085,-0.553,-1.629\n1.14,0.809,0.059,2.247\n",
                 "of_ten": "1.1005134,.3529543,.9510322,1.6192392\n0,0,0,0\n0,0,0,0\n", "to_left_of_ten": "1.271,1.077,-0.776,-1.526\n-1.158,0.939,0.994,-0.298\n",
                 "slow": "-0.003,-1.456,1.352\n-0.445,0.546,0.67\n0.277,1.244,-0.848\n-0.577,1.132,-0.253\n",
                 "of_slow": "0.467790282,-0.641968661\n0.253019443,-0.34722943\n0,0\n", "to_slow": "-0.42,0.099\n",
                 "unit_row": ".8944272,.4472136\n0,0\n",
                 "five": ".132,-1.02,-1.1\n-.538,-1.136,1.368\n-.286,1.496,-1.534\n.163,-.718,.348\n-.457,-.696,.819\n",
                 "of_five": "-.929997105,-.14047967\n0,0\n0,0\n", "to_left": "-.85,-.157\n-.315,-.06\n",
                 "quartet": ".974,.634,-1.959\n-1.819,.389,1.064\n.146,.262,-.782\n-.226,-1.176,-.041\n",
                 "of_quartet": ".512018954,-.815950806,-.002445738\n.999986871,-.250734958,.035712964\n0,0,0\n",
                 "layer_to_left": "1.624,-.267,.544\n",
                 "kinks_of_two": "1,0,0,-1\n0,1,0,-1\n.3,.4,1,1\n", "beside_two": "1,.1,.2,.5\n",
                 "six": "-.732,.93,.642\n0,.948,.648\n.349,.472,1.638\n.744,-.063,1.257\n-.686,1.374,-1.366\n"
                        ".794,-1.114,.474\n", "fourth": ".855,-.519\n",
                 "three_rows": "-0.351,-1.004,0.291,-1.564,-0.849\n-0.962,-2.344,-0.031,0.18,0.073\n-1.293,0.71,-0.412,-0.673,-1.097\n",
                 "in_four": "0.669,-0.561,-0.487,-0.026\n",
                 "eights": "8,1,1\n8,2,1\n8,-1,1\n", "against": "-1,.9,.1\n",
                 "all_sides": "1,.2,1\n-1,.1,1\n.1,1,.5\n.2,-1,.5\n.5,.5,-.25\n", "towards_zero": "-1,.5,.3\n",
                 "aside": "-.416146836547142387,.909297426825681695\n", "half": ".1,0,-1\n", "parallel": "0.5,1,.5\n0.5,1,-2\n1,.25,1\n-1,1.5,.5\n1,.25,-2\n"}
        for name, text in {**texts, "four": FOUR, "signs": SIGNS, "equal": EQUAL, "arc": ARC, "circle": CIRCLE,
                           "fifty": FIFTY, "eight": EIGHT}.items():
            with open(name + ".csv", "w") as file:
                file.write(text)
        certificates = {}
        for name, arguments in PROBLEMS.items():
            subprocess.run([PROGRAM, *arguments, "--certificate", name], check=True, stdout=subprocess.DEVNULL)
            result = check(name)
            assert result.returncode == 0 and result.stdout.startswith("accepted"), (name, result)
            with open(name) as file:
                certificates[name] = file.read()
        for name, complete in {"kkt squared": True, "kkt arc": True, "kkt two layers": True, "kkt search": False,
                               "kkt diagonal": True, "kkt diagonal sets": True, "kkt kinks": True, "kkt kinks of some": False,
                               "kkt flat cell": True, "kkt flat edges": True, "kkt flat arc": True}.items():
            assert json.loads(certificates[name])["claims"]["complete"] == complete, name
        assert any("arc" in point for point in json.loads(certificates["kkt arc"])["claims"]["points"])
        assert any(point["kinks"] for point in json.loads(certificates["kkt kinks"])["claims"]["points"])
        for name in sorted(certificates):  # other rows
            if json.loads(certificates[name])["kind"] in ("alignment", "saddle", "training"):
                for option in ("normalize_rows", "standardize"):
                    certificate = json.loads(certificates[name])
                    certificate["problem"][option] ^= True
                    with open("changed", "w") as file:
                        json.dump(certificate, file)
                    result = check("changed")
                    assert result.returncode == 1, (name, result)
        certificate = json.loads(certificates["kkt kinks"])
        point = next(p for p in certificate["claims"]["points"] if p["kinks"])
        point["kinks"] += point["kinks"][:1]  # its share would be half of what it is
        with open("changed", "w") as file:
            json.dump(certificate, file)
        assert check("changed").returncode == 1
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
