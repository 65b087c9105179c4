#include "filippov/solver/train.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "filippov/arithmetic/error.hpp"
#include "filippov/network/training_flow.hpp"
#include "filippov/solver/classify.hpp"

using namespace filippov;

namespace {

void ignore(double, std::span<const double>) {}

DataSet equally_spaced() { return read_csv(std::string(FILIPPOV_DATA) + "/equally_spaced.csv"); }

/// X = (1, .5), (-.625, 1), (-1, -.375), (.25, -1), z = (1, .5, -.75, .5): with delta = 0 and the
/// square loss the residuals are the labels.
DataSet four_rows() {
  return DataSet(2, {1, 0.5, -0.625, 1, -1, -0.375, 0.25, -1}, {1, 0.5, -0.75, 0.5});
}

}  // namespace

TEST_CASE("one neuron reaches its KKT point at the known time") {
  // Squared ReLU from the angle 2: within 0.1 of pi, u.(-1, 0)/|u| = 0.9, at t = .0309639190...;
  // Taylor series with 40 digits.
  const TrainingField field(parse_network("squared-relu"), equally_spaced(), {}, 0);
  const std::vector<double> s0{std::cos(2.0), std::sin(2.0)};
  const auto result =
      gradient_flow(field, s0, 0.030963919022573218, ignore, {.rtol = 1e-11, .samples = 1});
  CHECK(result.status == Status::finished);
  CHECK(-result.s[0] / std::hypot(result.s[0], result.s[1]) == doctest::Approx(0.9).epsilon(1e-8));
}

TEST_CASE("samples are as accurate as steps") {
  const TrainingField field(parse_network("squared-relu:3"), equally_spaced(), {.mean = true},
                            1e-3);
  const std::vector<double> s0{1, 0.5, -0.5, 1, -0.25, -1};
  std::vector<std::vector<double>> sampled;
  gradient_flow(
      field, s0, 2,
      [&](double, std::span<const double> s) { sampled.emplace_back(s.begin(), s.end()); },
      {.rtol = 1e-7, .samples = 8});
  REQUIRE(sampled.size() == 9);
  for (int i = 1; i <= 8; ++i) {
    const auto exact = gradient_flow(field, s0, 0.25 * i, ignore, {.rtol = 1e-12, .samples = 1}).s;
    for (std::size_t k = 0; k < s0.size(); ++k) {
      CHECK(sampled[static_cast<std::size_t>(i)][k] == doctest::Approx(exact[k]).epsilon(1e-5));
    }
  }
}

TEST_CASE("a two-layer neuron crosses three surfaces") {
  // Instance A: closed form within each cell, 40 digits.
  const TrainingField field(parse_network("relu"), four_rows(), {}, 0);
  const std::vector<double> s0{-0.8, 0.168, 0.576};
  const auto result = gradient_flow(field, s0, 30, ignore, {.rtol = 1e-11});
  REQUIRE(result.events.size() == 3);
  const double times[] = {0.5439915932708819, 0.5664379498706522, 1.1514410002965509};
  const char* surfaces[] = {"x3.u1", "x1.u1", "x4.u1"};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(result.events[i].kind == EventKind::crossing);
    CHECK(result.events[i].t == doctest::Approx(times[i]).epsilon(1e-9));
    REQUIRE(result.events[i].surfaces.size() == 1);
    CHECK(result.surface_names[static_cast<std::size_t>(result.events[i].surfaces[0])] ==
          surfaces[i]);
  }
  const double norm = std::hypot(result.s[0], result.s[1], result.s[2]);
  CHECK(result.s[0] / norm == doctest::Approx(-std::numbers::sqrt2 / 2).epsilon(1e-6));
  CHECK(result.s[1] / norm == doctest::Approx(-0.6324555).epsilon(1e-6));
  CHECK(result.s[2] / norm == doctest::Approx(-0.3162278).epsilon(1e-6));
  CHECK(alignment(field, result.s).cosine[0] == doctest::Approx(1).epsilon(1e-10));
}

