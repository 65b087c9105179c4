#include <doctest/doctest.h>
#include <fmt/format.h>

#include <Eigen/Dense>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "filippov/function/parse.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/tube/enclose.hpp"

using namespace filippov;

namespace {

/// x' = b + G (sign y, sign h_2, sign h_3), h_2 = p y + q z, h_3 = x + c y + d z.
struct ThreeRelays {
  Eigen::Vector3d b;
  Eigen::Matrix3d G;
  Eigen::Matrix3d heights;  // rows

  std::string field(int i) const {
    return fmt::format("{} + {}*sign(y) + {}*sign({}*y + {}*z) + {}*sign(x + {}*y + {}*z)", b(i),
                       G(i, 0), G(i, 1), heights(1, 1), heights(1, 2), G(i, 2), heights(2, 1),
                       heights(2, 2));
  }
};

/// An ascent, with jumps along the normals, or one where those held turn each other little and the
/// third much, and are turned by it; then h_2 = z.
ThreeRelays random_relays(std::mt19937& random, bool is_ascent) {
  const auto entry = [&](int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random) / 8.0;
  };
  ThreeRelays result;
  result.heights << 0, 1, 0, 0, 0, 1, 1, entry(-24, 24), entry(-24, 24);
  if (is_ascent) {
    result.heights(1, 1) = entry(-12, 12);
    result.heights(1, 2) = entry(1, 8);
  }
  for (int i = 0; i < 3; ++i) {
    result.b(i) = entry(-6, 6);
    for (int j = 0; j < 3; ++j) result.G(i, j) = i > 0 && j < 2 ? entry(-5, 5) : entry(-20, 20);
  }
  result.G(1, 0) = entry(-24, -8);
  result.G(2, 1) = entry(-24, -8);
  if (is_ascent) {
    for (int j = 0; j < 3; ++j) {
      result.G.col(j) = result.heights.row(j).transpose() * (j < 2 ? entry(-24, -8) : entry(1, 12));
    }
  }
  return result;
}

/// The velocity on a face, where it is a velocity in F tangent to the face that leads into it, or
/// rest at 0: t v is a solution from 0 then. Signs: 0 where it slides.
std::vector<Eigen::Vector3d> rays(const ThreeRelays& system) {
  std::vector<Eigen::Vector3d> result;
  for (int face = 0; face < 27; ++face) {
    const std::array<int, 3> signs{face % 3 - 1, face / 3 % 3 - 1, face / 9 - 1};
    std::vector<int> zero;
    Eigen::Vector3d v = system.b;
    for (int j = 0; j < 3; ++j) {
      if (signs[static_cast<std::size_t>(j)] == 0) zero.push_back(j);
      v += signs[static_cast<std::size_t>(j)] * system.G.col(j);
    }
    const Eigen::MatrixXd normals = system.heights(zero, Eigen::all);
    const Eigen::MatrixXd jumps = system.G(Eigen::all, zero);
    if (!zero.empty()) {
      const Eigen::FullPivLU<Eigen::MatrixXd> lu(normals * jumps);
      if (!lu.isInvertible()) continue;
      const Eigen::VectorXd u = lu.solve(-normals * v);
      if (u.cwiseAbs().maxCoeff() > 1) continue;
      v += jumps * u;
    }
    bool leads_into = true;
    for (int j = 0; j < 3; ++j) {
      const int sign = signs[static_cast<std::size_t>(j)];
      if (sign != 0) leads_into = leads_into && sign * system.heights.row(j).dot(v) > 1e-12;
    }
    if (leads_into) result.push_back(v);
  }
  return result;
}

}  // namespace

// Every solution from 0 that follows one face is a ray t v. Where what slides on y = z = 0 until
// h_3 passes 0 is certified to have one solution, there is one ray.
TEST_CASE("a corner that is certified to be passed in one way has one ray") {
  std::mt19937 random(2);
  int certified = 0;
  int left = 0;
  int branching = 0;
  for (int k = 0; k < 12000; ++k) {
    const ThreeRelays system = random_relays(random, k % 2 == 0);
    // On the face (0, 0, -1).
    const Eigen::Vector3d before = system.b - system.G.col(2);
    const Eigen::Matrix2d jumps = system.G.block<2, 2>(1, 0);
    if (std::fabs(jumps.determinant()) < 1e-9) continue;
    const Eigen::Vector2d u = jumps.inverse() * -before.tail<2>();
    const double speed = before(0) + system.G.row(0).head<2>() * u;
    if (!(u.cwiseAbs().maxCoeff() < 0.99) || speed < 0.1) continue;
    const std::vector<Eigen::Vector3d> ways = rays(system);
    const FilippovMap map(
        parse_field({system.field(0), system.field(1), system.field(2)}, {{"x", "y", "z"}}));
    const Tube tube = enclose(map, {.t1 = 0.5, .x0 = {-speed / 4, 0, 0}});
    if (ways.size() > 1) ++branching;
    if (tube.uniqueness.proof != Proof::certified || tube.t < 0.5) continue;
    ++certified;
    CAPTURE(system.field(0));
    CAPTURE(system.field(1));
    CAPTURE(system.field(2));
    REQUIRE_EQ(ways.size(), 1);
    const Eigen::Vector3d end = ways.front() / 4;
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(std::fabs(tube.box[i].midpoint() - end(static_cast<Eigen::Index>(i))) < 1e-9);
    }
    if (end.tail<2>().cwiseAbs().maxCoeff() > 0) ++left;
  }
  CHECK(certified > 100);
  CHECK(left > 20);
  CHECK(branching > 10);
  MESSAGE(certified << " certified, " << left << " leave, " << branching << " branch");
}
