#include "filippov/view/training_plot.hpp"

#include <doctest/doctest.h>

#include <numbers>

#include "filippov/arithmetic/error.hpp"
#include "scratch_directory.hpp"

using namespace filippov;

TEST_CASE("training with two features shows directions and the correlation function") {
  const ScratchDirectory scratch;
  const DataSet data(2, {1, 0, 0, 1, -1, 0}, {1, 0.5, 0.75});
  const TrainingField field(parse_network("squared-relu:2"), data, {}, 1e-3);
  TrainingRecord record;
  gradient_flow(field, std::vector<double>{1, 1, -1, 2}, 2, record_into(record, field),
                {.samples = 10});
  REQUIRE(record.t.size() == 11);
  CHECK(record.loss.front() > record.loss.back());
  CHECK(record.norm.front() == doctest::Approx(1e-3 * std::sqrt(7.0)));
  REQUIRE(record.angles.size() == 2);
  CHECK(record.angles[0].front() == doctest::Approx(std::numbers::pi / 4));
  CHECK(correlation(field, field.labels(), 0) == doctest::Approx(1));
  CHECK(correlation(field, field.labels(), std::numbers::pi / 4) == doctest::Approx(0.75));

  const auto file = scratch.path() / "training.svg";
  plot_training(file, field, record);
  const std::string svg = contents(file);
  CHECK(svg.find("N(θ)") != std::string::npos);
  CHECK(svg.find("direction θ") != std::string::npos);
  plot_training(file, field, record, {.with_correlation = false});
  CHECK(contents(file).find("N(θ)") == std::string::npos);
}

TEST_CASE("angles go on where atan2 jumps") {
  const DataSet data(2, {-1, 0.1}, {1});
  const TrainingField field(parse_network("squared-relu"), data, {}, 1);
  TrainingRecord record;
  const TrainingObserver observer = record_into(record, field, {.reference = {-1, 0}});
  observer(0, std::vector<double>{-1, 0.1});
  observer(1, std::vector<double>{-1, -0.1});
  CHECK(record.angles[0][1] == doctest::Approx(std::numbers::pi + std::atan(0.1)));
  CHECK(record.norm[1] == doctest::Approx(0.1));
}

TEST_CASE("with more features cosines are drawn, and nothing of an empty record") {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "training.svg";
  const DataSet data(3, {1, 0, 0, 0, 1, 2}, {1, 0.5});
  const TrainingField field(parse_network("relu:300"), data, {.mean = true}, 1e-3);
  TrainingRecord record;
  CHECK_THROWS_AS(plot_training(file, field, record), Error);
  CHECK_FALSE(std::filesystem::exists(file));
  std::vector<double> s0(1200);
  for (std::size_t k = 0; k < s0.size(); ++k) s0[k] = std::sin(static_cast<double>(k * k));
  gradient_flow(field, s0, 2, record_into(record, field, {.cosines = true}), {.samples = 10});
  CHECK(record.angles.empty());
  REQUIRE(record.cosines.size() == 300);
  plot_training(file, field, record);
  CHECK(contents(file).find("cosine") != std::string::npos);
}
