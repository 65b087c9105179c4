"""Certifies the reference problems (tests/problems has their solutions) and expects the checker to accept:
reference_certificates_test.py PROGRAM [stiff]

Points, boxes of radius 1e-3 around them, refutations, the proved part of tubes that stop, and smooth motions. `stiff` adds the stiff
relay, which takes a minute. Prints what checking costs beside producing, in CPU time of the programs.
"""

import os
import resource
import subprocess
import sys
import tempfile
import tomllib

PROGRAM = os.path.abspath(sys.argv[1])
SYSTEMS = {
    "coulomb_stop": """variables = ["x1", "x2"]
rhs = [
  "x2",
  "-x1 - 0.4*sign(x2)"
]
initial = [3.0, 0.0]
until = 15.0
""",
    "stick_slip_forced": """variables = ["x1", "x2"]
rhs = [
  "x2",
  "-x1 - 0.1*x2 + cos(0.5*t) - 0.6*sign(x2)"
]
initial = [1.5, 0.0]
until = 40.0
""",
    "relay_feedback": """variables = ["x1", "x2", "x3"]
rhs = [
  "-3.5*x1 + x2 - sign(x1)",
  "-627.5*x1 + x3 + 2*sign(x1)",
  "-625*x1 - sign(x1)"
]
initial = [0.0, -0.001, -0.02]
until = 8.0
""",
    "brake_pad_disode": """variables = ["x1", "x2"]
rhs = [
  "x2",
  "-x1 - 0.4*x2 + cos(0.7*t) - 0.4*sign(x2 - cos(t) - 0.7)"
]
initial = [3.0, 0.0]
until = 30.0
""",
    "tangential_exit": """variables = ["x1", "x2"]
rhs = [
  "1.5 - 0.5*sign(x2)",
  "0.5*(1+sign(x2))*(x1-1) + 0.5*(1-sign(x2))"
]
initial = [-0.5, 0.4]
until = 3.0
""",
    "double_root_dose": """variables = ["x1", "x2", "x3"]
rhs = [
  "x2",
  "-x1",
  "500*(1+sign(x1 - 1))"
]
initial = [0.0, 1.000001, 0.0]
until = 20.0
""",
    "flow_l1_weighted": """variables = ["x1", "x2"]
rhs = [
  "-sign(x1)",
  "-2*sign(x2)"
]
initial = [1.0, -1.5]
until = 2.0
""",
    "flow_tv8": """variables = ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"]
rhs = [
  "- sign(x1 - x2)",
  "sign(x1 - x2) - sign(x2 - x3)",
  "sign(x2 - x3) - sign(x3 - x4)",
  "sign(x3 - x4) - sign(x4 - x5)",
  "sign(x4 - x5) - sign(x5 - x6)",
  "sign(x5 - x6) - sign(x6 - x7)",
  "sign(x6 - x7) - sign(x7 - x8)",
  "sign(x7 - x8)"
]
initial = [0.0, 3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0]
until = 3.5
""",
    "ascent_u1absu2_stick": """variables = ["x1", "x2"]
rhs = [
  "abs(x2)",
  "x1*sign(x2)"
]
initial = [-1.0, 0.5]
until = 2.0
""",
    "descent_prod_stick": """variables = ["x1", "x2"]
rhs = [
  "-2*(x1*abs(x2)-1)*abs(x2)",
  "-2*(x1*abs(x2)-1)*x1*sign(x2)"
]
initial = [-1.5, 0.5]
until = 1.0
""",
    "circle_crossing_nosnoc": """variables = ["x1", "x2"]
rhs = [
  "x1 - 2*pi*x2*sign(x1*x1 + x2*x2 - 1)",
  "x2 + 2*pi*x1*sign(x1*x1 + x2*x2 - 1)"
]
initial = [0.36787944117144233, 0.0]
until = 1.5707963267948966
""",
    "relays_12": """variables = ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13"]
rhs = [
  "0.65*sign(x1)*(-1) + 0.5*cos(t)",
  "0.7*sign(x2)*(-1) + 0.5*cos(t)",
  "0.75*sign(x3)*(-1) + 0.5*cos(t)",
  "0.8*sign(x4)*(-1) + 0.5*cos(t)",
  "0.85*sign(x5)*(-1) + 0.5*cos(t)",
  "0.9*sign(x6)*(-1) + 0.5*cos(t)",
  "0.95*sign(x7)*(-1) + 0.5*cos(t)",
  "1.0*sign(x8)*(-1) + 0.5*cos(t)",
  "1.05*sign(x9)*(-1) + 0.5*cos(t)",
  "1.1*sign(x10)*(-1) + 0.5*cos(t)",
  "1.15*sign(x11)*(-1) + 0.5*cos(t)",
  "1.2*sign(x12)*(-1) + 0.5*cos(t)",
  "1/12*sign(x1) + 2/12*sign(x2) + 3/12*sign(x3) + 4/12*sign(x4) + 5/12*sign(x5) + 6/12*sign(x6) + 7/12*sign(x7) + 8/12*sign(x8) + 9/12*sign(x9) + 10/12*sign(x10) + 11/12*sign(x11) + 12/12*sign(x12)"
]
initial = [-0.3, 0.4, -0.5, 0.6, -0.7, 0.8, -0.9, 1.0, -1.1, 1.2, -1.3, 1.4, 0.0]
until = 8.0
""",
    "pendulum_dry_friction": """variables = ["x1", "x2"]
rhs = [
  "x2",
  "-sin(x1) - 0.3*sign(x2)"
]
initial = [2.5, 0.0]
until = 25.0
""",
    "gene_negative_feedback": """variables = ["x1", "x2"]
rhs = [
  "0.5 - 0.5*sign(x2 - 0.55) - x1",
  "0.5 + 0.5*sign(x1 - 0.4) - x2"
]
initial = [0.9, 0.1]
until = 5.0
""",
    "stiff_relay": """variables = ["x1", "x2"]
rhs = [
  "x2 - 2*sign(x1)",
  "-10000*(x2 - 3*sin(t) - 0.5*sign(x1))"
]
initial = [0.3, 0.0]
until = 10.0
""",
    "repelling_start": """variables = ["x1", "x2"]
rhs = [
  "sign(x1)",
  "1"
]
initial = [0.0, 0.0]
until = 1.0
""",
    "ascent_u1absu2_branch": """variables = ["x1", "x2"]
rhs = [
  "abs(x2)",
  "x1*sign(x2)"
]
initial = [1.0, 0.0]
until = 1.0
""",
    "attract_to_repel": """variables = ["x1", "x2"]
rhs = [
  "x2*sign(x1)",
  "1"
]
initial = [0.25, -1.0]
until = 2.0
""",
    "grazing_exact": """variables = ["x1", "x2", "x3"]
rhs = [
  "x2",
  "-x1",
  "500*(1+sign(x1 - 1))"
]
initial = [0.0, 1.0, 0.0]
until = 20.0
""",
    "codim2_spiral_zeno": """variables = ["x1", "x2", "x3"]
rhs = [
  "-sign(x1) + 2*sign(x2)",
  "-2*sign(x1) - sign(x2)",
  "1 + sign(x1)"
]
initial = [0.4, 1.1, 0.0]
until = 2.0
""",
}
SMOOTH = {  # right-hand sides, initial box, final time and bounds of a disturbance
    "hyperbolic": (["x2", "x1"], "1,0.5", 5, ""),
    "van_der_pol": (["x2", "(1 - x1*x1)*x2 - x1"], "2,0", 10, ""),
    "lorenz": (["10*(x2 - x1)", "x1*(28 - x3) - x2", "x1*x2 - 8*x3/3"], "1,1,1", 5, ""),
    "lorenz, box": (["10*(x2 - x1)", "x1*(28 - x3) - x2", "x1*x2 - 8*x3/3"], ",".join(3 * ["[0.999999,1.000001]"]), 5, ""),
    "gradient_cell": (["2.68*x1 + 0.72*x2", "0.72*x1 + 0.82*x2"], "1,0.5", 2, ""),
    "rotation, disturbed": (["x2", "-x1"], "1,0", 5, "1e-4,1e-4"),
    "pendulum, disturbed": (["x2", "-sin(x1)"], "1,0", 5, "1e-4,1e-4"),
    "section": (["x2", "(1 - x1*x1)*x2 - x1", "step(x1)"], "2,0,0", 3, ""),
}
BOXES = ("coulomb_stop", "stick_slip_forced", "brake_pad_disode", "tangential_exit", "flow_l1_weighted",
         "ascent_u1absu2_stick", "descent_prod_stick", "circle_crossing_nosnoc", "relays_12", "pendulum_dry_friction")
