#include "filippov/inclusion/system_file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <numbers>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

const std::string friction = R"toml(variables = ["x", "v"]
rhs       = ["v", "-x - mu*sign(v - 0.2) + 0.1*cos(t)"]
initial   = [1.0, 0]
until     = 10.0
start     = -1
[parameters]
mu = 0.4
)toml";

const std::string belt = R"toml(variables = ["x", "v"]
initial = ["2*pi/3", 0.1]
[parameters]
mu = "2/5"
[switches]
belt = "v - 0.2"
[[modes]]
where = { belt = "+" }
rhs = ["v", "-x - mu"]
[[modes]]
where = { belt = "-" }
rhs = ["v", "-x + mu"]
)toml";

/// Two switches; %1 stands for more modes.
std::string quadrants(const std::string& modes) {
  return "variables = [\"x\", \"y\"]\n[switches]\nright = \"x\"\nabove = \"y\"\n" + modes;
}

std::string mode(const std::string& where, const std::string& first) {
  return "[[modes]]\nwhere = {" + where + "}\nrhs = [\"" + first + "\", \"0\"]\n";
}

void check_error(const std::string& text, const std::string& expected) {
  CAPTURE(text);
  std::string what = "no error";
  try {
    parse_system_file(text, "s.toml");
  } catch (const Error& error) {
    what = error.what();
  }
  CAPTURE(what);
  CHECK(what.find(expected) != std::string::npos);
  CHECK(what.starts_with("s.toml"));
  CHECK(what.find('\n') == std::string::npos);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a system with one right-hand side") {
  const SystemFile s = parse_system_file(friction, "s.toml");
  CHECK(s.variables == std::vector<std::string>{"x", "v"});
  CHECK(s.initial == std::vector<double>{1, 0});
  CHECK(s.until == 10.0);
  CHECK(s.start == -1.0);
  CHECK(s.switches.empty());
  REQUIRE(s.field.graph()->switches().size() == 1);
  CHECK(s.field.graph()->switches()[0].name == "v - 0.2");
  const double x[] = {2.0, 1.0};
  CHECK(s.field(0, x)[0] == 1);
  CHECK(s.field(0, x)[1] == doctest::Approx(-2.3).epsilon(1e-15));
  const double y[] = {2.0, 0.0};
  CHECK(s.field(0, y)[1] == doctest::Approx(-1.5).epsilon(1e-15));
}

TEST_CASE("what a file may leave out") {
  const SystemFile s = parse_system_file("variables = ['x']\nrhs = ['-x']", "s.toml");
  CHECK(!s.initial);
  CHECK(s.initial_nodes.empty());
  CHECK(!s.until);
  CHECK(!s.start);
}

TEST_CASE("numbers are decimals, formulas are exact") {
  const SystemFile s = parse_system_file(belt, "s.toml");
  CHECK((*s.initial)[0] == doctest::Approx(2 * std::numbers::pi / 3).epsilon(1e-15));
  CHECK((*s.initial)[1] == 0.1);
  const Graph& graph = *s.field.graph();
  CHECK(graph.text(s.initial_nodes[0]) == "2*pi/3");
  REQUIRE(graph.is_constant(s.initial_nodes[1]));
  CHECK(graph.constants()[static_cast<std::size_t>(graph.node(s.initial_nodes[1]).index)].decimal ==
        "0.1");
}

TEST_CASE("a system with modes") {
  const SystemFile s = parse_system_file(belt, "s.toml");
  CHECK(s.switches == std::vector<std::string>{"belt"});
  REQUIRE(s.field.graph()->switches().size() == 1);
  CHECK(s.field.graph()->switches()[0].name == "belt");
  for (const double v : {1.0, 0.0}) {
    const double x[] = {2.0, v};
    CHECK(s.field(0, x)[0] == v);
    CHECK(s.field(0, x)[1] == doctest::Approx(v > 0.2 ? -2.4 : -1.6).epsilon(1e-15));
  }
}

TEST_CASE("a switch left out of where has either sign") {
  const SystemFile s =
      parse_system_file(quadrants(mode("right = '+', above = '-'", "1") + mode("right = '-'", "2") +
                                  mode("above = '+', right = '+'", "3")),
                        "s.toml");
  const auto first = [&](double x, double y) {
    const double point[] = {x, y};
    return s.field(0, point)[0];
  };
  CHECK(first(1, -1) == 1);
  CHECK(first(-1, -1) == 2);
  CHECK(first(-1, 1) == 2);
  CHECK(first(1, 1) == 3);
  CHECK(s.switches == std::vector<std::string>{"right", "above"});
  CHECK(parse_system_file(quadrants("[[modes]]\nrhs = ['y', 'x']"), "s.toml").switches.size() == 2);
}

