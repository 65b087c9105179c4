#include "filippov/network/data_set.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "filippov/arithmetic/error.hpp"

using filippov::DataOptions;
using filippov::DataSet;
using filippov::Error;
using filippov::Interval;
using filippov::parse_csv;
using filippov::read_csv;

TEST_CASE("a file with a header line") {
  const DataSet data = parse_csv("x1,x2,y\n1,-0.5,3\r\n\n0.1,2e1,-1\n", "a.csv");
  CHECK(data.size() == 2);
  CHECK(data.dimension() == 2);
  CHECK(data.feature_names() == std::vector<std::string>{"x1", "x2"});
  CHECK(data.label_name() == "y");
  CHECK(identical(data.input(0)[1], Interval(-0.5)));
  CHECK(identical(data.input(1)[0], Interval::from_decimal("0.1")));
  CHECK(identical(data.label(1), Interval(-1)));
  CHECK(data.approximate_input(1)[1] == 20);
  CHECK(data.approximate_label(0) == 3);
  CHECK(data.input(1)[0].contains(data.approximate_input(1)[0]));
}

TEST_CASE("a file without a header line, and the label by name") {
  const DataSet plain = parse_csv("1,2\n3,4", "a.csv");
  CHECK(plain.size() == 2);
  CHECK(plain.approximate_label(1) == 4);
  const DataSet named = parse_csv("y,\"x\"\n1,2\n", "a.csv", {.label = "y"});
  CHECK(named.approximate_label(0) == 1);
  CHECK(named.approximate_input(0)[0] == 2);
  CHECK(named.feature_names() == std::vector<std::string>{"x"});
}

TEST_CASE("standardizing and normalizing") {
  const DataSet standard = parse_csv("1,0,1\n3,4,1\n5,2,1\n", "a.csv", {.standardize = true});
  const double root = std::sqrt(8.0 / 3);
  CHECK(standard.approximate_input(0)[0] == doctest::Approx(-2 / root));
  CHECK(standard.approximate_input(1)[1] == doctest::Approx(2 / root));
  CHECK(standard.input(1)[0].contains(0.0));
  CHECK(standard.input(1)[1].width() < 1e-14);
  const DataSet unit = parse_csv("3,4,1\n0,-2,1\n", "a.csv", {.normalize_rows = true});
  CHECK(unit.input(0)[0].contains(Interval::from_decimal("0.6")));
  CHECK(unit.approximate_input(1)[1] == -1);
}

TEST_CASE("bad files say what is wrong and where") {
  const auto fails = [](const char* text, const char* message, const DataOptions& options = {}) {
    CHECK_THROWS_WITH_AS(parse_csv(text, "a.csv", options), message, Error);
  };
  fails("", "a.csv: empty, expected comma-separated numbers");
  fails("\n  \n", "a.csv: empty, expected comma-separated numbers");
  fails("x,y\n", "a.csv: no numbers after the header line");
  fails("1\n2\n", "a.csv, line 1: one column, expected features and a label");
  fails("x,y\n1,2\n3\n", "a.csv, line 3: 1 fields, expected 2 as in the first line");
  fails("x,y\n1,2\n3,4,5\n", "a.csv, line 3: 3 fields, expected 2 as in the first line");
  fails("x,y\n1,2\n\n3,4o\n",
        "a.csv, line 4, column 2 (y): expected a finite decimal number, got \"4o\"");
  fails("x,y\n1,nan\n",
        "a.csv, line 2, column 2 (y): expected a finite decimal number, got \"nan\"");
  fails("x,y\ninf,1\n",
        "a.csv, line 2, column 1 (x): expected a finite decimal number, got \"inf\"");
  fails("x,y\n1e999,1\n",
        "a.csv, line 2, column 1 (x): expected a finite decimal number, got \"1e999\"");
  fails("x,y\n,1\n", "a.csv, line 2, column 1 (x): expected a finite decimal number, got \"\"");
  fails("1,b\n2,3\n", "a.csv, line 1, column 2 (y): expected a finite decimal number, got \"b\"");
  fails("x,y\n1,2\n", "a.csv: no column named \"z\" for the label; the columns are x, y",
        {.label = "z"});
  fails("1,2\n", "a.csv: no column named \"z\" for the label; the file has no header line",
        {.label = "z"});
  fails("a,b,y\n1,0.1,2\n2,0.1,2\n",
        "a.csv: column 2 (b) is constant, so it has no standard deviation to be divided by",
        {.standardize = true});
  fails("a,b,y\n1,1,2\n0,0,2\n",
        "a.csv, line 3: all features are zero, so the row cannot be normalized",
        {.normalize_rows = true});
  CHECK_THROWS_WITH_AS(read_csv("/nowhere/a.csv"), "/nowhere/a.csv: cannot be read", Error);
}

