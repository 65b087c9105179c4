"""Runs the command line program as a user would: program_test.py PROGRAM [unittest arguments]"""

import csv
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
ASCENT = ["--ascend", "u1*abs(u2)"]
FLOW = ["flow", *ASCENT, "--from", "1,0.5", "--until", "2"]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="filippov-test-"))
        self.addCleanup(shutil.rmtree, self.directory)

    def run_program(self, *arguments, **options):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120,
                              cwd=self.directory, **options)

    def good(self, *arguments):
        """Standard output of a run that must succeed quietly."""
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def result(self, *arguments):
        """The JSON of a run, standard output carrying nothing else."""
        return json.loads(self.good(*arguments, "--json", "-"))

    def refused(self, *arguments, saying):
        """Bad input: exit code 2, one line that says `saying` (a pattern), nothing left behind."""
        before = sorted(self.directory.iterdir())
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, 2, (arguments, result))
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"\Afilippov: [^\n]+\n\Z")
        self.assertRegex(result.stderr, saying)
        self.assertEqual(sorted(self.directory.iterdir()), before)

    def file(self, name, text):
        (self.directory / name).write_text(text)
        return name


class Flow(ProgramTest):
    def test_smooth_ascent_has_the_exact_end(self):
        # u1' = u2, u2' = u1 while u2 > 0.
        result = self.result(*FLOW)
        self.assertEqual(result["status"], "finished")
        self.assertEqual(result["final"]["t"], 2)
        expected = [math.cosh(2) + 0.5 * math.sinh(2), math.sinh(2) + 0.5 * math.cosh(2)]
        for value, exact in zip(result["final"]["x"], expected):
            self.assertAlmostEqual(value, exact, delta=1e-6)
        self.assertEqual(result["events"], [])
        self.assertEqual(result["start"]["active"], [])
        self.assertEqual(result["ambiguous"], [])
        self.assertEqual(result["branches"], [])
        self.assertEqual(
            list(result["statistics"]),
            ["rhs_evaluations", "jacobian_evaluations", "steps", "rejected_steps", "events"])

    def test_sliding_entry(self):
        # u1' = 1 - u1, u2' = -sign(u2): u2 reaches 0 at t = 1/2 and stays.
        result = self.result("flow", "--descend", "(u1 - 1)^2/2 + abs(u2)", "--from", "0,0.5",
                             "--until", "2")
        self.assertEqual(result["status"], "finished")
        (event,) = result["events"]
        self.assertEqual(event["kind"], "sliding-entry")
        self.assertAlmostEqual(event["t"], 0.5, delta=1e-9)
        self.assertEqual(event["surfaces"], ["u2"])
        self.assertEqual(event["sliding"], ["u2"])
        self.assertEqual(event["signature"], [0])
        self.assertAlmostEqual(result["final"]["x"][0], 1 - math.exp(-2), delta=1e-7)
        self.assertEqual(result["final"]["x"][1], 0)

    def test_branching_at_the_start_is_an_event(self):
        result = self.result("flow", *ASCENT, "--from", "1,0", "--until", "2")
        self.assertEqual(result["status"], "branching")
        self.assertEqual(result["start"]["active"], ["u2"])
        self.assertEqual(result["start"]["verdict"], "branching")
        self.assertEqual([(e["t"], e["kind"]) for e in result["events"]], [(0, "branching")])
        self.assertEqual(result["branches"], [])

    def test_all_branches(self):
        arguments = ["flow", *ASCENT, "--from", "1,0", "--until", "1", "--branches", "all"]
        result = self.result(*arguments)
        ends = sorted(branch["final"]["x"][1] for branch in result["branches"])
        self.assertEqual(len(ends), 3)
        for end, exact in zip(ends, [-math.sinh(1), 0, math.sinh(1)]):
            self.assertAlmostEqual(end, exact, delta=1e-7)
        self.assertIn("branch 3", self.good(*arguments))

    def test_summary_explains_branching(self):
        text = self.good("flow", *ASCENT, "--from", "1,0", "--until", "2")
        self.assertIn("branching: several solutions continue", text)
        self.assertIn("leave into u2 > 0 with velocity (0, 1)", text)
        self.assertIn("--branches all", text)

    def test_values_may_begin_with_a_minus_sign(self):
        for start in (["--from", "-1,0.5"], ["--from=-1,0.5"], ["--from", "-1, .5"]):
            result = self.result("flow", *ASCENT, *start, "--until", "0.1")
            self.assertEqual(result["status"], "finished")
        for formula in (["--ascend", "-u1^2"], ["--ascend=-u1^2"]):
            result = self.result("flow", *formula, "--from", "-1", "--start", "-1", "--until", "-0.5")
            self.assertAlmostEqual(result["final"]["x"][0], -math.exp(-1), delta=1e-7)

    def test_order_of_the_variables(self):
        formula = "u10 + 2*u2"
        natural = self.result("flow", "--ascend", formula, "--from", "0,0", "--until", "1")
        self.assertEqual([round(x, 6) for x in natural["final"]["x"]], [2, 1])
        given = self.result("flow", "--ascend", formula, "--from", "0,0", "--until", "1",
                            "--variables", "u10,u2")
        self.assertEqual([round(x, 6) for x in given["final"]["x"]], [1, 2])

    def test_parameters(self):
        result = self.result("flow", "--ascend", "a*u + b*u", "--parameter", "a=1/2", "--parameter",
                             "b=-0.5", "--from", "3", "--until", "1")
        self.assertEqual(result["final"]["x"], [3])

    def test_backward(self):
        arguments = ["flow", "--ascend", "u1^2/2", "--from", "1", "--until", "-1"]
        result = self.result(*arguments, "--backward")
        self.assertAlmostEqual(result["final"]["x"][0], math.exp(-1), delta=1e-7)
        self.refused(*arguments, saying="final time -1.*--backward")
        self.refused(*FLOW, "--backward", saying="final time 2 is not before")

    def test_csv_reads_back(self):
        self.good("flow", "--descend", "abs(v)", "--from", "0.5", "--until", "2", "--csv", "out.csv")
        with open(self.directory / "out.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["t", "v"])
        times = [float(row["t"]) for row in rows]
        self.assertEqual(times, sorted(set(times)))
        self.assertEqual((times[0], times[-1]), (0, 2))
        event = min(times, key=lambda t: abs(t - 0.5))
        self.assertAlmostEqual(event, 0.5, delta=1e-12)

    def test_json_file_and_summary(self):
        text = self.good(*FLOW, "--json", "out.json")
        self.assertIn("finished", text)
        on_stdout = self.result(*FLOW)
        self.assertEqual(json.loads((self.directory / "out.json").read_text()), on_stdout)

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_plot(self):
        self.good("flow", *ASCENT, "--from", "1,0", "--until", "1", "--branches", "all", "--plot",
                  "out.svg")
        self.assertIn("</svg>", (self.directory / "out.svg").read_text())
        self.assertEqual([f.name for f in self.directory.iterdir()], ["out.svg"])

    def test_every_stepper_named_in_the_help(self):
        text = self.good("flow", "--help")
        names = re.search(r"--stepper NAME\s+([^(]*)\(", text)[1]
        for name in re.findall(r"\w+", names.replace(" or ", " ")):
            result = self.result(*FLOW, "--stepper", name)
            self.assertAlmostEqual(result["final"]["x"][0], math.cosh(2) + math.sinh(2) / 2,
                                   delta=1e-5)


class Classify(ProgramTest):
    def test_branching(self):
        result = self.result("classify", *ASCENT, "--at", "1,0")
        self.assertEqual(result["verdict"], "branching")
        self.assertEqual(result["active"], ["u2"])
        self.assertEqual(sorted(result["vertices"]), [[0, -1], [0, 1]])
        self.assertEqual(result["minimum_norm"], [0, 0])
        found = sorted((c["kind"], c["signature"]) for c in result["continuations"])
        self.assertEqual(found, [("leave", [-1]), ("leave", [1]), ("rest", [0])])

    def test_unique(self):
        result = self.result("classify", *ASCENT, "--at", "-1,0")
        self.assertEqual(result["verdict"], "unique")
        (only,) = result["continuations"]
        self.assertIn(only["kind"], ("slide", "rest"))
        self.assertIn("a solution can", self.good("classify", *ASCENT, "--at=-1,0"))

    def test_smooth_point(self):
        result = self.result("classify", *ASCENT, "--at", "1,2")
        self.assertEqual((result["verdict"], result["active"]), ("unique", []))
        self.assertEqual(result["vertices"], [[2, 1]])


class Help(ProgramTest):
    def test_help_shows_an_example_that_works(self):
        self.assertIn("flow", self.good("--help"))
        for command in ("flow", "classify"):
            example = self.good(command, "--help").split("Example")[1].splitlines()[1].strip()
            self.assertTrue(example.startswith(f"filippov {command} "))
            if "--plot" in example and not shutil.which("gnuplot"):
                continue
            shell = example.replace("filippov", f"'{PROGRAM}'", 1)
            subprocess.run(shell, shell=True, check=True, cwd=self.directory,
                           stdout=subprocess.DEVNULL)

    def test_version(self):
        self.assertRegex(self.good("--version"), r"\Afilippov \d+\.\d+\.\d+\n\Z")


BELT = """variables = ["x", "v"]
rhs       = ["v", "-x - mu*sign(v - 0.2)"]
initial   = [1.0, 0.1]
until     = 2
[parameters]
mu = 0.4
"""


class Enclose(ProgramTest):
    def test_point_start(self):
        # The hyperbolic motion from (-1, 1/2) meets u2 = 0 at artanh(1/2), u1 = -sqrt(3)/2.
        result = self.result("enclose", *ASCENT, "--from", "-1,0.5", "--until", "2")
        self.assertEqual(result["status"], "finished")
        self.assertEqual(result["uniqueness"], {"verdict": "certified", "reason": ""})
        (event,) = result["events"]
        self.assertEqual((event["kind"], event["surfaces"]), ("sliding-entry", ["u2"]))
        low, high = event["window"]
        self.assertTrue(low <= math.atanh(0.5) <= high and high - low < 1e-12)
        self.assertEqual(result["final"]["t"], 2)
        (low, high), u2 = result["final"]["box"]
        self.assertTrue(low <= -math.sqrt(3) / 2 <= high and high - low < 1e-12)
        self.assertEqual(u2, [0, 0])

    def test_intervals_contain_the_solutions_from_their_points(self):
        result = self.result("enclose", *ASCENT, "--from", "[-1.1,-1],[0.4,0.5]", "--until", "0.3",
                             "--tube")
        for z1, z2 in [(-1.1, 0.4), (-1, 0.5), (-1.05, 0.45), (-1.1, 0.5)]:
            end = [z1 * math.cosh(0.3) + z2 * math.sinh(0.3),
                   z2 * math.cosh(0.3) + z1 * math.sinh(0.3)]
            for value, (low, high) in zip(end, result["final"]["box"]):
                self.assertTrue(low - 1e-15 <= value <= high + 1e-15)
        times = [segment["t"] for segment in result["tube"]]
        self.assertEqual((times[0][0], times[-1][1]), (0, 0.3))
        for (_, end), (start, _) in zip(times, times[1:]):
            self.assertEqual(end, start)

    def test_branching_is_refuted(self):
        result = self.result("enclose", *ASCENT, "--from", "[0.5,2],0", "--until", "1")
        self.assertEqual(result["uniqueness"]["verdict"], "refuted")
        self.assertIn("branching", result["status"])
        self.assertEqual(result["final"]["t"], 0)

    def test_parameter_as_interval(self):
        self.file("belt.toml", BELT)
        result = self.result("enclose", "--system", "belt.toml", "--parameter", "mu=[0.3,0.5]",
                             "--until", "0.05")
        self.assertEqual(len(result["final"]["box"]), 2)
        for mu in ("0.3", "0.4", "0.5"):
            point = self.result("flow", "--system", "belt.toml", "--parameter", "mu=" + mu,
                                "--until", "0.05", "--rtol", "1e-12", "--atol", "1e-14")
            for value, (low, high) in zip(point["final"]["x"], result["final"]["box"]):
                self.assertTrue(low - 1e-10 <= value <= high + 1e-10)

    def test_backward(self):
        forward = self.result("enclose", *ASCENT, "--from", "1,0.5", "--until", "1")
        box = ",".join(f"[{low!r},{high!r}]" for low, high in forward["final"]["box"])
        back = self.result("enclose", *ASCENT, "--from", box, "--start", "1", "--until", "0",
                           "--backward")
        for exact, (low, high) in zip([1, 0.5], back["final"]["box"]):
            self.assertTrue(low <= exact <= high and high - low < 1e-12)

    def test_summary_and_plot(self):
        text = self.good("enclose", *ASCENT, "--from", "-1,0.5", "--until", "2")
        self.assertIn("uniqueness certified", text)
        self.assertIn("sliding-entry", text)
        if shutil.which("gnuplot"):
            self.good("enclose", *ASCENT, "--from", "-1,0.5", "--until", "2", "--plot", "tube.svg")
            self.assertIn("</svg>", (self.directory / "tube.svg").read_text())

    def test_bad_input(self):
        def bad(*arguments, saying):
            self.refused("enclose", *ASCENT, *arguments, saying=saying)
        bad("--until", "1", saying="--from is missing")
        bad("--from", "1,0.5", saying="--until is missing")
        bad("--from", "1", "--until", "1", saying="--from has 1 values: expected 2, for u1,u2")
        bad("--from", "1,[2,1]", "--until", "1", saying="entry 2 of --from is .*expected a number")
        bad("--from", "1,nan", "--until", "1", saying="entry 2 of --from is 'nan'")
        bad("--from", "1,[0,inf]", "--until", "1", saying="entry 2 of --from")
        bad("--from", "1,0.5", "--until", "0", saying="final time 0 is not after")
        bad("--from", "1,0.5", "--until", "1", "--order", "1", saying="--order is 1")
        bad("--from", "1,0.5", "--until", "1", "--json", "no/such/file", saying="no/such/file")


class Align(ProgramTest):
    NETWORK = ["align", "--network", "relu", "--data", "rows.csv", "--epsilon"]

    def setUp(self):
        super().setUp()
        self.file("rows.csv", "1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n")
        self.file("init.csv", "v,u1,u2\n-.8,.168,.576\n")

    def test_two_layers(self):
        result = self.result(*self.NETWORK, "0.01", "--init", "init.csv")
        low, high = result["T_bar"]
        self.assertLessEqual(low, 2.0489020909969806)
        self.assertLessEqual(2.0489020909969806, high)
        self.assertEqual(result["conclusion"]["verdict"], "certified")
        self.assertEqual(result["conclusion"]["case"], "aligned")
        (neuron,) = result["neurons"]
        self.assertEqual([event["row"] for event in neuron["events"]], [2, 0, 3])
        self.assertEqual(neuron["nonbranching"]["verdict"], "certified")
        self.assertTrue(neuron["nonbranching"]["for_all_time"])
        self.assertLess(result["ln_delta_tube"], math.log(0.153283579))
        self.assertGreater(result["ln_delta_tube"], math.log(0.95 * 0.153283579))
        self.assertLessEqual(result["ln_delta_bar"], -result["ln_C"][0] / 2)
        text = self.good(*self.NETWORK, "0.01", "--init", "init.csv")
        self.assertIn("certified for all t >= 0", text)

    def test_certificate_of_sliding(self):
        start = self.file("slides.csv", ".28,-.2688,-.9216\n")
        self.good(*self.NETWORK, "0.01", "--init", start, "--certificate", "sliding.json")
        self.assertIn("accepted", self.good("check", "sliding.json"))

    def test_bad_input(self):
        def refused(epsilon, init, saying, *more):
            self.refused(*self.NETWORK, epsilon, "--init", init, *more, saying=saying)

        refused("0.4", "init.csv", r"less than eta.*0\.2945")
        refused("0", "init.csv", "--epsilon is 0")
        refused("nan", "init.csv", "--epsilon")
        refused("0.1", "random:x", "random:")
        refused("0.1", self.file("zero.csv", "0,0,0\n"), "zero")
        refused("0.1", self.file("short.csv", "1,2\n"), "expected 3")
        refused("0.1", self.file("nan.csv", "nan,1,2\n"), "nan")
        refused("0.1", "init.csv", "-1 or 1", "--loss", "logistic")
        self.refused(*self.NETWORK, "0.1", saying="--init is missing")
        refused("0.1", "init.csv", "--certificate: .*no/such", "--certificate", "no/such/file")


class Saddle(ProgramTest):
    """Two examples on the axes, labels 4 and -1 (and 1): w_n = (2, 0) fits the first."""
    NETWORK = ["saddle", "--network", "squared-relu", "--data", "data.csv", "--epsilon"]

    def setUp(self):
        super().setUp()
        self.file("data.csv", "1,0,4\n0,1,1\n")
        self.file("saddle.csv", "u1,u2\n2,0\n0,0\n")
        self.file("init.csv", "0.1,1\n")

    def test_orthogonal_examples(self):
        result = self.result(*self.NETWORK, "0.1", "--saddle", "saddle.csv", "--init", "init.csv")

        def encloses(name, value):
            low, high = result[name]
            self.assertLessEqual(low, value, name)
            self.assertLessEqual(value, high, name)

        encloses("residual_norm", 1)
        encloses("beta", 1)
        encloses("gamma", 1)
        encloses("mu_1", 5)    # |sigma(w)^2 - sigma(w_n)^2| <= (2 |w_n| + 1) |w - w_n|
        encloses("mu_3", 6)    # 2 (|w_n| + 1)
        encloses("M_1", 7)     # |y_bar| + mu_1 + beta
        self.assertGreaterEqual(result["mu_2"][1], 2)  # y_bar = (0, 1): 2 u2 for u2 > 0
        self.assertLess(result["mu_2"][1], 2.001)
        self.assertEqual(result["conclusion"]["verdict"], "certified")
        self.assertEqual(result["saddle"]["verdict"], "certified")
        self.assertLessEqual(result["saddle"]["neurons"][0][0][0], 2)
        self.assertLess(result["ln_delta_bar"], -result["ln_C"][0] / 2)
        (neuron,) = result["neurons"]
        self.assertAlmostEqual(neuron["kkt"]["u"][1], 1)
        text = self.good(*self.NETWORK, "0.1", "--saddle", "saddle.csv", "--init", "init.csv")
        self.assertRegex(text, r"mu_1 +\[")
        whole = self.file("whole.csv", "1,1\n0.1,1\n")  # zeta_n does not matter
        again = self.result(*self.NETWORK, "0.1", "--saddle", "saddle.csv", "--init", whole)
        self.assertEqual(again, result)
        drawn = self.result(*self.NETWORK, "0.01", "--saddle", "saddle.csv", "--init", "random:4")
        self.assertIn(drawn["conclusion"]["verdict"], ["certified", "undecided"])

    def test_bad_input(self):
        def refused(saying, epsilon="0.1", saddle="saddle.csv", init="init.csv", more=()):
            self.refused(*self.NETWORK, epsilon, "--saddle", saddle, "--init", init, *more,
                         saying=saying)

        refused(r"less than eta.*0\.5", epsilon="0.7")
        refused("--epsilon is -1", epsilon="-1")
        refused("--epsilon", epsilon="nan")
        refused("3 weights in a line, expected 2", saddle=self.file("wide.csv", "1,0,0\n0,0,0\n"))
        refused('line 1, column 2 .*got "nan"', saddle=self.file("nan.csv", "2,nan\n0,0\n"))
        refused("no row of zeros", saddle=self.file("full.csv", "2,0\n"))
        refused("are zero: expected a saddle", saddle=self.file("zero.csv", "0,0\n0,0\n"))
        refused("not a saddle: a component", saddle=self.file("off.csv", "1,0\n0,0\n"))
        refused("zeta_z: the weights are all zero", init=self.file("rest.csv", "0,0\n"))
        refused("has 3 neurons, expected 1", init=self.file("three.csv", "1,0\n0,1\n1,1\n"))
        refused("no.csv: cannot be read", saddle="no.csv")
        refused("square loss", more=["--mean"])
        refused("--certificate: .*no/such", more=["--certificate", "no/such/file"])
        refused("no/such/file", more=["--json", "no/such/file"])
        self.refused(*self.NETWORK, "0.1", saying="--saddle is missing")
        self.refused("saddle", "--network", "relut", "--data", "data.csv", "--saddle", "saddle.csv",
                     "--epsilon", "0.1", saying="relut")
        self.refused("saddle", "--network", "squared-relu:3", "--data", "data.csv", "--saddle",
                     "saddle.csv", "--epsilon", "0.1", saying="2 neurons, expected 3")


class Constants(ProgramTest):
    DATA = "x1,x2,y\n1,0,1\n0,1,-1\n"

    def test_two_orthogonal_examples(self):
        # |sigma(X^T u)|_4^2 is largest at a unit vector: beta = 1. Labels 1, -1: |y| = sqrt 2.
        self.file("data.csv", self.DATA)
        result = self.result("constants", "--network", "squared-relu", "--data", "data.csv",
                             "--time", "0.5", "--ln-C", "2")
        exact = {"beta": 1, "beta_hat": 1, "label_norm": math.sqrt(2),
                 "beta_tilde": 1 + math.sqrt(2), "ln_C": 2 * (1 + math.sqrt(2)),
                 "T_bar": 0.5 / (1 + math.sqrt(2))}
        for name, value in exact.items():
            low, high = result[name]
            self.assertTrue(low <= value * (1 + 1e-15) and value * (1 - 1e-15) <= high, name)
            self.assertLess(high - low, 1e-5, name)
        self.assertEqual(len(result["beta_argument"]), 2)

    def test_other_networks(self):
        self.file("data.csv", self.DATA)
        for network, loss, beta in [("relu", "logistic", 0.5 * math.sqrt(1)),
                                    ("leaky-relu:1", "square", 0.5),
                                    ("leaky-squared-relu:0.5:7", "square", 1),
                                    ("diagonal", "square", 0.5)]:
            result = self.result("constants", "--network", network, "--data", "data.csv", "--loss",
                                 loss, "--mean")
            low, high = result["beta"]
            if network != "relu":
                self.assertTrue(low <= beta * (1 + 1e-15) and beta * (1 - 1e-15) <= high, network)
            self.assertEqual(result["beta_hat"],
                             [0.5, 0.5] if loss == "square" else [0.125, 0.125])

    def test_bad_input(self):
        self.file("data.csv", self.DATA)
        self.file("labels.csv", "1,0,1\n0,1,2\n")
        self.file("broken.csv", "x1,x2,y\n1,0,1\n0,one,2\n")
        self.file("short.csv", "x1,x2,y\n1,0,1\n0,2\n")
        self.file("zero.csv", "1,0,1\n0,0,1\n")
        self.file("constant.csv", "1,0,1\n1,2,1\n")
        self.file("nan.csv", "1,0,1\n1,nan,1\n")
        self.file("empty.csv", "")

        def bad(*arguments, saying):
            self.refused("constants", *arguments, saying=saying)
        relu = ["--network", "relu", "--data"]
        bad("--data", "data.csv", saying="--network is missing")
        bad("--network", "relu", saying="--data is missing")
        bad("--network", "tanh", "--data", "data.csv", saying='"tanh": unknown kind')
        bad("--network", "relu:0", "--data", "data.csv", saying="number of neurons")
        bad("--network", "leaky-relu:2", "--data", "data.csv", saying="leak")
        bad(*relu, "absent.csv", saying="absent.csv")
        bad(*relu, "empty.csv", saying="empty.csv")
        bad(*relu, "broken.csv", saying="broken.csv.*line 3.*column 2")
        bad(*relu, "short.csv", saying="short.csv.*line 3")
        bad(*relu, "nan.csv", saying="nan.csv.*line 2.*column 2")
        bad(*relu, "data.csv", "--label", "z", saying="z")
        bad(*relu, "zero.csv", "--normalize-rows", saying="zero.csv.*line 2|row 2|zero")
        bad(*relu, "constant.csv", "--standardize", saying="constant")
        bad(*relu, "labels.csv", "--loss", "logistic", saying="expected -1 or 1")
        bad(*relu, "data.csv", "--loss", "hinge", saying='"hinge"')
        bad(*relu, "data.csv", "--relative-gap", "0", saying="--relative-gap is 0")
        bad(*relu, "data.csv", "--time", "-1", saying="--time is -1")


class Kkt(ProgramTest):
    FOUR = "1,0.5,1\n-0.625,1,0.5\n-1,-0.375,-0.75\n0.25,-1,0.5\n"

    def test_four_rows(self):
        self.file("data.csv", self.FOUR)
        result = self.result("kkt", "--network", "relu", "--data", "data.csv")
        self.assertTrue(result["complete"])
        for point in result["points"]:
            self.assertTrue(point["certified"])
            for x, (low, high) in zip(point["u"], point["box"]):
                self.assertTrue(low <= x <= high and high - low < 1e-15)
        kinks = [p for p in result["points"] if p["kinks"] == [2] and p["stable"]]
        self.assertEqual(len(kinks), 1)  # the limit of a flow that slides on row 2 for ever
        for x, limit in zip(kinks[0]["u"], (1, .3511234415883916918, -.9363291775690445115)):
            self.assertAlmostEqual(x, limit / math.sqrt(2), 15)

    def test_summary(self):
        self.file("data.csv", "1,0,1\n0,1,-1\n")
        text = self.good("kkt", "--network", "squared-relu", "--data", "data.csv")
        self.assertIn("[1, 1]", text)
        self.assertIn("(1, 0)", text)
        self.assertIn("There are no others: proved", text)
        self.assertIn("Example:", self.good("kkt", "--help"))

    def test_plot(self):
        self.file("data.csv", self.FOUR)
        self.good("kkt", "--network", "relu", "--data", "data.csv", "--plot", "kkt.svg")
        self.assertIn("stable KKT point", (self.directory / "kkt.svg").read_text())

    def test_search(self):
        self.file("data.csv", "1,0,0,1\n0,1,0,-1\n0,0,1,2\n")
        options = ["--network", "squared-relu", "--data", "data.csv", "--starts", "20"]
        result = self.result("kkt", *options)
        best = result["points"][0]
        self.assertTrue(best["certified"] and best["stable"])
        self.assertTrue(best["objective"][0] <= 2 <= best["objective"][1])
        self.assertEqual(self.result("kkt", *options, "--seed", "1"), result)

    def test_bad_input(self):
        self.file("data.csv", self.FOUR)
        self.file("broken.csv", "1,0,1\n0,one,2\n")

        def bad(*arguments, saying):
            self.refused("kkt", *arguments, saying=saying)
        bad("--data", "data.csv", saying="--network is missing")
        three = self.file("three.csv", "1,0,0,1\n0,1,0,-1\n0,0,1,2\n")
        bad("--network", "relu", "--data", three, "--plot", "a.svg", saying="two features; here are 3")
        bad("--network", "relu", "--data", "data.csv", "--certificate", "no/such/file",
            saying="--certificate: .*no/such/file")
        bad("--network", "relu", saying="--data is missing")
        bad("--network", "tanh", "--data", "data.csv", saying='"tanh": unknown kind')
        relu = ["--network", "relu", "--data"]
        bad(*relu, "absent.csv", saying="absent.csv")
        bad(*relu, "broken.csv", saying="broken.csv.*line 2.*column 2")
        bad(*relu, "data.csv", "--loss", "logistic", saying="expected -1 or 1")
        bad(*relu, "data.csv", "--starts", "0", saying="--starts")
        bad(*relu, "data.csv", "--seed", "x", saying="--seed")


class Systems(ProgramTest):
    def test_the_command_line_overrides_the_file(self):
        self.file("belt.toml", BELT)
        self.assertEqual(self.result("flow", "--system", "belt.toml")["final"]["t"], 2)
        result = self.result("flow", "--system", "belt.toml", "--from", "0,0.2", "--until", "0.1",
                             "--parameter", "mu=1")
        self.assertEqual(result["final"]["t"], 0.1)
        # |x| < mu: the mass sticks to the belt.
        self.assertEqual(result["start"]["sliding"], ["v - 0.2"])
        self.assertAlmostEqual(result["final"]["x"][0], 0.02, delta=1e-12)

    def test_bad_files(self):
        def bad(text, saying, *arguments):
            self.file("bad.toml", text)
            self.refused("flow", "--system", "bad.toml", *arguments, saying=saying)
            (self.directory / "bad.toml").unlink()
        self.refused("flow", "--system", "absent.toml", saying="absent.toml")
        bad("variables = [", "bad.toml, line 1")
        bad(BELT.replace("-x - mu", "-x - nu"), "bad.toml, line 2.*nu")
        bad(BELT.replace("[1.0, 0.1]", "[1.0]"), "bad.toml, line 3, initial: has 1 entries")
        bad(BELT.replace("[1.0, 0.1]", "[1.0, nan]"), "bad.toml, line 3.*nan")
        bad(BELT.replace("[1.0, 0.1]", "[1.0, nan]"), "^filippov: bad.toml, line 3, initial 2: is nan")
        bad(BELT, "has no parameter .*nu", "--parameter", "nu=1")
        bad(BELT, "--parameter mu.*nan", "--parameter", "mu=nan")
        bad("variables=['x']\ninitial=[-2]\nuntil=1.0\nrhs=['sign(log(x))']\n",
            "switching function log.x. is .*nan at the start x = .-2.*inside the domain")
        bad(BELT, "--variables is given with --system", "--variables", "x,v")
        modes = BELT.splitlines()[0] + """
initial = [1, 0]
until = 1
[switches]
belt = "v"
[[modes]]
where = { belt = "+" }
rhs = ["v", "-x - 1"]
[[modes]]
where = { belt = "-" }
rhs = ["v", "-x + 1"]
"""
        self.file("modes.toml", modes)
        self.assertEqual(self.result("flow", "--system", "modes.toml")["surfaces"], ["belt"])
        bad(modes.replace('belt = "-" }', 'strap = "-" }'), "strap.*unknown switch")
        bad(modes.replace('belt = "-" }', 'belt = "+" }'), "modes 1 and 2 both hold")
        bad("\n".join(modes.splitlines()[:-3]), "modes.*(missing|no mode)")


class Check(ProgramTest):
    """Certificates: written by enclose, proved again by check."""

    def setUp(self):
        super().setUp()
        self.file("friction.toml", """variables = ["x", "v"]
rhs = ["v", "-x - 0.4*sign(v)"]
initial = [3.0, 0.0]
until = 15.0
""")
        self.good("enclose", "--system", "friction.toml", "--certificate", "tube.json")

    def verdict(self, certificate):
        self.file("changed.json", json.dumps(certificate))
        return self.run_program("check", "changed.json")

    def test_a_tube_is_proved_again(self):
        # Three half swings, then it sticks.
        self.assertIn("4 events", self.good("check", "tube.json"))
        for arguments in ([*ASCENT, "--from", "-1,0.5", "--until", "2"],
                          ["--descend", "max(2*x1, x2, -x1-x2)", "--from", "1,0.5", "--until", "1.5"],
                          [*ASCENT, "--from", "1,0.5", "--start", "1", "--until", "0", "--backward"],
                          [*ASCENT, "--from", "-1,[0.4,0.5]", "--until", "0.3"]):
            self.good("enclose", *arguments, "--certificate", "other.json")
            self.assertIn("accepted", self.good("check", "other.json"))

    def test_what_is_not_proved_is_refused(self):
        text = (self.directory / "tube.json").read_text()

        def change(path, value):
            certificate = json.loads(text)
            place = certificate
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value(place[path[-1]])
            return self.verdict(certificate)

        def inwards(interval):
            return [interval[0], interval[0] + 0.4 * (interval[1] - interval[0])]

        part = ("parts", 0)
        for path, value in (
                (("claims", "t"), lambda t: t + 1),
                (("claims", "box", 0), inwards),
                (("claims", "events"), lambda events: events[1:]),
                (("claims", "events", 1, "window"), inwards),
                (("claims", "events", 1, "box", 0), inwards),
                (("claims", "events", 1, "kind"), lambda _: "sliding-exit"),
                (("claims", "events", 3, "face"), lambda face: [1 for _ in face]),
                ((*part, "steps"), lambda steps: steps[:3] + steps[4:]),
                ((*part, "steps"), lambda steps: steps[:-1]),
                ((*part, "steps", 4, "box", 0), inwards),
                ((*part, "steps", 4, "frame", 0), lambda column: [2 * x for x in column]),
                ((*part, "steps", 4, "face"), lambda face: [-x for x in face]),
                (("problem", "formulas", 1), lambda formula: formula.replace("0.4", "0.5")),
                (("problem", "box", 0), lambda box: [2.9, 3.0])):
            result = change(path, value)
            self.assertEqual((result.returncode, result.stderr), (1, ""), (path, result))
            self.assertRegex(result.stdout, r"\Arefused: [^\n]+\n\Z")

    def test_what_is_no_certificate_is_bad_input(self):
        text = (self.directory / "tube.json").read_text()
        for content, saying in (("", "no JSON"), (text[:len(text) // 2], "cut off"),
                                ("{}", "expected an object with format"),
                                (text.replace("tube", "tub", 1), "certificate.kind is .*: expected tube"),
                                (text.replace('"frame":[', '"frame":["a",', 1), "expected a list of 2"),
                                (re.sub(r'"orders":\[\d+', '"orders":[true', text, count=1),
                                 "steps.0..orders.0. is true: expected an integer"),
                                (text.replace('"t":[', '"t":["a"],"u":[', 1), "expected a list of 2"),
                                (text.replace("sign(v)", "sign(v", 1), "column")):
            self.file("bad.json", content)
            self.refused("check", "bad.json", saying=saying)
        self.refused("check", "missing.json", saying="cannot be read")

    def test_a_tube_without_certificate_leaves_no_file(self):
        self.refused("enclose", "--descend", "abs(x)+abs(y)", "--from", "[-1,1],[-1,1]", "--until", "1", "--max-pieces", "1",
                     "--certificate", "no.json", saying="no certificate of this tube: it has no steps")


class BadInput(ProgramTest):
    def test_arguments(self):
        self.refused(saying="subcommand")
        self.refused("flown", saying="flown.*expected one of flow, classify")
        self.refused("flow", "--ascend", "u", "--from", "1", "--until", "1", "--parameter", "nu=1", saying="nu is not in the formula")
        self.refused("flow", "--ascend", "log(u1)", "--from", "-1", "--until", "1", saying="not defined at --from -1")
        self.refused("classify", "--ascend", "sign(u1)", "--at", "0", saying="jumps across u1 = 0")
        self.refused("flow", "--descend", "u2*sign(u1)+u1", "--from", "1,-1", "--until", "3", saying="--descend: .*jumps across u1 = 0")
        self.good("classify", "--ascend", "u1*sign(u1)", "--at", "0")
        self.refused(*FLOW, "--frm", "1", saying="--frm")
        self.refused(*FLOW, "--csv", saying="--csv")
        self.refused("flow", "--from", "1,2", "--until", "1", saying="none of --ascend")
        self.refused(*FLOW, "--descend", "u1", saying="several of --ascend")

    def test_formulas(self):
        def bad(formula, saying):
            self.refused("flow", "--ascend", formula, "--from", "1", "--until", "1", saying=saying)
        bad("", "--ascend.*empty|--ascend.*expected")
        bad("foo(u)", "foo")
        bad("(u + 1", "column|col")
        bad("u + 1)", "column|col")
        bad("u +* 1", "column|col")
        bad("nan*u", "nan")
        bad("1e999*u", "1e999|finite")
        self.refused("flow", "--ascend", "u*w", "--variables", "u", "--from", "1", "--until", "1",
                     saying="w")

    def test_initial_state(self):
        def bad(start, saying, formula="u1*abs(u2)"):
            self.refused("flow", "--ascend", formula, "--from", start, "--until", "1",
                         saying=saying)
        bad("1", "--from has 1 values: expected 2, for u1,u2")
        bad("1,2,3", "--from has 3 values: expected 2")
        bad("1,nan", "entry 2 of --from is 'nan'")
        bad("-inf,1", "entry 1 of --from is '-inf'")
        bad("1,,2", "entry 2 of --from is empty")
        bad("", "entry 1 of --from is empty")
        bad("1,x", "entry 2 of --from is 'x'")
        bad("1e999,1", "entry 1 of --from")
        bad("-1", "domain", formula="log(u)*u")
        bad("-1", "domain", formula="log(u)")
        bad("-1", "domain", formula="sqrt(u)")
        bad("0", "domain", formula="1/u")
        self.refused("flow", *ASCENT, "--until", "1", saying="--from is missing")

    def test_numbers(self):
        for option, value, saying in [
                ("--rtol", "-1e-8", "--rtol is -1e-8: expected a positive"),
                ("--rtol", "0", "--rtol is 0"),
                ("--rtol", "2", "relative tolerance is 2"),
                ("--atol", "-1", "--atol is -1"),
                ("--atol", "nan", "--atol is 'nan'"),
                ("--atol", "1e-8x", "--atol is '1e-8x'"),
                ("--max-events", "0", "--max-events is '0'"),
                ("--max-events", "1.5", "--max-events is '1.5'"),
                ("--start", "inf", "--start is 'inf'"),
                ("--start", "2", "final time 2 is not after the initial time 2"),
                ("--stepper", "euler", "--stepper is 'euler': expected .*dopri5"),
                ("--branches", "some", "--branches is 'some': expected stop, first or all")]:
            self.refused(*FLOW, option, value, saying=saying)
        self.refused("flow", *ASCENT, "--from", "1,1", saying="--until is missing")
        self.refused("flow", *ASCENT, "--from", "1,1", "--until", "nan", saying="--until is 'nan'")

    def test_parameters(self):
        for value, saying in [("mu", "name=value"), ("mu=", "name=value"), ("mu=nan", "nan"),
                              ("mu=1e999", "mu|finite"), ("sin=1", "sin"), ("2=1", "2")]:
            self.refused("flow", "--ascend", "mu*u", "--parameter", value, "--from", "1", "--until",
                         "1", saying=saying)

    def test_outputs_that_cannot_be_written(self):
        long_solve = ["flow", "--ascend", "u1", "--from", "0", "--until", "1"]
        for option in ("--csv", "--plot", "--json"):
            self.refused(*long_solve, option, "no/such/directory/file",
                         saying="no/such/directory/file: No such file or directory")
            self.refused(*long_solve, option, ".", saying="directory")
        self.refused(*long_solve, "--csv", "-", saying="--csv is '-'")

    def test_no_gnuplot(self):
        result = self.run_program(*FLOW, "--plot", "out.svg", env={"PATH": "/nowhere"})
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, r"\Afilippov: .*gnuplot.*\n\Z")
        self.assertEqual(os.listdir(self.directory), [])

    def test_full_disk(self):
        self.refused(*FLOW, "--json", "/dev/full", saying="/dev/full: No space left")

    def test_classify(self):
        self.refused("classify", *ASCENT, saying="--at is missing")
        self.refused("classify", *ASCENT, "--at", "1", saying="--at has 1 values: expected 2")
        self.refused("classify", "--ascend", "log(u)", "--at", "0", saying="domain")
        self.refused("classify", "--ascend", "log(u)", "--at", "-1", saying="domain")


class Train(ProgramTest):
    # One neuron of a squared ReLU network and one example (1, 0) with the label 1: u2 rests, and
    # u1' = 2 (1 - u1^2) u1.
    DATA = "x1,x2,y\n1,0,1\n"
    ONE = ["--network", "squared-relu", "--data", "data.csv"]

    def setUp(self):
        super().setUp()
        self.file("data.csv", self.DATA)
        self.file("one.csv", "3,4\n")
        self.file("four.csv", "x1,x2,y\n1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n")

    def test_closed_form(self):
        result = self.result("train", *self.ONE, "--delta", "1e-3", "--init", "one.csv", "--until",
                             "4", "--samples", "8", "--rtol", "1e-10")
        self.assertEqual(result["status"], "finished")
        self.assertEqual(result["neurons"], 1)
        self.assertEqual(result["t"], [0.5 * i for i in range(9)])
        for t, loss, norm, angle in zip(result["t"], result["loss"], result["norm"],
                                        result["angles"][0]):
            square = 1 / (1 + (1 / 9e-6 - 1) * math.exp(-4 * t))  # of u1: a logistic curve
            self.assertAlmostEqual(loss, 0.5 * (1 - square) ** 2, delta=1e-7)
            self.assertAlmostEqual(norm, math.sqrt(square + 16e-6), delta=1e-7)
            self.assertAlmostEqual(angle, math.atan2(4e-3, math.sqrt(square)), delta=1e-6)
        neuron = result["alignment"][0]
        u1, u2 = neuron["direction"]
        self.assertAlmostEqual(neuron["cosine"], u1, delta=1e-12)
        self.assertAlmostEqual(neuron["rate"], 2 * u1 * u1, delta=1e-12)

    def test_gradient_descent(self):
        result = self.result("train", *self.ONE, "--init", "one.csv", "--delta", "0.1",
                             "--gradient-descent", "0.125:2")
        u = 0.3
        for _ in range(2):
            u += 0.25 * (1 - u * u) * u
        self.assertEqual(result["t"], [0, 0.125, 0.25])
        self.assertAlmostEqual(result["loss"][-1], 0.5 * (1 - u * u) ** 2, delta=1e-15)

    def test_tiny_initialization(self):
        # w = delta s: the loss does not move while delta is tiny, the direction does.
        result = self.result("train", *self.ONE, "--init", "one.csv", "--delta", "1e-300", "--until",
                             "5")
        self.assertEqual(result["loss"][-1], 0.5)
        self.assertLess(result["norm"][-1], 1e-290)
        self.assertAlmostEqual(result["angles"][0][-1], math.atan2(4, 3 * math.exp(10)), delta=1e-9)

    def test_events_of_a_two_layer_network(self):
        self.file("start.csv", "v,u1,u2\n-0.8,0.168,0.576\n")
        result = self.result("train", "--network", "relu", "--data", "four.csv", "--delta", "1e-9",
                             "--init", "start.csv", "--until", "2")
        self.assertTrue(result["events_located"])
        self.assertEqual([e["surfaces"] for e in result["events"]], [["x3.u1"], ["x1.u1"],
                                                                     ["x4.u1"]])
        for event, t in zip(result["events"], (0.5439915932708819, 0.5664379498706522,
                                               1.151441000296550)):
            self.assertEqual(event["kind"], "crossing")
            self.assertAlmostEqual(event["t"], t, delta=1e-7)

    def test_random_start_and_plots(self):
        arguments = ["--data", "four.csv", "--init", "random:3", "--until", "1", "--samples", "20"]
        for network in ("squared-relu:30", "relu:200"):
            out = self.good("train", "--network", network, *arguments, "--plot", "train.svg")
            self.assertIn("the final time was reached", out)
            self.assertIn("direction θ", (self.directory / "train.svg").read_text())
        self.assertIn("left to the error estimate", out)
        first = self.result("train", "--network", "relu:2", *arguments, "--cosines")
        self.assertEqual(len(first["cosines"]), 2)
        self.assertEqual(first["alignment"][1]["cosine"], first["cosines"][1][-1])
        again = self.result("train", "--network", "relu:2", *arguments)
        self.assertEqual(first["final"], again["final"])

    def test_certificate(self):
        """Of the logistic curve of test_closed_form, and of one too small for doubles."""
        self.good("train", *self.ONE, "--delta", "1e-3", "--init", "one.csv", "--until", "4", "--certificate", "a.json")
        claims = json.loads((self.directory / "a.json").read_text())["claims"]
        square = 1 / (1 + (1 / 9e-6 - 1) * math.exp(-16))
        for name, value in (("loss", 0.5 * (1 - square) ** 2), ("norm", math.sqrt(square + 16e-6))):
            low, high = claims[name]
            self.assertLess(high - low, 1e-9)
            self.assertLess(abs(low - value), 1e-9)
        self.assertIn("accepted", self.good("check", "a.json"))
        text = self.good("train", *self.ONE, "--delta", "1e-300", "--init", "one.csv", "--until", "5", "--certificate",
                         "b.json")
        self.assertRegex(text, r"proved at t = 5: loss in \[0\.49999.*after 0 events")
        self.good("check", "b.json")

        def refused(saying, *arguments):
            self.refused("train", *arguments, "--certificate", "no.json", saying=saying)
            self.assertFalse((self.directory / "no.json").exists())
        refused("expected --until", *self.ONE, "--init", "one.csv", "--gradient-descent", "0.1:5")
        self.file("two.csv", "1,0,1\n-1,0,1\n")
        self.file("kink.csv", "1,0,1\n")
        refused("no certificate of this training.*t = 0", "--network", "relu", "--data", "two.csv", "--init", "kink.csv",
                "--until", "1")

    def test_bad_input(self):
        self.file("wide.csv", "1,2,3\n")
        self.file("zero.csv", "0,0\n")
        self.file("nan.csv", "1,nan\n")
        self.file("labels.csv", "1,0,2\n")

        def bad(*arguments, saying):
            self.refused("train", *arguments, "--plot", "train.svg", saying=saying)
        start = ["--init", "one.csv"]
        end = ["--until", "1"]
        bad(*self.ONE, *end, saying="--init is missing")
        bad(*self.ONE, *start, saying="--until is missing")
        bad(*self.ONE, *start, *end, "--delta", "0", saying="--delta is 0: expected a positive")
        bad(*self.ONE, *start, *end, "--delta", "1e-400", saying="--delta")
        bad(*self.ONE, *start, "--until", "-1", saying="--until is -1: expected a positive")
        bad(*self.ONE, *end, "--init", "random:x", saying="expected random: and an integer")
        bad(*self.ONE, *end, "--init", "no.csv", saying="no.csv: cannot be read")
        bad(*self.ONE, *end, "--init", "wide.csv", saying="3 weights in a line, expected 2")
        bad(*self.ONE, *end, "--init", "zero.csv", saying="all weights in zero.csv are zero")
        bad(*self.ONE, *end, "--init", "nan.csv", saying=r'nan.csv, line 1, column 2 .*got "nan"')
        bad("--network", "squared-relu:2", "--data", "data.csv", *start, *end,
            saying="one.csv has 1 neurons, expected 2")
        bad("--network", "squared-relu", "--data", "labels.csv", "--loss", "logistic", *start, *end,
            saying="label of example 1")
        bad(*self.ONE, *start, *end, "--gradient-descent", "1e9:5", saying="less than one step")
        for value in ("0.1", "0:5", "0.1:0", "x:5", "0.1:"):
            bad(*self.ONE, *start, "--gradient-descent", value, saying="--gradient-descent")
        bad(*self.ONE, *start, *end, "--rtol", "0", saying="--rtol is 0")
        bad(*self.ONE, *start, *end, "--samples", "0", saying="--samples")


if __name__ == "__main__":
    unittest.main()