TEST_CASE("a switch keeps its name when it is part of another, or of a formula") {
  const SystemFile s = parse_system_file(
      "variables = ['v']\n[switches]\nouter = 'abs(v) - 1'\ninner = '-2*v'\n"
      "[[modes]]\nwhere = {outer = '+'}\nrhs = ['sign(v)']\n"
      "[[modes]]\nwhere = {outer = '-', inner = '+'}\nrhs = ['5']\n"
      "[[modes]]\nwhere = {outer = '-', inner = '-'}\nrhs = ['7']\n",
      "s.toml");
  const auto& switches = s.field.graph()->switches();
  REQUIRE(switches.size() == 2);
  CHECK(switches[0].name == "inner");
  CHECK(switches[1].name == "outer");
  for (const auto& [v, expected] : {std::pair{-2.0, -1.0}, {2.0, 1.0}, {-0.5, 5.0}, {0.5, 7.0}}) {
    CHECK(s.field(0, std::span(&v, 1))[0] == expected);
  }
}

TEST_CASE("errors: the patterns of modes") {
  check_error(quadrants(mode("right = '+'", "1") + mode("right = '-', above = '-'", "2")),
              "modes: no mode holds where right = \"-\", above = \"+\": expected exactly one");
  check_error(quadrants(mode("right = '+'", "1") + mode("", "2")),
              "modes: modes 1 and 2 both hold where right = \"+\", above = \"+\"");
  check_error(quadrants(mode("left = '+'", "1")),
              "line 6, modes 1, where, \"left\": unknown switch: expected right, above");
  check_error(quadrants(mode("right = 1", "1")), "is a number: expected \"+\" or \"-\"");
  check_error(quadrants(mode("right = 'plus'", "1")), "is \"plus\": expected \"+\" or \"-\"");
  check_error(quadrants(""), "s.toml: field modes is missing");
  check_error(quadrants("[[modes]]\nwhere = {}"), "line 5: field modes 1, rhs is missing");
  check_error(quadrants("[[modes]]\nrhs = ['y', 'x']\nif = 3"),
              "line 7, modes 1, \"if\": unknown field: expected where, rhs");
  check_error(quadrants("third = '-3*y'\n" + mode("", "1")),
              "line 5, switches, third: is a multiple of switch above");
  check_error(quadrants("third = '2'\n" + mode("", "1")), "switches, third: a constant has no");
  check_error(quadrants("third = 2\n" + mode("", "1")), "is a number: expected a formula");
  check_error("variables = ['x']\nmodes = [{rhs = ['x']}]", "field switches is missing");
  check_error("variables = ['x']\nrhs = ['x']\n[switches]\na = 'x'",
              "line 2, rhs: given beside modes: expected either rhs or modes");
  std::string many = "variables = ['x']\n[switches]\n";
  for (int i = 0; i < 13; ++i) many += fmt::format("s{0} = 'x - {0}'\n", i);
  check_error(many + "[[modes]]\nrhs = ['x']", "has 13 switches: expected at most 12");
}

