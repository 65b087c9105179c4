#include "gradient_bounds.hpp"

namespace network_checker {

bool positive_definite(std::vector<Box> a) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (!a[k][k].positive()) return false;
    for (std::size_t i = k + 1; i < a.size(); ++i) {
      const Range factor = a[i][k] / a[k][k];
      for (std::size_t j = k + 1; j < a.size(); ++j) a[i][j] -= factor * a[k][j];
    }
  }
  return true;
}

namespace {

/// (s(a) - s(b)) / (a - b) for s(t) = t or leaking t where t < 0: a convex function, whose secants
/// grow steeper with a.
Range secant(const Range& a, const Range& b, const Range& leaking) {
  if (a.nonnegative() && b.nonnegative()) return 1;
  if (a.nonpositive() && b.nonpositive()) return leaking;
  const auto at = [&](double end) {
    const Range t(end);
    const auto s = [&](const Range& x) { return at_least_zero(x) - leaking * at_least_zero(-x); };
    return (s(t) - s(b)) / (t - b);
  };
  if ((Range(a.lower(), a.upper()) - b).sign() == 0) return hull(leaking, Range(1));
  return hull(at(a.lower()), at(a.upper()));
}

constexpr int most_boxes = 1000000;

}  // namespace

/// All eigenvalues of 2 sum_i shares_i x_i x_i^T are less than the rate.
bool GradientBounds::exceeds(const Range& rate, const Box& shares) const {
  std::vector<Box> a(problem_.d, Box(problem_.d));
  for (int k = 0; k < problem_.d; ++k) a[k][k] = rate;
  for (int i = 0; i < problem_.n; ++i) {
    const Range share = Range(-2) * shares[i];
    for (int k = 0; k < problem_.d; ++k) {
      for (int l = 0; l < problem_.d; ++l) {
        a[k][l].add_product(share * problem_.x[i][k], problem_.x[i][l]);
      }
    }
  }
  return positive_definite(std::move(a));
}

bool GradientBounds::grows_at_most(const Range& rate, int sign) const {
  Box shares;
  for (const Range& z : z_) shares.push_back(at_least_zero(Range(sign) * z));
  return exceeds(rate, shares);
}

bool GradientBounds::grows_at_most(const Range& rate, const Box& u) const {
  const Range leaking = squared(problem_.leak);
  Box shares;
  for (int i = 0; i < problem_.n; ++i) {
    const int side = scalar_product(problem_.x[i], u).sign();
    const Range slope = side > 0 ? Range(1) : side < 0 ? leaking : hull(leaking, Range(1));
    shares.push_back((z_[i] * slope).upper());
  }
  return exceeds(rate, shares);
}

/// dN(u) - dN(c) = A (u - c), A = 2 sum_i z_i s_i x_i x_i^T with the secants s_i.
bool GradientBounds::holds(const Box& u, const Box& centre, const Range& square) const {
  const int d = problem_.d;
  const Range leaking = squared(problem_.leak);
  std::vector<Box> a(d, Box(d));
  Box way = u;
  for (int k = 0; k < d; ++k) way[k] -= centre[k];
  const Range distance = scalar_product(way, way);
  if ((distance - Range(1)).positive()) return true;  // outside the ball
  for (int i = 0; i < problem_.n; ++i) {
    const Box& x = problem_.x[i];
    const Range share =
        Range(2) * z_[i] * secant(scalar_product(x, u), scalar_product(x, centre), leaking);
    for (int k = 0; k < d; ++k) {
      for (int l = 0; l <= k; ++l) a[k][l].add_product(share * x[k], x[l]);
    }
  }
  for (int k = 0; k < d; ++k) {
    for (int l = 0; l < k; ++l) a[l][k] = a[k][l];
  }
  Range image = 0;
  for (const Box& row : a) image += squared(scalar_product(row, way));
  if ((square * Range(distance.lower()) - image).nonnegative()) return true;
  std::vector<Box> rest(d, Box(d));  // square - A^T A
  for (int k = 0; k < d; ++k) {
    for (int l = 0; l < d; ++l) {
      rest[k][l] = (k == l ? square : Range(0)) - scalar_product(a[k], a[l]);
    }
  }
  return positive_definite(std::move(rest));
}

void GradientBounds::prove_quotient(const Box& centre, const Range& bound) const {
  if (grows_at_most(bound, 1) && grows_at_most(bound, -1)) return;
  const Range square = squared(bound);
  Box ball;
  for (const Range& entry : centre) ball.push_back(entry + Range(-1, 1));
  std::vector<Box> open{ball};
  for (int count = 0; !open.empty(); ++count) {
    if (count == most_boxes || problem_.d > 3) {
      throw Refusal("the gradient of N is not proved to have the Lipschitz constant " +
                    shown(bound) + " about the saddle");
    }
    const Box box = open.back();
    open.pop_back();
    if (holds(box, centre, square)) continue;
    int widest = 0;
    for (int k = 1; k < problem_.d; ++k) {
      if (box[k].upper() - box[k].lower() > box[widest].upper() - box[widest].lower()) widest = k;
    }
    const Range& side = box[widest];
    for (const Range& half :
         {Range(side.lower(), side.middle()), Range(side.middle(), side.upper())}) {
      open.push_back(box);
      open.back()[widest] = half;
    }
  }
}

}  // namespace network_checker