REFUTED = ("repelling_start", "ascent_u1absu2_branch", "attract_to_repel")
PARTIAL = ("grazing_exact", "codim2_spiral_zeno")  # contact without crossing, infinitely many events


def run(*arguments):
    """The CPU time and the output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def accepted(name, arguments, verdict):
    producing, tube = run("enclose", *arguments, "--certificate", "certificate.json")
    checking, check = run("check", "certificate.json")
    ratio = checking / producing
    print(f"{name:32s} enclosed in {producing:.3f} s, checked in {checking:.3f} s: {ratio:.2f}")
    good = tube.returncode == 0 and f"uniqueness {verdict}" in tube.stdout and check.returncode == 0
    if not good:
        print(tube.stdout, tube.stderr, check.stdout, check.stderr)
    return good


def main():
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        results = []
        for name, text in SYSTEMS.items():
            with open(name + ".toml", "w") as file:
                file.write(text)
            if name == "stiff_relay" and "stiff" not in sys.argv:
                continue
            verdict = "refuted" if name in REFUTED else "undecided" if name in PARTIAL else "certified"
            results.append(accepted(name, ["--system", name + ".toml"], verdict))
            if name in BOXES:
                box = ",".join(f"[{x - 1e-3!r},{x + 1e-3!r}]" for x in tomllib.loads(text)["initial"])
                results.append(accepted(name + ", box", ["--system", name + ".toml", "--from", box], "certified"))
        for name, (formulas, start, until, disturbance) in SMOOTH.items():
            with open("smooth.toml", "w") as file:
                variables = [f"x{i + 1}" for i in range(len(formulas))]
                file.write(f"variables = {variables}\nrhs = {formulas}\n")
            options = ["--disturbance", disturbance] if disturbance else []
            results.append(accepted(name, ["--system", "smooth.toml", "--from", start, "--until", str(until), *options],
                                    "certified"))
        results.append(accepted("flow_max3", ["--descend", "max(2*x1, x2, -x1-x2)", "--from", "1,0.5", "--until", "1.5"],
                                "certified"))
    print(f"{sum(results)} of {len(results)} accepted")
    return 0 if all(results) else 1


sys.exit(main())