TEST_CASE("a two-layer neuron slides on a kink for ever") {
  // Instance B.
  const TrainingField field(parse_network("relu"), four_rows(), {}, 0);
  const std::vector<double> s0{0.28, -0.2688, -0.9216};
  const auto result = gradient_flow(field, s0, 14, ignore, {.rtol = 1e-11});
  REQUIRE(result.events.size() >= 1);
  CHECK(result.events.back().kind == EventKind::sliding_entry);
  CHECK(result.events.back().t == doctest::Approx(1.9259678925037092).epsilon(1e-9));
  const double size = std::hypot(result.s[1], result.s[2]);
  CHECK(result.s[1] / size == doctest::Approx(0.3511234415883917).epsilon(1e-9));
  CHECK(result.s[2] / size == doctest::Approx(-0.9363291775690445).epsilon(1e-9));
}

TEST_CASE("where every surface meets only realizable patterns count") {
  // Antipodal inputs with residuals 1 and -1: N = v x.u, smooth; the sum of the subdifferentials
  // is a segment.
  const DataSet data(2, {1, 0, -1, 0}, {1, -1});
  const TrainingFlow flow(TrainingField(parse_network("relu"), data, {}, 0));
  const std::vector<double> s{0.5, 0, 1};
  const Classification c = classify(flow, s);
  CHECK(c.verdict == Verdict::unique);
  CHECK(c.minimum_norm[1] == doctest::Approx(0.5));
}

TEST_CASE("without events a large two-layer network is close to the exact one") {
  const TrainingField field(parse_network("leaky-relu:0.5"), four_rows(), {}, 0);
  const std::vector<double> s0{-0.8, 0.168, 0.576};
  const auto exact = gradient_flow(field, s0, 2, ignore, {.rtol = 1e-11});
  const auto large = gradient_flow(field, s0, 2, ignore, {.rtol = 1e-8, .max_surfaces = 0});
  CHECK(exact.events_located);
  CHECK_FALSE(large.events_located);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(large.s[k] == doctest::Approx(exact.s[k]).epsilon(1e-5));
  }
}

TEST_CASE("scaled weights: the final direction does not depend on delta where delta is tiny") {
  const DataSet data = equally_spaced();
  const std::vector<double> s0{std::cos(2.0), std::sin(2.0)};
  const auto angle = [&](double delta) {
    const TrainingField field(parse_network("squared-relu"), data, {}, delta);
    const auto s = gradient_flow(field, s0, 0.05, ignore).s;
    return std::atan2(s[1], s[0]);
  };
  CHECK(angle(1e-300) == doctest::Approx(angle(0)).epsilon(1e-12));
  CHECK(angle(1e-10) == doctest::Approx(angle(0)).epsilon(1e-7));
}

TEST_CASE("from a tiny start training goes on to the end") {
  // One neuron at the angle 0 learns its part of the labels: H = 5 max(0, x1)^2, |w|^2 = 5. At the
  // rate 2 N = 93.75 the factor 1e300 takes 7.37.
  const TrainingField field(parse_network("squared-relu"), equally_spaced(), {}, 1e-300);
  const auto result = gradient_flow(field, std::vector<double>{1, 0.1}, 9, ignore);
  REQUIRE(result.status == Status::finished);
  CHECK(1e-300 * result.s[0] == doctest::Approx(std::sqrt(5.0)).epsilon(1e-6));
}

TEST_CASE("weights that overflow end the run, whatever the other neurons do") {
  const DataSet data(2, {1, 0, 0, 1}, {1, 1});
  const TrainingField field(parse_network("squared-relu:2"), data, {});
  const std::vector<double> s0{1e200, 0, -1, 1};
  const auto result = gradient_flow(field, s0, 1, ignore);
  CHECK(result.status == Status::failed);
  CHECK(result.t == 0);
  CHECK(result.s == s0);
}

