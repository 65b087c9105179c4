#include "filippov/view/csv.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "filippov/arithmetic/error.hpp"
#include "sample_solutions.hpp"

using namespace filippov;

namespace {

const std::vector<std::string> names = {"x", "v"};

struct Table {
  std::string header;
  std::vector<std::vector<double>> rows;
};

Table read(const std::string& text) {
  std::istringstream lines(text);
  Table table;
  std::getline(lines, table.header);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream entries(line);
    table.rows.emplace_back();
    for (std::string entry; std::getline(entries, entry, ',');) {
      table.rows.back().push_back(std::stod(entry));
    }
  }
  return table;
}

}  // namespace

TEST_CASE("a trajectory as CSV: ends and events are rows, straight lines follow the rest") {
  const Table table = read(trajectory_csv(braking(), names));
  CHECK(table.header == "t,x,v");
  CHECK(table.rows.front() == std::vector<double>{0, 0, 1});
  CHECK(table.rows.back() == std::vector<double>{3, 0.5, 0});
  bool event_found = false;
  for (std::size_t k = 0; k + 1 < table.rows.size(); ++k) {
    const auto& row = table.rows[k];
    const auto& next = table.rows[k + 1];
    CHECK(row[0] < next[0]);
    event_found = event_found || row == std::vector<double>{1, 0.5, 0};
    const double t = (row[0] + next[0]) / 2;
    const double exact = t < 1 ? t - t * t / 2 : 0.5;
    CHECK(std::abs((row[1] + next[1]) / 2 - exact) < 1e-3);
  }
  CHECK(event_found);
}

TEST_CASE("branches are numbered") {
  const Table table = read(trajectory_csv(parting(), names));
  CHECK(table.header == "t,x,v,branch");
  CHECK(table.rows.front() == std::vector<double>{0, 1, 0, 0});
  CHECK(table.rows.back() == std::vector<double>{1, 1, -1, 2});
}

TEST_CASE("without a trajectory the events and the end remain") {
  Solution solution = braking();
  solution.trajectory = {};
  const Table table = read(trajectory_csv(solution, names));
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0] == std::vector<double>{1, 0.5, 0});
  CHECK(table.rows[1] == std::vector<double>{3, 0.5, 0});
}

TEST_CASE("backward in time the rows run backward, the event in its place") {
  Solution solution = braking();
  solution.trajectory = {};
  solution.trajectory.append({.t0 = 3, .t1 = 1, .coefficients = Eigen::MatrixXd{{2, 2}, {-1, 1}}});
  solution.trajectory.append({.t0 = 1, .t1 = 0, .coefficients = Eigen::MatrixXd{{0.5, 0}}});
  solution.t = 0;
  const Table table = read(trajectory_csv(solution, names));
  for (std::size_t k = 0; k + 1 < table.rows.size(); ++k) {
    CHECK(table.rows[k][0] > table.rows[k + 1][0]);
  }
  CHECK(table.rows.front()[0] == 3);
  CHECK(table.rows.back()[0] == 0);
}

TEST_CASE("one name per variable is required") {
  const std::vector<std::string> one = {"x"};
  CHECK_THROWS_AS(trajectory_csv(braking(), one), Error);
}