TEST_CASE("sizes must agree") {
  CHECK_THROWS_AS(DataSet(2, {1, 2, 3}, {1}), Error);
  CHECK_THROWS_AS(DataSet(2, {}, {}), Error);
  CHECK_THROWS_AS(DataSet(1, {Interval::entire()}, {1}), Error);
}

TEST_CASE("the data sets that come along") {
  const DataSet circle = read_csv(FILIPPOV_DATA "/equally_spaced.csv");
  CHECK(circle.size() == 50);
  CHECK(circle.dimension() == 2);
  for (int i = 0; i < circle.size(); ++i) {
    const double angle = 2 * 3.14159265358979324 * i / 50;
    const double x1 = std::cos(angle);
    CHECK(std::abs(circle.approximate_input(i)[0] - x1) < 1e-15);
    CHECK(std::abs(circle.approximate_input(i)[1] - std::sin(angle)) < 1e-15);
    CHECK(std::abs(circle.approximate_label(i) - (x1 > 0 ? 5 : 4) * x1 * x1) < 4e-15);
  }
  const DataSet iris = read_csv(FILIPPOV_DATA "/iris.csv");
  CHECK(iris.size() == 150);
  CHECK(iris.dimension() == 4);
  // It is standardized already.
  const DataSet again = read_csv(FILIPPOV_DATA "/iris.csv", {.standardize = true});
  for (int i = 0; i < iris.size(); ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(again.approximate_input(i)[k] == doctest::Approx(iris.approximate_input(i)[k]));
    }
  }
}

TEST_CASE("a data set knows the decimals it was read from, unless they were changed") {
  const char* const text = "0.10,2,-1e0\n3,4,1\n";
  const DataSet read = parse_csv(text, "data");
  CHECK(read.input_decimal(0, 0) == "0.10");
  CHECK(read.input_decimal(1, 1) == "4");
  CHECK(read.label_decimal(0) == "-1e0");
  const DataSet scaled = parse_csv(text, "data", {.normalize_rows = true});
  CHECK(scaled.input_decimal(0, 0).empty());
  CHECK(scaled.label_decimal(1) == "1");
  CHECK(DataSet(1, {1}, {2}).input_decimal(0, 0).empty());
}

TEST_CASE("rows are the same or opposite by what was written, not by their intervals") {
  const std::string rows =
      ".1,.3,1\n0.10,+.3,2\n-.1,-0.3,1\n.1,.30000000000000000000001,1\n2,0.0,1\n-02.0,0,1\n"
      "1e-1,3E-1,1\n";
  const DataSet data = parse_csv(rows, "rows");
  CHECK(identical(data.input(0)[1], data.input(3)[1]));
  CHECK(data.relation(0, 0) == 1);
  CHECK(data.relation(0, 1) == 1);
  CHECK(data.relation(2, 0) == -1);
  CHECK(data.relation(0, 3) == 0);
  CHECK(data.relation(4, 5) == -1);
  CHECK(data.relation(2, 6) == -1);
  const DataSet normalized = parse_csv(rows, "rows", {.normalize_rows = true});
  CHECK(normalized.relation(0, 1) == 1);
  CHECK(normalized.relation(2, 0) == -1);
  CHECK(normalized.relation(0, 3) == 0);
  // The mean is subtracted from both.
  const DataSet standardized = parse_csv(rows, "rows", {.standardize = true});
  CHECK(standardized.relation(0, 1) == 1);
  CHECK(standardized.relation(2, 0) == 0);
  // Without what was written points alone are known.
  const DataSet points(2, {1, .5, -1, -.5, 1, Interval(.5, .6), 1, Interval(.5, .6)}, {1, 1, 1, 1});
  CHECK(points.relation(0, 1) == -1);
  CHECK(points.relation(2, 3) == 0);
  CHECK_THROWS_AS(DataSet(points).set_row_classes({1}), Error);
}
