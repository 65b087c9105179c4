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


class BadInput(ProgramTest):
    def test_arguments(self):
        self.refused(saying="subcommand")
        self.refused("flown", saying="flown|subcommand")
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


if __name__ == "__main__":
    unittest.main()
