#include "points.hpp"

#include <algorithm>
#include <cmath>

#include "gradient_bounds.hpp"
#include "krawczyk.hpp"

namespace network_checker {

std::vector<Box> gradient_matrix(const Problem& problem, const Box& u) {
  std::vector<Box> a(problem.d, Box(problem.d));
  const Range leaking = squared(problem.leak);
  for (int i = 0; i < problem.n; ++i) {
    const int side = scalar_product(problem.x[i], u).sign();
    const Range share = side > 0 ? Range(1) : side < 0 ? leaking : hull(Range(1), leaking);
    const Range z = share * problem.z[i];
    for (int k = 0; k < problem.d; ++k) {
      const Range part = z * problem.x[i][k];
      for (int l = 0; l <= k; ++l) a[k][l].add_product(part, problem.x[i][l]);
    }
  }
  for (int k = 0; k < problem.d; ++k) {
    for (int l = 0; l < k; ++l) a[l][k] = a[k][l];
  }
  return a;
}

namespace {

/// That of a KKT point in the box u, the matrices A and the multiplier lambda over it given.
int stability(const std::vector<Box>& a, const Box& u, const Range& lambda) {
  const std::size_t d = u.size();
  // lambda - A is positive definite on the tangents if it is with a multiple of u u^T.
  std::vector<Box> rest(d, Box(d));
  double size = std::fabs(lambda.middle()) + 1;
  for (const Box& row : a) {
    for (const Range& entry : row) size += std::fabs(entry.middle());
  }
  for (std::size_t k = 0; k < d; ++k) {
    for (std::size_t l = 0; l < d; ++l) {
      rest[k][l] = Range(size) * u[k] * u[l] - a[k][l] + (k == l ? lambda : Range(0));
    }
  }
  if (positive_definite(rest)) return 1;
  // The steepest tangent, about: the largest eigenvector of A without its part along u.
  std::vector<double> t(d);
  for (std::size_t k = 0; k < d; ++k) t[k] = 1 + 0.1 * static_cast<double>(k);
  for (int step = 0; step < 500; ++step) {
    double along = 0;
    for (std::size_t k = 0; k < d; ++k) along += t[k] * u[k].middle();
    for (std::size_t k = 0; k < d; ++k) t[k] -= along * u[k].middle();
    double length = 0;
    std::vector<double> next(d);
    for (std::size_t k = 0; k < d; ++k) {
      next[k] = size * t[k];
      for (std::size_t l = 0; l < d; ++l) next[k] += a[k][l].middle() * t[l];
      length = std::hypot(length, next[k]);
    }
    for (std::size_t k = 0; k < d; ++k) t[k] = length > 0 ? next[k] / length : 0;
  }
  Box tangent(t.begin(), t.end());
  const Range along = scalar_product(tangent, u);
  for (std::size_t k = 0; k < d; ++k) tangent[k] -= along * u[k];
  Range bend = -lambda * scalar_product(tangent, tangent);
  for (std::size_t k = 0; k < d; ++k) bend += tangent[k] * scalar_product(a[k], tangent);
  return bend.positive() ? 0 : -1;
}

int prove_squared(const Problem& problem, const ClaimedPoint& claim) {
  const int d = problem.d;
  Box centre;
  for (const Range& entry : claim.box) centre.emplace_back(entry.middle());
  const std::vector<Box> at_centre = gradient_matrix(problem, centre);
  Box value;
  for (const Box& row : at_centre) value.push_back(scalar_product(row, centre));
  const Range lambda = scalar_product(value, centre).middle();
  for (int k = 0; k < d; ++k) value[k] -= lambda * centre[k];
  value.push_back((Range(1) - scalar_product(centre, centre)) / Range(2));
  centre.push_back(lambda);

  // Every KKT point in the box has its multiplier u.A u in this range, and the root in it.
  Box box = claim.box;
  const std::vector<Box> a = gradient_matrix(problem, box);
  Range multiplier = 0;
  for (int k = 0; k < d; ++k) multiplier += scalar_product(a[k], box) * box[k];
  const double room = 1e-9 * (1 + std::fabs(lambda.middle()));
  multiplier = hull(hull(multiplier, lambda - Range(room)), lambda + Range(room));
  std::vector<Box> jacobian = a;
  for (int k = 0; k < d; ++k) {
    jacobian[k][k] -= multiplier;
    jacobian[k].push_back(-box[k]);
  }
  jacobian.emplace_back();
  for (int k = 0; k < d; ++k) jacobian.back().push_back(-box[k]);
  jacobian.back().emplace_back(0.0);
  box.push_back(multiplier);

  const Box root = krawczyk(centre, box, value, jacobian, "the first-order conditions");
  compare(root.back(), claim.objective, "the objective");
  return stability(a, claim.box, multiplier);
}

/// Rows on whose common hyperplane u is: multiples of the first. From x.u < 0 to x.u > 0, x the
/// first, dG jumps by (1 - leak) jump x, jump = sum z_j |x_j| / |x|.
struct Kink {
  int row;
  Range jump;
  std::vector<int> opposite;  ///< the rows that are negative multiples
};

std::vector<Kink> kinks_of(const Problem& problem, const std::vector<int>& rows) {
  std::vector<Kink> kinks;
  for (const int i : rows) {
    if (std::count(rows.begin(), rows.end(), i) > 1) throw Refusal("a row is named twice");
    bool joined = false;
    for (Kink& kink : kinks) {
      const mpq_class factor = problem.ratio(i, kink.row);
      if (factor == 0) continue;
      kink.jump += problem.z[i] * magnitude(range(factor));
      if (factor < 0) kink.opposite.push_back(i);
      joined = true;
      break;
    }
    if (!joined) kinks.push_back({i, problem.z[i], {}});
  }
  return kinks;
}

bool is_opposite(const std::vector<Kink>& kinks, int row) {
  return std::any_of(kinks.begin(), kinks.end(), [&](const Kink& kink) {
    return std::find(kink.opposite.begin(), kink.opposite.end(), row) != kink.opposite.end();
  });
}

int prove_two_layers(const Problem& problem, const ClaimedPoint& claim) {
  const int d = problem.d;
  const Box u(claim.box.begin() + 1, claim.box.end());
  const Range half = root(Range(1) / Range(2));
  const Range v = claim.box[0].sign() > 0 ? half : -half;
  if (claim.box[0].sign() == 0) throw Refusal("v may be 0 in the box");
  compare(v, claim.box[0], "v");
  const std::vector<Kink> kinks = kinks_of(problem, claim.kinks);
  Box drive(d);
  for (int i = 0; i < problem.n; ++i) {
    Range slope = problem.leak;
    if (std::find(claim.kinks.begin(), claim.kinks.end(), i) == claim.kinks.end()) {
      const int side = scalar_product(problem.x[i], u).sign();
      const bool zero = std::all_of(problem.x[i].begin(), problem.x[i].end(),
                                    [](const Range& entry) { return entry.is_zero(); });
      if (side == 0 && !zero) {
        throw Refusal("the side of row " + std::to_string(i) + " is not decided in the box");
      }
      if (side > 0) slope = 1;
    } else if (is_opposite(kinks, i)) {
      slope = 1;
    }
    for (int k = 0; k < d; ++k) drive[k].add_product(slope * problem.z[i], problem.x[i][k]);
  }
  // drive + sum_g t_g jump_g x_g orthogonal to the rows x_g, 0 <= t_g <= 1.
  const std::size_t count = kinks.size();
  std::vector<Box> gram(count, Box(count + 1));
  for (std::size_t p = 0; p < count; ++p) {
    const Box& row = problem.x[kinks[p].row];
    for (std::size_t q = 0; q < count; ++q) {
      gram[p][q] = scalar_product(row, problem.x[kinks[q].row]);
    }
    gram[p][count] = -scalar_product(row, drive);
  }
  for (std::size_t k = 0; k < count; ++k) {  // positive definite: pivots on the diagonal
    if (!gram[k][k].positive()) throw Refusal("the rows of the kinks may be dependent");
    for (std::size_t i = 0; i < count; ++i) {
      if (i == k) continue;
      const Range factor = gram[i][k] / gram[k][k];
      for (std::size_t j = k; j <= count; ++j) gram[i][j] -= factor * gram[k][j];
    }
  }
  bool upwards = false;
  bool downwards = true;
  for (std::size_t k = 0; k < count; ++k) {
    const Range weight = gram[k][count] / gram[k][k];
    const Range jump = (Range(1) - problem.leak) * kinks[k].jump;
    const Range share = weight / jump;
    const int bends = jump.sign() * claim.box[0].sign();
    upwards = upwards || bends > 0;
    downwards = downwards && bends < 0 && share.strictly_inside(Range(0, 1));
    if (!share.inside(Range(0, 1))) {
      throw Refusal("the share of row " + std::to_string(kinks[k].row) + " is in " + shown(share) +
                    ", not in [0, 1]");
    }
    for (int l = 0; l < d; ++l) drive[l].add_product(weight, problem.x[kinks[k].row][l]);
  }
  const Range length = length_of(drive);
  if (!length.positive()) throw Refusal("the drive may be 0");
  const int sense = scalar_product(drive, u).sign();
  if (sense == 0) throw Refusal("the drive may be orthogonal to u");
  for (int k = 0; k < d; ++k) {
    compare(Range(sense) * half * drive[k] / length, u[k], "weight " + std::to_string(k + 2));
  }
  const int sign = sense * claim.box[0].sign();  // of N
  compare(Range(sign) * length / Range(2), claim.objective, "the objective");
  return sign < 0 || upwards ? 0 : downwards ? 1 : -1;
}

/// With q = sum_i z_i x_i, N = q.(u * v): dN = (q * v, q * u) is q_k or -q_k times (e_k, +-e_k).
int prove_diagonal(const Problem& problem, const ClaimedPoint& claim) {
  const int d = problem.d;
  const Range half = root(Range(1) / Range(2));
  int k = 0;
  for (int l = 1; l < d; ++l) {
    if (std::fabs(claim.box[l].middle()) > std::fabs(claim.box[k].middle())) k = l;
  }
  Box w(2 * d);
  Range q = 0;
  for (int i = 0; i < problem.n; ++i) q.add_product(problem.z[i], problem.x[i][k]);
  for (const int l : {k, d + k}) w[l] = claim.box[l].middle() < 0 ? -half : half;
  for (int l = 0; l < 2 * d; ++l) compare(w[l], claim.box[l], "weight " + std::to_string(l + 1));
  compare(q * w[k] * w[d + k], claim.objective, "the objective");
  return -1;
}

}  // namespace

int prove_point(const Problem& problem, const ClaimedPoint& claim) {
  if (problem.diagonal) return prove_diagonal(problem, claim);
  return problem.two_layer ? prove_two_layers(problem, claim) : prove_squared(problem, claim);
}

}  // namespace network_checker