TEST_CASE("gradient descent with small steps follows the flow") {
  const TrainingField field(parse_network("squared-relu:2"), equally_spaced(), {.mean = true}, 0.5);
  const std::vector<double> s0{0.3, 0.1, -0.1, 0.3};
  long samples = 0;
  const auto descent =
      gradient_descent(field, s0, 1e-4, 10000, [&](double, std::span<const double>) { ++samples; });
  CHECK(samples == 201);
  CHECK(descent.t == doctest::Approx(1));
  const auto flow = gradient_flow(field, s0, 1, ignore);
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(descent.s[k] == doctest::Approx(flow.s[k]).epsilon(1e-3));
  }
}

TEST_CASE("neurons that follow the correlation function one by one") {
  const DataSet data = equally_spaced();
  // Crossings of every kind: leaky, with signs, duplicate and antipodal rows are in the data.
  for (const char* name : {"squared-relu:20", "leaky-squared-relu:0.5:12-8"}) {
    CAPTURE(name);
    const TrainingField field(parse_network(name), data, {.mean = true}, 0);
    std::vector<double> s0;
    for (int k = 0; k < 20; ++k) {
      s0.push_back((k + 1) * std::cos(0.1 + 0.1 * std::numbers::pi * k));
      s0.push_back((k + 1) * std::sin(0.1 + 0.1 * std::numbers::pi * k));
    }
    const auto exact = gradient_flow(field, s0, 2.5, ignore, {.rtol = 1e-12, .samples = 1}).s;
    for (const double rtol : {1e-6, 1e-8, 1e-10}) {
      CAPTURE(rtol);
      const auto result = correlation_flow(field, s0, 2.5, rtol);
      REQUIRE(result.status == Status::finished);
      for (std::size_t k = 0; k < 40; k += 2) {
        const double error = std::hypot(result.s[k] - exact[k], result.s[k + 1] - exact[k + 1]);
        CHECK(error <= 30 * rtol * std::hypot(exact[k], exact[k + 1]));
      }
    }
  }
  CHECK_THROWS_AS(correlation_flow(TrainingField(parse_network("relu"), four_rows(), {}),
                                   std::vector<double>(3, 1.0), 1),
                  Error);
}

TEST_CASE("a neuron that dies rests, and one in a cell follows the exponential") {
  const DataSet data(2, {1, 0, 0, 1}, {1, -2});
  const TrainingField field(parse_network("squared-relu:3"), data, {}, 0);
  const auto s = correlation_flow(field, std::vector<double>{1, 3, -1, -1, -1, 2}, 1, 1e-13).s;
  CHECK(s[0] == doctest::Approx(std::exp(2)).epsilon(1e-10));
  CHECK(s[1] == doctest::Approx(3 * std::exp(-4)).epsilon(1e-10));
  CHECK(s[2] == -1);
  CHECK(s[3] == -1);
  CHECK(s[4] == -1);
  CHECK(s[5] == doctest::Approx(2 * std::exp(-4)).epsilon(1e-10));
}

TEST_CASE("training that makes no sense is refused") {
  const TrainingField field(parse_network("relu:2"), four_rows(), {});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(gradient_flow(field, std::vector<double>(5, 1.0), 1, ignore),
                       "the initial weights are 5 numbers, expected 6: 2 neurons of 3", Error);
  CHECK_THROWS_WITH_AS(gradient_flow(field, std::vector<double>{1, 1, 1, 1, nan, 1}, 1, ignore),
                       "initial weight 2 of neuron 2 is nan, expected a finite number", Error);
  CHECK_THROWS_AS(gradient_flow(field, std::vector<double>(6, 0.0), 1, ignore), Error);
  const std::vector<double> s0(6, 1.0);
  CHECK_THROWS_AS(gradient_flow(field, s0, 0, ignore), Error);
  CHECK_THROWS_AS(gradient_flow(field, s0, nan, ignore), Error);
  CHECK_THROWS_AS(gradient_descent(field, s0, 0, 10, ignore), Error);
  CHECK_THROWS_AS(gradient_descent(field, s0, 1e-3, 0, ignore), Error);
}
