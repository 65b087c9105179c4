#include "origin.hpp"

#include <algorithm>
#include <cmath>

#include "value.hpp"

namespace network_checker {

mpz_class scalar_product(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector vector_product(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

bool is_zero(const Vector& a) { return a[0] == 0 && a[1] == 0 && a[2] == 0; }

namespace {

using Near = std::array<double, 3>;

double product(const Near& a, const Near& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

mpz_class volume(const Vector& a, const Vector& b, const Vector& c) {
  return scalar_product(a, vector_product(b, c));
}

/// 0 is in the hull of one to four points.
bool surround(const std::vector<Vector>& p) {
  if (p.size() == 1) return is_zero(p[0]);
  if (p.size() == 2) {
    return is_zero(vector_product(p[0], p[1])) && scalar_product(p[0], p[1]) <= 0;
  }
  if (p.size() == 3) {
    const Vector a = vector_product(p[0], p[1]);
    const Vector b = vector_product(p[1], p[2]);
    const Vector c = vector_product(p[2], p[0]);
    return scalar_product(a, p[2]) == 0 && scalar_product(a, b) > 0 && scalar_product(b, c) > 0;
  }
  const std::array<int, 4> sides{sgn(volume(p[1], p[2], p[3])), -sgn(volume(p[0], p[2], p[3])),
                                 sgn(volume(p[0], p[1], p[3])), -sgn(volume(p[0], p[1], p[2]))};
  const auto [least, most] = std::minmax_element(sides.begin(), sides.end());
  return (*least >= 0 && *most > 0) || (*most <= 0 && *least < 0);
}

/// The point next to 0 of the hull of some points, and those it is a mean of.
struct Nearest {
  Near at{};
  std::vector<std::size_t> of;
  double square = INFINITY;
};

/// Of at most five points: the best mean of one to four that has positive weights.
Nearest nearest(const std::vector<Near>& points, const std::vector<std::size_t>& among) {
  Nearest best;
  for (unsigned subset = 1; subset < 1u << among.size(); ++subset) {
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < among.size(); ++i) {
      if ((subset >> i & 1u) != 0) of.push_back(among[i]);
    }
    const std::size_t n = of.size();
    if (n > 4) continue;
    // Gram w = multiplier, sum w = 1, by elimination.
    std::vector<std::vector<double>> system(n + 1, std::vector<double>(n + 2));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) system[i][j] = product(points[of[i]], points[of[j]]);
      system[i][n] = system[n][i] = 1;
    }
    system[n][n + 1] = 1;
    bool regular = true;
    for (std::size_t k = 0; k <= n && regular; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k; i <= n; ++i) {
        if (std::fabs(system[i][k]) > std::fabs(system[pivot][k])) pivot = i;
      }
      std::swap(system[k], system[pivot]);
      regular = system[k][k] != 0;
      for (std::size_t i = 0; i <= n && regular; ++i) {
        if (i == k) continue;
        const double factor = system[i][k] / system[k][k];
        for (std::size_t j = k; j < n + 2; ++j) system[i][j] -= factor * system[k][j];
      }
    }
    if (!regular) continue;
    Near at{};
    bool inside = true;
    for (std::size_t i = 0; i < n; ++i) {
      const double weight = system[i][n + 1] / system[i][i];
      inside = inside && weight > 0;
      for (std::size_t t = 0; t < 3; ++t) at[t] += weight * points[of[i]][t];
    }
    const double square = product(at, at);
    if (inside && square < best.square) best = {at, of, square};
  }
  return best;
}

}  // namespace

bool hull_has_origin(const std::vector<Vector>& points) {
  double largest = 0;
  for (const Vector& p : points) {
    for (const mpz_class& entry : p) largest = std::max(largest, std::fabs(entry.get_d()));
  }
  std::vector<Near> near;
  for (const Vector& p : points) {
    near.push_back({p[0].get_d() / largest, p[1].get_d() / largest, p[2].get_d() / largest});
  }
  constexpr double tiny = 1e-28;
  std::vector<std::size_t> among{0};
  Nearest best;
  for (int step = 0; step < 1000; ++step) {
    const Nearest next = nearest(near, among);
    if (!(next.square < best.square)) break;
    best = next;
    if (best.square < tiny) break;
    const auto furthest = std::min_element(
        near.begin(), near.end(),
        [&](const Near& a, const Near& b) { return product(a, best.at) < product(b, best.at); });
    if (product(*furthest, best.at) > 0.5 * best.square) break;
    among = best.of;
    among.push_back(static_cast<std::size_t>(furthest - near.begin()));
  }
  // Any vector can prove that all points are on one side.
  Vector normal;
  const double length = std::sqrt(best.square);
  for (std::size_t t = 0; t < 3; ++t) {
    if (length > 0) normal[t] = std::round(best.at[t] / length * 0x1p50);
  }
  if (std::all_of(points.begin(), points.end(),
                  [&](const Vector& p) { return scalar_product(p, normal) > 0; })) {
    return false;
  }
  std::vector<Vector> around;
  for (const std::size_t i : best.of) around.push_back(points[i]);
  if (surround(around)) return true;
  if (around.size() == 3) {  // on the face of a tetrahedron, up to rounding
    around.emplace_back();
    for (const Vector& p : points) {
      around.back() = p;
      if (surround(around)) return true;
    }
  }
  throw Refusal("whether v = 1, u = 0 is a KKT point is not decided");
}

}  // namespace network_checker