TEST_CASE("errors: fields") {
  check_error("", "s.toml: is empty");
  check_error(" # nothing\n", "s.toml: is empty");
  check_error("rhs = ['x']", "s.toml: field variables is missing");
  check_error("variables = ['x']", "s.toml: field rhs is missing");
  check_error(friction + "nu = [\n", "s.toml, line 8, column 8: ");
  check_error("variables = \n", "s.toml, line 1, column ");
  check_error(replaced(friction, "until", "end"), "line 4, \"end\": unknown field: expected var");
  check_error(replaced(friction, "[\"x\", \"v\"]", "\"x\""),
              "line 1, variables: is a string: expected an array of names");
  check_error(replaced(friction, "\"x\"", "3"), "variables 1: is a number: expected a name");
  check_error(replaced(friction, "\"x\"", "\"v\""), "variables 2: v is given twice");
  check_error(replaced(friction, "\"x\"", "\"t\""), "variables 1: \"t\" cannot name a variable");
  check_error(replaced(friction, "\"x\"", "\"a\\nb\""), "\"a b\" cannot name a variable");
  check_error("variables = []\nrhs = []", "line 1, variables: is empty: expected an array");
  check_error(replaced(friction, "\"v\", \"-x", "\"-x"),
              "line 2, rhs: has 1 entries: expected 2, one for each variable");
  check_error(replaced(friction, "\"v\", ", "\"v +\", "),
              "line 2, rhs 1: formula \"v +\", column 4: the formula ends");
  check_error(replaced(friction, "sign(v", "sign(w"),
              "line 2, rhs 2: formula \"-x - mu*sign(w - 0.2) + 0.1*cos(t)\", column 14: "
              "unknown name \"w\": expected one of x, v, mu, t, pi");
  check_error(replaced(friction, "\"v\", ", "1, "), "rhs 1: is a number: expected a formula in a");
  check_error(replaced(friction, "[1.0, 0]", "[1.0]"),
              "line 3, initial: has 1 entries: expected 2");
  check_error(replaced(friction, "[1.0, 0]", "[nan, 0]"),
              "line 3, initial 1: is nan: expected a f");
  check_error(replaced(friction, "[1.0, 0]", "[-inf, 0]"), "initial 1: is -inf");
  check_error(replaced(friction, "[1.0, 0]", "[1.0, true]"), "initial 2: is a boolean: expected a");
  check_error(replaced(friction, "[1.0, 0]", "[1.0, 'x']"), "initial 2: formula \"x\", column 1");
  check_error(replaced(friction, "[1.0, 0]", "[1, 'log(0)']"), "initial 2: is not finite");
  check_error(replaced(friction, "10.0", "inf"), "line 4, until: is inf: expected a finite number");
  check_error(replaced(friction, "10.0", "'ten'"), "until: is a string: expected a number");
  check_error(replaced(friction, "10.0", "1979-05-27"), "until: is a date or time");
  check_error(replaced(friction, "10.0", "9007199254740993"), "until: integer beyond 2^53");
  check_error(replaced(friction, "0.4", "nan"), "line 7, parameters, mu: is nan");
  check_error(replaced(friction, "0.4", "[]"), "parameters, mu: is an array: expected a number or");
  check_error(replaced(friction, "0.4", "'2*t'"), "parameters, mu: formula \"2*t\", column 3");
  check_error(replaced(friction, "mu = ", "x = "), "parameters, x: is a variable too");
  check_error(replaced(friction, "mu = ", "sin = "), "\"sin\" cannot name a parameter");
  check_error("parameters = 3\nvariables = ['x']\nrhs = ['x']", "parameters: is a number");
}

TEST_CASE("errors: deep nesting is refused, not followed") {
  const int n = 100000;
  std::string dots = "variables = ['x']\n";
  for (int i = 0; i < n; ++i) dots += "a.";
  check_error(dots + "a = 1", "s.toml, line 2: nested too deeply");
  check_error("# \u00e9\nuntil = \u00e9", "s.toml, line 2: a character that is not");
  check_error("x = '\ufef0'", "s.toml, line 1: a character that is not understood");
  for (const char* header : {"[[[modes]]", "[=x]", "[ [modes]]", "  [[ {}]]", "x = [}"}) {
    CAPTURE(header);
    check_error("until = 1\n" + std::string(header), "s.toml, line 2, column ");
  }
  check_error("x = " + std::string(n, '['), "s.toml, line 1: nested too deeply");
  check_error("a = '''\n" + std::string(n, '[') + "'''\nb = [1,\n" + std::string(101, '['),
              "s.toml, line 4: nested too deeply");
  // Strings and comments may hold anything, and a list of decimals is not a key.
  std::string decimals =
      "# " + std::string(n, '[') + "\nvariables = ['x']\nrhs = [\"x\" ]\ninitial = [";
  for (int i = 0; i < 200; ++i) decimals += "0.1, ";
  check_error(decimals + "]", "has 200 entries: expected 1");
  check_error("variables = ['x']\nrhs = ['" + std::string(n, '(') + "']", "rhs 1: formula \"");
}

TEST_CASE("files") {
  const auto path = std::filesystem::temp_directory_path() / "filippov_system_file_test.toml";
  std::ofstream(path) << friction;
  CHECK(read_system_file(path).variables.size() == 2);
  std::filesystem::remove(path);
  CHECK_THROWS_WITH_AS(read_system_file(path), doctest::Contains("cannot be read"), Error);
  CHECK_THROWS_WITH_AS(read_system_file(std::filesystem::temp_directory_path()),
                       doctest::Contains("cannot be read"), Error);
}
