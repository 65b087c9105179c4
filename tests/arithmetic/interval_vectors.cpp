// Runs test vectors of interval arithmetic: interval_vectors FILE.tsv
//
// One case a line, tab separated: file, line, test case, operation, tightest result, arguments.
// Prints for each operation how many cases there are, and of these how many results are exact, wide
// (they contain the tightest one), unsound, or not supported: operations that Interval does not
// have, and cases with an empty argument or with an empty result that Interval does not report. An
// operation that throws is taken to say that the result is empty. Exits with 1 if a result is
// unsound, one of +, -, *, /, sqrt, sqr, abs, min, max, pown, intersection and hull is wide, or an
// elementary function is more than one unit in the last place wider at an end.

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"

using namespace filippov;

namespace {

using Result = std::optional<Interval>;  // nothing: empty
using Arguments = std::vector<Interval>;
using Operation = std::function<Result(const Arguments&)>;
using Number = std::function<double(const Interval&)>;
using Relation = std::function<bool(const Interval&, const Interval&)>;

const Interval half_line(0, INFINITY);  // where powers with real exponents are defined

const std::map<std::string, Operation> operations = {
    {"pos", [](const Arguments& a) { return a[0]; }},
    {"neg", [](const Arguments& a) { return -a[0]; }},
    {"add", [](const Arguments& a) { return a[0] + a[1]; }},
    {"sub", [](const Arguments& a) { return a[0] - a[1]; }},
    {"mul", [](const Arguments& a) { return a[0] * a[1]; }},
    {"div", [](const Arguments& a) { return a[0] / a[1]; }},
    {"recip", [](const Arguments& a) { return 1 / a[0]; }},
    {"sqr", [](const Arguments& a) { return sqr(a[0]); }},
    {"sqrt", [](const Arguments& a) { return sqrt(a[0]); }},
    {"abs", [](const Arguments& a) { return abs(a[0]); }},
    {"min", [](const Arguments& a) { return min(a[0], a[1]); }},
    {"max", [](const Arguments& a) { return max(a[0], a[1]); }},
    {"pown", [](const Arguments& a) { return pow(a[0], static_cast<int>(a[1].lower())); }},
    {"pow", [](const Arguments& a) { return pow(intersect(a[0], half_line).value(), a[1]); }},
    {"exp", [](const Arguments& a) { return exp(a[0]); }},
    {"log", [](const Arguments& a) { return log(a[0]); }},
    {"sin", [](const Arguments& a) { return sin(a[0]); }},
    {"cos", [](const Arguments& a) { return cos(a[0]); }},
    {"tan", [](const Arguments& a) { return tan(a[0]); }},
    {"atan", [](const Arguments& a) { return atan(a[0]); }},
    {"sinh", [](const Arguments& a) { return sinh(a[0]); }},
    {"cosh", [](const Arguments& a) { return cosh(a[0]); }},
    {"tanh", [](const Arguments& a) { return tanh(a[0]); }},
    {"intersection", [](const Arguments& a) { return intersect(a[0], a[1]); }},
    {"convexHull", [](const Arguments& a) { return hull(a[0], a[1]); }},
};
const std::map<std::string, Number> numbers = {
    {"inf", [](const Interval& x) { return x.lower(); }},
    {"sup", [](const Interval& x) { return x.upper(); }},
    {"mag", [](const Interval& x) { return x.magnitude(); }},
    {"mig", [](const Interval& x) { return x.mignitude(); }},
    {"wid", [](const Interval& x) { return x.width(); }},
    {"rad", [](const Interval& x) { return x.radius(); }},
    {"mid", [](const Interval& x) { return x.midpoint(); }},
};
const std::map<std::string, Relation> relations = {
    {"equal", [](const Interval& x, const Interval& y) { return identical(x, y); }},
    {"subset", [](const Interval& x, const Interval& y) { return y.contains(x); }},
    {"interior", [](const Interval& x, const Interval& y) { return y.contains_in_interior(x); }},
    {"precedes", [](const Interval& x, const Interval& y) { return certainly_less_equal(x, y); }},
    {"strictPrecedes", [](const Interval& x, const Interval& y) { return certainly_less(x, y); }},
    {"disjoint", [](const Interval& x, const Interval& y) { return !intersect(x, y); }},
};
const std::set<std::string> tight = {"pos", "neg",  "add",          "sub",        "mul",
                                     "div", "sqr",  "sqrt",         "abs",        "min",
                                     "max", "pown", "intersection", "convexHull", "recip"};

struct Empty {};
struct Malformed {};

double number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') throw Malformed();
  return value;
}

