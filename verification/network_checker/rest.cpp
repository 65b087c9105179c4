#include "rest.hpp"

#include <algorithm>
#include <cmath>

namespace network_checker {

namespace {

class Rest {
 public:
  Rest(const Problem& problem, const Box& w) : problem_(problem), w_(w) {}

  bool is_silent() const {
    for (int i = 0; i < problem_.n && !problem_.diagonal; ++i) {
      if (is_absent(i)) continue;
      const Range t = height(i, w_);
      const bool holds = !problem_.two_layer || (w_[0] * problem_.z[i]).nonpositive();
      if (!problem_.leak.is_zero() || !(t.sign() < 0 || (holds && t.nonpositive()))) return false;
    }
    return !problem_.diagonal;
  }

  bool in_cell_of(const Box& other) const {
    for (int i = 0; i < problem_.n; ++i) {
      if (problem_.exact_leak == 1 || is_zero(problem_.x[i])) continue;
      const int side = height(i, w_).sign();
      if (side == 0 || side != height(i, other).sign()) return false;
    }
    return true;
  }

  bool has_mean_zero(const std::vector<Box>& around) const {
    const auto size = static_cast<std::size_t>(problem_.d) + 1;
    if (!is_zero(Box(w_.begin() + 1, w_.end()))) return false;
    if (around.size() == 1) {
      const Box gradient = gradient_at(around.front());
      return !gradient.empty() && is_zero(gradient);
    }
    if (around.size() != size) return false;
    // Weights t with sum_k t_k gradient_k = 0, sum_k t_k = 1, by elimination.
    std::vector<Box> rows(size, Box(size + 1));
    for (std::size_t k = 0; k < size; ++k) {
      const Box gradient = gradient_at(around[k]);
      if (gradient.empty()) return false;
      for (std::size_t l = 0; l + 1 < size; ++l) rows[l][k] = gradient[l];
      rows[size - 1][k] = 1;
    }
    rows[size - 1][size] = 1;
    for (std::size_t k = 0; k < size; ++k) {
      const auto pivot =
          std::max_element(rows.begin() + static_cast<std::ptrdiff_t>(k), rows.end(),
                           [&](const Box& a, const Box& b) {
                             return std::fabs(a[k].middle()) < std::fabs(b[k].middle());
                           });
      std::iter_swap(rows.begin() + static_cast<std::ptrdiff_t>(k), pivot);
      if (rows[k][k].sign() == 0) return false;
      for (std::size_t l = 0; l < size; ++l) {
        if (l == k) continue;
        const Range factor = rows[l][k] / rows[k][k];
        for (std::size_t m = k; m <= size; ++m) rows[l][m] -= factor * rows[k][m];
      }
    }
    for (std::size_t k = 0; k < size; ++k) {
      if (!(rows[k][size] / rows[k][k]).nonnegative()) return false;
    }
    return true;
  }

 private:
  static bool is_zero(const Box& a) {
    return std::all_of(a.begin(), a.end(), [](const Range& entry) { return entry.is_zero(); });
  }
  bool is_absent(int i) const { return problem_.z[i].is_zero() || is_zero(problem_.x[i]); }
  Range height(int i, const Box& w) const {
    return scalar_product(problem_.x[i], problem_.two_layer ? Box(w.begin() + 1, w.end()) : w);
  }
  /// Empty if a side is not decided.
  Box gradient_at(const Box& u) const {
    Box gradient(problem_.d);
    for (int i = 0; i < problem_.n; ++i) {
      if (is_absent(i)) continue;
      const int side = scalar_product(problem_.x[i], u).sign();
      if (side == 0) return {};
      const Range share = (side > 0 ? Range(1) : problem_.leak) * problem_.z[i];
      for (int l = 0; l < problem_.d; ++l) gradient[l].add_product(share, problem_.x[i][l]);
    }
    return gradient;
  }

  const Problem& problem_;
  const Box& w_;
};

}  // namespace

void prove_rest(const Problem& problem, const Box& w, const std::vector<Box>& resting,
                const std::vector<Box>& around) {
  const Rest rest(problem, w);
  if (rest.is_silent()) return;
  if (problem.two_layer && (rest.has_mean_zero(around) ||
                            std::any_of(resting.begin(), resting.end(), [&](const Box& other) {
                              return rest.in_cell_of(other);
                            }))) {
    return;
  }
  throw Refusal("that the gradient of N vanishes where a neuron rests is not proved");
}

}  // namespace network_checker
