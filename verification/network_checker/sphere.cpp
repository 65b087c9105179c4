#include "sphere.hpp"

#include <algorithm>

namespace network_checker {

namespace {

constexpr int most_parts = 300000;
constexpr double narrowest = 1e-7;

bool inside(const Box& a, const Box& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (!a[k].inside(b[k])) return false;
  }
  return true;
}

bool apart(const Box& a, const Box& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if ((a[k] - b[k]).sign() != 0) return true;
  }
  return false;
}

/// A large box around the point in which there is no other KKT point.
Box domain(const Problem& problem, const ClaimedPoint& point) {
  for (double radius = 0.25; radius > narrowest; radius /= 2) {
    ClaimedPoint wide{{}, Range(-1e300, 1e300), {}};
    for (const Range& entry : point.box) {
      wide.box.push_back(Range(entry.middle()) + Range(-radius, radius));
    }
    if (!inside(point.box, wide.box)) break;
    try {
      prove_point(problem, wide);
      return wide.box;
    } catch (const Refusal&) {
    }
  }
  return point.box;
}

/// No direction of the part u, u_k = +-1, is critical, by the mean value theorem.
bool excluded(const Problem& problem, const Box& u, std::size_t k) {
  Box centre;
  for (const Range& entry : u) centre.emplace_back(entry.middle());
  const std::vector<Box> a = gradient_matrix(problem, u);
  Box at_centre;
  for (const Box& row : gradient_matrix(problem, centre)) {
    at_centre.push_back(scalar_product(row, centre));
  }
  Box g;
  for (const Box& row : a) g.push_back(scalar_product(row, u));
  for (std::size_t i = 0; i < u.size(); ++i) {
    if (i == k) continue;
    Range f = centre[k] * at_centre[i] - centre[i] * at_centre[k];
    for (std::size_t j = 0; j < u.size(); ++j) {
      if (j == k) continue;
      Range slope = u[k] * a[i][j] - u[i] * a[k][j];
      if (i == j) slope -= g[k];
      f += slope * (u[j] - centre[j]);
    }
    if (f.sign() != 0) return true;
  }
  return false;
}

struct Part {
  Box u;
  std::size_t k;
};

}  // namespace

void prove_no_others(const Problem& problem, const std::vector<ClaimedPoint>& points) {
  if (problem.two_layer || problem.diagonal || problem.d != 3) {
    throw Refusal("complete lists are proved for squared ReLU where there are three features");
  }
  std::vector<Box> domains;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!apart(points[i].box, points[j].box)) throw Refusal("two KKT points may be the same");
    }
    domains.push_back(domain(problem, points[i]));
  }
  std::vector<Part> open;
  for (std::size_t k = 0; k < 3; ++k) {
    for (const double side : {1, -1}) {
      open.push_back({Box(3, Range(-1, 1)), k});
      open.back().u[k] = side;
    }
  }
  for (int count = 0; !open.empty(); ++count) {
    const Part part = open.back();
    open.pop_back();
    const Range length = length_of(part.u);
    Box unit;
    for (const Range& entry : part.u) unit.push_back(entry / length);
    if (std::any_of(domains.begin(), domains.end(),
                    [&](const Box& box) { return inside(unit, box); }) ||
        excluded(problem, part.u, part.k)) {
      continue;
    }
    std::size_t widest = part.k == 0 ? 1 : 0;
    for (std::size_t j = 0; j < 3; ++j) {
      if (part.u[j].upper() - part.u[j].lower() > part.u[widest].upper() - part.u[widest].lower()) {
        widest = j;
      }
    }
    const Range side = part.u[widest];
    if (count > most_parts || side.upper() - side.lower() < narrowest) {
      throw Refusal("other KKT points are not excluded near " + shown(unit[0]) + ", " +
                    shown(unit[1]) + ", " + shown(unit[2]));
    }
    for (const Range& half :
         {Range(side.lower(), side.middle()), Range(side.middle(), side.upper())}) {
      open.push_back(part);
      open.back().u[widest] = half;
    }
  }
}

}  // namespace network_checker
