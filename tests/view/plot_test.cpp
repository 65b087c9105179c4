#include "filippov/view/plot.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "filippov/arithmetic/error.hpp"
#include "sample_solutions.hpp"
#include "scratch_directory.hpp"

using namespace filippov;

namespace {

const std::vector<std::string> braking_names = {"x", "v"};

/// x' = v, v' = -sign(v)
class Braking : public Inclusion {
 public:
  int dimension() const override { return 2; }
  int switch_count() const override { return 1; }
  void selection(double, std::span<const double> x, const Signature& s,
                 std::span<double> f) const override {
    f[0] = x[1];
    f[1] = -s[0];
  }
  double switching(int, double, std::span<const double> x, const Signature&) const override {
    return x[1];
  }
};

bool has_gnuplot() {
  try {
    require_gnuplot();
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// Sets PATH for a while.
class Path {
 public:
  explicit Path(const std::string& path) : before_(std::getenv("PATH")) {
    setenv("PATH", path.c_str(), 1);
  }
  ~Path() { setenv("PATH", before_.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("a plot is an SVG file with the names that matter" * doctest::skip(!has_gnuplot())) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "it's a plot.svg";
  plot(file, braking(), Braking(), braking_names);
  const std::string svg = contents(file);
  CHECK(svg.starts_with("<?xml"));
  CHECK(svg.find("</svg>") != std::string::npos);
  CHECK(svg.find("sliding entry") != std::string::npos);
  CHECK(svg.find("v = 0") != std::string::npos);
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()), {}) == 1);
}

TEST_CASE("branches are drawn into one picture" * doctest::skip(!has_gnuplot())) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "plot.svg";
  const Solution solution = parting();
  plot(file, solution, Braking(), braking_names);
  const std::string svg = contents(file);
  CHECK(svg.find("branch 1") != std::string::npos);
  CHECK(svg.find("branch 2") != std::string::npos);
}

TEST_CASE("without gnuplot, or when it fails, nothing is left behind") {
  const ScratchDirectory scratch;
  const Path path(scratch.path());
  const auto file = scratch.path() / "plot.svg";
  CHECK_THROWS_AS(require_gnuplot(), Error);
  CHECK_THROWS_AS(plot(file, braking(), Braking(), braking_names), Error);
  const auto program = scratch.path() / "gnuplot";
  std::ofstream(program) << "#!/bin/sh\necho 'line 1: out of ink' >&2\nexit 3\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  CHECK_THROWS_WITH_AS(
      plot(file, braking(), Braking(), braking_names),
      ("cannot plot " + file.string() + ": gnuplot failed: line 1: out of ink").c_str(), Error);
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()), {}) == 1);
}
