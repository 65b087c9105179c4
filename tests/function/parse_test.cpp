#include "filippov/function/parse.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/double_reading.hpp"

using namespace filippov;

namespace {

const Scope plane{.variables = {"x", "y"}, .parameters = {{"mu", "0.4"}, {"third", "pi/3"}}};

double value(const std::string& formula, double x = 0, double y = 0) {
  const double point[] = {x, y};
  return parse(formula, plane)(point);
}

std::string message(const std::string& formula, const Scope& scope = plane) {
  try {
    parse(formula, scope);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The error quotes the formula and its column, and contains `part`.
void check_error(const std::string& formula, int column, const std::string& part) {
  const std::string what = message(formula);
  CAPTURE(formula);
  CAPTURE(what);
  CHECK(has(what, fmt::format("formula \"{}\", column {}: ", formula, column)));
  CHECK(has(what, part));
  CHECK(what.find('\n') == std::string::npos);
}

std::vector<std::string> surfaces(const std::string& formula) {
  const Function f = parse(formula);
  std::vector<std::string> names;
  for (const SwitchingFunction& s : f.graph()->switches()) names.push_back(s.name);
  return names;
}

std::string repeated(int times, const std::string& text) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("operators bind and group as documented") {
  CHECK(value("1 + 2*3") == 7);
  CHECK(value("(1 + 2)*3") == 9);
  CHECK(value("7 - 2 - 1") == 4);
  CHECK(value("12/2/3") == 2);
  CHECK(value("12/2*3") == 18);
  CHECK(value("-x^2", 3) == -9);
  CHECK(value("(-x)^2", 3) == 9);
  CHECK(value("2^3^2") == 512);
  CHECK(value("2^-1") == 0.5);
  CHECK(value("2^-x^2", 2) == 0.0625);
  CHECK(value("-2^-2") == -0.25);
  CHECK(value("x*-y", 2, 3) == -6);
  CHECK(value("x/-y*2", 6, 3) == -4);
  CHECK(value("x - -y", 2, 3) == 5);
  CHECK(value("+x - + - +y", 2, 3) == 5);
  CHECK(value("- - -x", 2) == -2);
  CHECK(value(" \t x\n+ y ", 2, 3) == 5);
  CHECK(value("x^0.5", 16) == 4);
  CHECK(value("4^1.5") == 8);
  CHECK(value("x^y", 2, 0.5) == std::sqrt(2.0));
}

TEST_CASE("every function has its value") {
  CHECK(value("sqrt(x)", 9) == 3);
  CHECK(value("exp(x)", 0.7) == doctest::Approx(std::exp(0.7)).epsilon(1e-15));
  CHECK(value("log(x)", 0.7) == doctest::Approx(std::log(0.7)).epsilon(1e-15));
  CHECK(value("sin(x)", 0.7) == doctest::Approx(std::sin(0.7)).epsilon(1e-15));
  CHECK(value("cos(x)", 0.7) == doctest::Approx(std::cos(0.7)).epsilon(1e-15));
  CHECK(value("tan(x)", 0.7) == doctest::Approx(std::tan(0.7)).epsilon(1e-15));
  CHECK(value("atan(x)", 0.7) == doctest::Approx(std::atan(0.7)).epsilon(1e-15));
  CHECK(value("sinh(x)", 0.7) == doctest::Approx(std::sinh(0.7)).epsilon(1e-15));
  CHECK(value("cosh(x)", 0.7) == doctest::Approx(std::cosh(0.7)).epsilon(1e-15));
  CHECK(value("tanh(x)", 0.7) == doctest::Approx(std::tanh(0.7)).epsilon(1e-15));
  for (const double x : {-2.0, 0.0, 3.0}) {
    CHECK(value("abs(x)", x) == std::abs(x));
    CHECK(value("relu(x)", x) == std::max(x, 0.0));
    CHECK(value("leaky_relu(0.5, x)", x) == (x > 0 ? x : 0.5 * x));
    CHECK(value("sign(x)", x) == (x > 0) - (x < 0));
    CHECK(value("step(x)", x) == (x > 0 ? 1 : x < 0 ? 0 : 0.5));
    CHECK(value("select(x, 5, 7)", x) == (x > 0 ? 5 : x < 0 ? 7 : 6));
    CHECK(value("max(x, y)", x, 1) == std::max(x, 1.0));
    CHECK(value("min(x, y)", x, 1) == std::min(x, 1.0));
    CHECK(value("max(x, 1, y, -1, 2)", x, 0.5) == std::max(x, 2.0));
    CHECK(value("min(x, y, 0.25)", x, 1) == std::min(x, 0.25));
  }
}

TEST_CASE("names: pi, t, parameters, variables") {
  CHECK(value("pi") == std::numbers::pi);
  CHECK(value("mu*x", 2) == 0.8);
  CHECK(value("cos(third)") == doctest::Approx(0.5));
  const VectorField f = parse_field({"x*t", "y + t"}, plane);
  const double point[] = {2.0, 3.0};
  CHECK(f(5, point) == std::vector<double>{10, 8});
  CHECK(parse("x + y", plane).text() == "x + y");
  // Only where a function could be meant is a name one.
  CHECK(parse("sine + exponent")(point) == 5);
  CHECK(parse("x", Scope{{"x"}, {{"a", 0.1}}}).graph()->constants().empty());
}

TEST_CASE("numbers are the decimals that were written") {
  const auto constant = [](const std::string& formula) {
    Graph graph;
    const NodeId node = parse_into(graph, formula, {{"x"}});
    REQUIRE(graph.is_constant(node));
    return graph.constants()[static_cast<std::size_t>(graph.node(node).index)];
  };
  CHECK(constant("0.1").decimal == "0.1");
  CHECK(constant(".5e-1").decimal == ".5e-1");
  CHECK(constant("1.").value == 1);
  CHECK(constant("1E3").value == 1000);
  CHECK(constant("1E3").decimal.empty());
  CHECK(constant("-2.50").decimal == "-2.50");
  CHECK(constant("0e99999999999999999999").value == 0);
  // Not the integer that its double is.
  CHECK(constant("3.00000000000000000000001").decimal == "3.00000000000000000000001");
  CHECK(constant("3.000").decimal.empty());
  CHECK(constant("30e-1").decimal.empty());
  CHECK(constant("pi").decimal == "pi");
  CHECK(constant(repeated(400, "0") + "7").value == 7);
}

TEST_CASE("surfaces are named as the user wrote them") {
  using Names = std::vector<std::string>;
  CHECK(surfaces("sign( v - 0.2 )") == Names{"v - 0.2"});
  CHECK(surfaces("abs(2*x)+sign( y-x )") == Names{"2*x", "y-x"});
  CHECK(surfaces("leaky_relu( x , y+1 )") == Names{"y+1"});
  CHECK(surfaces("select(h*h - 1, a, b)") == Names{"h*h - 1"});
  CHECK(surfaces("step(x\n  + y)") == Names{"x + y"});
  CHECK(surfaces("max(a,b)") == Names{"a - b"});
  CHECK(surfaces("max(a,b,c)") == Names{"a - b", "max(a, b) - c"});
}

TEST_CASE("equal switching functions are one switch") {
  CHECK(surfaces("abs(2*x) + abs(x)").size() == 1);
  CHECK(surfaces("abs(0.2*x) + abs(-0.1*x)").size() == 1);
  CHECK(parse("x*(abs(x) - abs(-x)) + x").text() == "x");
  CHECK(surfaces("abs(x) + abs(y)").size() == 2);
  const VectorField f = parse_field({"sign(x + y)", "abs(2*x + 2*y)"}, plane);
  CHECK(f.graph()->switches().size() == 1);
}

TEST_CASE("free variables come in natural order") {
  using Names = std::vector<std::string>;
  CHECK(free_variables("u10 + u2*u1 - sin(t)*pi + u2") == Names{"u1", "u2", "u10"});
  CHECK(free_variables("b_2 + a + b_10 + B + _c") == Names{"B", "_c", "a", "b_2", "b_10"});
  CHECK(free_variables("2 + t").empty());
  const double u[] = {2.0, 5.0, 7.0};
  CHECK(parse("u10 - 10*u2 + 100*u1")(u) == 7 - 50 + 200);
  CHECK(natural_less("u2", "u10"));
  CHECK(natural_less("u02", "u10"));
  CHECK(natural_less("u02", "u2"));
  CHECK(!natural_less("u2", "u02"));
  CHECK(!natural_less("u2", "u2"));
  CHECK(natural_less("u", "u1"));
  CHECK(natural_less("u1a", "u1b"));
  CHECK(natural_less("u99999999999999999999", "u100000000000000000000"));
}

TEST_CASE("errors: syntax") {
  check_error("x + ", 5, "the formula ends: expected a number, a name or \"(\"");
  check_error("x * / y", 5, "unexpected '/': expected a number, a name or \"(\"");
  check_error("x**2", 3, "a power is written with ^");
  check_error("x^", 3, "the formula ends");
  check_error("-", 2, "the formula ends");
  check_error("x y", 3, "unexpected 'y': expected an operator or the end");
  check_error("2x", 2, "unexpected 'x': expected an operator or the end");
  check_error("1.2.3", 4, "unexpected '.'");
  check_error("2e", 2, "unexpected 'e'");
  check_error(". + x", 1, "unexpected '.': expected a number");
  check_error("x = 2", 3, "unexpected '='");
  check_error("x; y", 2, "unexpected ';'");
  check_error("x, y", 2, "unexpected ','");
}

TEST_CASE("errors: parentheses and arguments") {
  check_error("2*(x + (y - 1)", 3, "is not closed");
  check_error("sin(x", 4, "is not closed");
  check_error("x)", 2, "closes nothing");
  check_error("(x + y))", 8, "closes nothing");
  check_error("(x y)", 4, "expected an operator, or \")\" for the \"(\" in column 1");
  check_error("y + max(x y)", 11, "expected an operator, \",\" or \")\" for the \"(\" in column 8");
  check_error("()", 2, "unexpected ')': expected a number");
  check_error("sin()", 1, "sin has 0 arguments: expected sin(x)");
  check_error("x + sin(x, y)", 5, "sin has 2 arguments: expected sin(x)");
  check_error("max(x)", 1, "max has 1 argument: expected max(a, b, ...) with 2 or more");
  check_error("max(x,)", 7, "unexpected ')': expected a number");
  check_error("select(x, y)", 1, "select has 2 arguments: expected select(h, a, b)");
  check_error("leaky_relu(x)", 1, "expected leaky_relu(slope, x)");
  check_error("sin x", 1, "\"sin\" is a function: expected sin(x)");
  check_error("x(y)", 2, "\"x\" is not a function: expected an operator");
  check_error("2 + pi (3)", 8, "\"pi\" is not a function");
}

TEST_CASE("errors: names and numbers") {
  check_error("x + z", 5, "unknown name \"z\": expected one of x, y, mu, third, t, pi");
  check_error("x + mv", 5, "did you mean \"mu\"?");
  check_error("X + y", 1, "did you mean \"x\"?");
  check_error("Sin(x)", 1, "unknown function \"Sin\": expected one of sqrt, exp");
  check_error("Sin(x)", 1, "did you mean \"sin\"?");
  check_error("nan + x", 1, "unknown name \"nan\"");
  check_error("x*inf", 3, "unknown name \"inf\"");
  check_error("x + 1e999", 5, "number 1e999 is out of range");
  check_error("x + 1e-999", 5, "number 1e-999 is out of range");
  check_error("1/(1 - 1)", 2, "division by the constant zero");
  check_error("x + y/0", 6, "division by the constant zero");
  check_error("0^-1", 2, "division by the constant zero");
  check_error("0^-2", 2, "division by the constant zero");
  check_error("select(0, x, y)", 1, "identically zero");
  CHECK_THROWS_AS(parse("nan*x"), Error);
}

TEST_CASE("errors: what is not a formula at all") {
  CHECK(has(message(""), "formula is empty: expected an expression"));
  CHECK(has(message("  \n "), "formula is empty"));
  CHECK(has(message("x \xc2\xb7 y"), "column 3: character code 194: expected ASCII text"));
  CHECK(has(message(std::string("x\0y", 3)), "column 2: character code 0: expected ASCII"));
  CHECK(has(message("x + y", {{}}), "there are no variables: expected at least one"));
  CHECK(has(message("x", {{"x", "x"}}), "variable \"x\" is given twice"));
  CHECK(has(message("t", {{"t"}}), "\"t\" cannot name a variable: it means the time"));
  CHECK(has(message("sin", {{"sin"}}), "\"sin\" cannot name a variable: it means a function"));
  CHECK(has(message("x", {{"x"}, {{"pi", 3.0}}}), "\"pi\" cannot name a parameter"));
  CHECK(has(message("x", {{"x"}, {{"x", 3.0}}}), "\"x\" is both a variable and a parameter"));
  CHECK(has(message("x", {{"2x"}}), "\"2x\" cannot name a variable: expected a letter"));
  CHECK(has(message("x", {{""}}), "cannot name a variable"));
  CHECK(has(message("x + a", {{"x"}, {{"a", "2*x"}}}), "unknown name \"x\""));
  CHECK(has(message("x + a", {{"x"}, {{"a", std::nan("")}}}), "column 5: constant is not finite"));
  CHECK_THROWS_WITH_AS(parse_field({"x", "y +"}, plane),
                       doctest::Contains("component 2: formula \"y +\", column 4"), Error);
}

TEST_CASE("long formulas are read, deep ones are refused") {
  const int n = 20000;
  CHECK(value("0" + repeated(n, " + x"), 1) == n);
  CHECK(value("0" + repeated(n, " - x*y"), 1, 1) == -n);
  CHECK(value("1" + repeated(n, "*x"), 1) == 1);
  CHECK(value("max(x" + repeated(n, ",y") + ")", 1, 2) == 2);
  CHECK(value("-max(x" + repeated(n, ", 1 + x") + ")", 1) == -2);
  CHECK(value("relu(x" + repeated(n, "+ sin(y)") + ")", 3) == 3);
  CHECK(parse("max(0*y, 1" + repeated(n, " + x^3") + ")", plane).text().size() > 60000);

  CHECK(value(repeated(499, "(") + "x" + repeated(499, ")"), 3) == 3);
  for (const char* opening : {"(", "-", "2^", "sin(", "x + ("}) {
    CHECK(has(message(repeated(n, opening) + "x"), "nested too deeply"));
  }
  CHECK(has(message(repeated(n, "(")), "nested too deeply"));
}

TEST_CASE("nested selects that share their branches stay small") {
  const int depth = 150;
  const std::string nested = repeated(depth, "abs(") + "x" + repeated(depth, ")");
  CHECK(value(nested, -3) == 3);
  CHECK(value(nested + " + " + nested, -3) == 6);
  CHECK(value(repeated(depth, "leaky_relu(0.5, ") + "y - x" + repeated(depth, ")"), -3) == 3);
  CHECK(parse(nested, plane).text() == nested);
}

namespace {

/// Random formulas in x, y and t, of every operator and function, that have finite values.
class FormulaGenerator {
 public:
  explicit FormulaGenerator(unsigned seed) : random_(seed) {}

  std::string formula(int depth) {
    if (depth == 0 || pick(8) == 0) return leaf();
    const auto sub = [&] { return formula(depth - 1); };
    switch (pick(14)) {
      case 0:
        return fmt::format("{} + {}", sub(), sub());
      case 1:
        return fmt::format("{} - ({})", sub(), sub());
      case 2:
        return fmt::format("({})*({})", sub(), sub());
      case 3:
        return fmt::format("({})/(2 + abs({}))", sub(), sub());
      case 4:
        return fmt::format("({})/(-(3 + ({})^2))", sub(), sub());
      case 5:
        return fmt::format("-{}", sub());
      case 6:
        return fmt::format("tanh({})^{}", sub(), pick(5));
      case 7:
        return fmt::format("(2 + cos({}))^-{}", sub(), 1 + pick(4));
      case 8:
        return fmt::format("(2 + sin({}))^tanh({})", sub(), sub());
      case 9: {
        constexpr const char* names[] = {"sin", "cos",  "atan", "tanh",
                                         "abs", "relu", "sign", "step"};
        return fmt::format("{}({})", names[pick(8)], sub());
      }
      case 10:
        return fmt::format("{}(tanh({}))", pick(2) ? "sinh" : pick(2) ? "cosh" : "exp", sub());
      case 11:
        return fmt::format("{}(1.5 + tanh({}))", pick(2) ? "sqrt" : pick(2) ? "log" : "tan", sub());
      case 12:
        return fmt::format("{}({}, {}, {})", pick(2) ? "max" : "min", sub(), sub(), sub());
      default:
        return pick(2) ? fmt::format("select(x - 0.3 + 0*{0}, {0}, {1})", sub(), sub())
                       : fmt::format("leaky_relu({}, {})", leaf(), sub());
    }
  }

  double coordinate() { return std::uniform_real_distribution<double>(-2, 2)(random_); }

 private:
  int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  std::string leaf() {
    constexpr const char* leaves[] = {"x", "y", "t", "0.1", "-2.5", "3", "pi", "1e-3", "x", "y"};
    return leaves[pick(10)];
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("the text of a formula parses back to the same function") {
  FormulaGenerator generator(20240607);
  for (int i = 0; i < 2000; ++i) {
    const std::string formula = generator.formula(5);
    CAPTURE(formula);
    try {
      const VectorField f = parse_field({formula}, plane);
      const std::string text = f.graph()->text(f.nodes()[0]);
      CAPTURE(text);
      const VectorField g = parse_field({text}, plane);
      for (int k = 0; k < 5; ++k) {
        const double t = generator.coordinate();
        const double x[] = {generator.coordinate(), generator.coordinate()};
        const double expected = f(t, x)[0];
        REQUIRE(std::isfinite(expected));
        CHECK(g(t, x)[0] == doctest::Approx(expected).epsilon(1e-9));
      }
    } catch (const Error& error) {
      CAPTURE(error.what());
      CHECK(has(error.what(), "identically zero"));
    }
  }
}

TEST_CASE("variables that cancel in the choice of a maximum") {
  // x - (pi + x) = -pi: the second is larger wherever x is.
  const Function f = parse("max(x, pi - (-x))");
  CHECK(f.graph()->switches().empty());
  CHECK(f(std::vector<double>{2}) == doctest::Approx(2 + 3.14159265358979324));
}