Interval interval(const std::string& text) {
  if (text == "[empty]") throw Empty();
  if (text.front() != '[') return number(text);
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || text.back() != ']') throw Malformed();
  return {number(text.substr(1, comma - 1)),
          number(text.substr(comma + 1, text.size() - comma - 2))};
}

struct Counts {
  int cases = 0;
  int exact = 0;
  int wide = 0;
  int unsound = 0;
  int unsupported = 0;
  int too_wide = 0;  ///< by more than one unit in the last place
};

/// At most one unit in the last place wider at each end.
bool nearly(Interval found, Interval expected) {
  return found.lower() >= std::nextafter(expected.lower(), -INFINITY) &&
         found.upper() <= std::nextafter(expected.upper(), INFINITY);
}

void run_operation(const Operation& operation, const Arguments& arguments,
                   const std::string& expected, Counts& counts) {
  Result found;
  try {
    found = operation(arguments);
  } catch (const Error&) {
    found.reset();
  } catch (const std::bad_optional_access&) {
    found.reset();
  }
  if (expected == "[empty]") {
    found ? ++counts.unsupported : ++counts.exact;
    return;
  }
  const Interval wanted = interval(expected);
  if (!found || !found->contains(wanted)) {
    ++counts.unsound;
  } else if (identical(*found, wanted)) {
    ++counts.exact;
  } else {
    ++counts.wide;
    if (!nearly(*found, wanted)) ++counts.too_wide;
  }
}

void run(const std::string& name, const std::vector<std::string>& fields, Counts& counts) {
  ++counts.cases;
  const auto operation = operations.find(name);
  const auto value = numbers.find(name);
  const auto relation = relations.find(name);
  Arguments arguments;
  try {
    for (std::size_t k = 1; k < fields.size(); ++k) arguments.push_back(interval(fields[k]));
  } catch (const Empty&) {
    ++counts.unsupported;
    return;
  }
  if (operation != operations.end()) {
    run_operation(operation->second, arguments, fields[0], counts);
  } else if (value != numbers.end()) {
    value->second(arguments[0]) == number(fields[0]) ? ++counts.exact : ++counts.unsound;
  } else if (relation != relations.end()) {
    const bool expected = fields[0] == "true";
    relation->second(arguments[0], arguments[1]) == expected ? ++counts.exact : ++counts.unsound;
  } else {
    ++counts.unsupported;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: interval_vectors FILE.tsv\n";
    return 2;
  }
  std::ifstream in(argv[1]);
  if (!in) {
    std::cerr << "interval_vectors: " << argv[1] << " cannot be read: expected a file of vectors\n";
    return 2;
  }
  std::map<std::string, Counts> all;
  std::string line;
  for (int place = 1; std::getline(in, line); ++place) {
    if (line.empty()) continue;
    std::vector<std::string> fields;
    std::istringstream text(line);
    for (std::string field; std::getline(text, field, '\t');) fields.push_back(field);
    try {
      if (fields.size() < 6) throw Malformed();
      run(fields[3], {fields.begin() + 4, fields.end()}, all[fields[3]]);
    } catch (const Malformed&) {
      fmt::print(stderr, "interval_vectors: {}, line {}: expected a case, fields between tabs\n",
                 argv[1], place);
      return 2;
    } catch (const Error& error) {
      // An argument that is no interval, such as [2, 1].
      ++all[fields[3]].unsupported;
    }
  }
  bool good = !all.empty();
  fmt::print("{:<16}{:>8}{:>8}{:>8}{:>9}{:>13}\n", "operation", "cases", "exact", "wide", "unsound",
             "unsupported");
  for (const auto& [name, counts] : all) {
    fmt::print("{:<16}{:>8}{:>8}{:>8}{:>9}{:>13}\n", name, counts.cases, counts.exact, counts.wide,
               counts.unsound, counts.unsupported);
    good = good && counts.unsound == 0;
    good = good && (tight.contains(name) ? counts.wide == 0 : counts.too_wide == 0);
  }
  return good ? 0 : 1;
}
