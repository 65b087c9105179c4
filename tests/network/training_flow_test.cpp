#include "filippov/network/training_flow.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "filippov/geometry/polytope.hpp"

using namespace filippov;

TEST_CASE("the surfaces of a two-layer network") {
  const DataSet data(2, {1, 0.5, -0.625, 1}, {1, -1});
  const TrainingFlow flow(TrainingField(parse_network("leaky-relu:0.5:3"), data, {}, 0));
  CHECK(flow.switch_count() == 6);
  CHECK(flow.surface_name(0) == "x1.u1");
  CHECK(flow.surface_name(5) == "x2.u3");
  CHECK(flow.jumps_across(2));
  const std::vector<double> s{1, 2, 4, -1, 3, 5, 2, -1, 0};
  CHECK(flow.switching(5, 0, s, {}) == 0.625);
  const SwitchingGradient gradient = flow.switching_gradient(5, 0, s, {});
  CHECK(gradient.x.nonZeros() == 9);
  CHECK(gradient.x[7] == -0.625);
  CHECK(gradient.x[8] == 1);
  CHECK(gradient.x.norm() == doctest::Approx(std::hypot(0.625, 1)));
}

TEST_CASE("Lipschitz networks have no surfaces") {
  const DataSet data(1, {1}, {1});
  CHECK(TrainingFlow(TrainingField(parse_network("squared-relu:2"), data, {})).switch_count() == 0);
  CHECK(TrainingFlow(TrainingField(parse_network("diagonal"), data, {})).switch_count() == 0);
}

TEST_CASE("selections are affine in the signs of active surfaces") {
  const DataSet data(2, {1, 0, 0, 1, 1, 1}, {1, 2, -3});
  const TrainingFlow flow(TrainingField(parse_network("leaky-relu:0.25:2"), data, {}));
  // x1.u1 = 0 and x2.u2 = 0
  const std::vector<double> s{2, 0, 1, -1, 3, 0};
  const std::vector<int> active{0, 3};
  Signature signs{1, 1, 1, 1, 1, 1};
  const auto columns = *flow.affine_columns(active, 0, s, signs);
  std::vector<double> up(6);
  std::vector<double> down(6);
  flow.selection(0, s, signs, up);
  for (std::size_t k = 0; k < 2; ++k) {
    Signature other = signs;
    other[static_cast<std::size_t>(active[k])] = -1;
    flow.selection(0, s, other, down);
    std::vector<double> jump(6);
    for (const auto& [row, value] : columns[k]) jump[static_cast<std::size_t>(row)] = 2 * value;
    for (std::size_t i = 0; i < 6; ++i) CHECK(up[i] - down[i] == doctest::Approx(jump[i]));
  }
}

TEST_CASE("the sum of the subdifferentials is larger than the subdifferential") {
  // Antipodal inputs with the same residual: z x and -z x are active in turn, so that
  // N = v |x.u| is no smoother, but with opposite residuals N = v x.u is linear in u.
  const DataSet data(2, {1, 0, -1, 0}, {1, -1});
  const TrainingFlow flow(TrainingField(parse_network("relu"), data, {}, 0));
  const std::vector<double> s{0.5, 0, 1};
  const Zonotope sum = sum_of_subdifferentials(flow, s);
  // sigma'_1 (1, 0) + sigma'_2 (1, 0), each in [0, 1], times v = 1/2: the truth is sigma'_1 +
  // sigma'_2 = 1.
  CHECK(sum.support(Eigen::Vector3d(0, 1, 0)) == doctest::Approx(1));
  CHECK(sum.support(Eigen::Vector3d(0, -1, 0)) == doctest::Approx(0));
  for (const auto& signs : {Signature{1, -1}, Signature{-1, 1}}) {
    std::vector<double> f(3);
    flow.selection(0, s, signs, f);
    CHECK(f[1] == 0.5);
    CHECK(sum.contains(Eigen::Vector3d(f[0], f[1], f[2])).distance == doctest::Approx(0));
  }
}
