#include "diagonal.hpp"

namespace network_checker {

namespace {

class Correlations {
 public:
  explicit Correlations(const Problem& problem)
      : exact_known_(problem.exact), q_(problem.d), exact_(problem.d) {
    for (int i = 0; i < problem.n; ++i) {
      for (int k = 0; k < problem.d; ++k) {
        q_[k].add_product(problem.z[i], problem.x[i][k]);
        exact_[k] += problem.exact_z[i] * problem.exact_x[i][k];
      }
    }
  }

  const Range& operator[](int k) const { return q_[k]; }
  int sign(int k) const { return exact_known_ ? sgn(exact_[k]) : decided(q_[k]); }
  /// That of |q_k| - |q_l|.
  int compare(int k, int l) const {
    if (k == l) return 0;
    return exact_known_ ? sgn(abs(exact_[k]) - abs(exact_[l]))
                        : decided(magnitude(q_[k]) - magnitude(q_[l]));
  }

 private:
  static int decided(const Range& a) {
    if (a.sign() == 0) throw Refusal("whether correlations agree or vanish is not decided");
    return a.sign();
  }

  bool exact_known_;
  Box q_;
  std::vector<mpq_class> exact_;
};

}  // namespace

std::vector<DiagonalSet> diagonal_sets(const Problem& problem) {
  const Correlations q(problem);
  const int d = problem.d;
  const Range half = root(Range(1) / Range(2));
  std::vector<DiagonalSet> sets;
  for (int k = 0; k < d; ++k) {
    std::vector<int> group;  // the same |q|
    bool largest = true;
    for (int l = 0; l < d; ++l) {
      if (q.compare(k, l) == 0) group.push_back(l);
      if (q.compare(k, l) < 0) largest = false;
    }
    if (group.front() != k) continue;
    const int count = static_cast<int>(group.size());
    const int sign = q.sign(k);
    if (sign == 0) {
      Box box(2 * d);
      for (const int l : group) box[l] = box[d + l] = Range(-1, 1);
      sets.push_back({box, 0, largest ? -1 : 0, 2 * count - 1});
      continue;
    }
    for (const int side : {1, -1}) {  // v = +-u on the group
      const Range objective = Range(side) * magnitude(q[k]) / Range(2);
      const int stable = side > 0 && largest ? 1 : 0;
      for (const int start : {1, -1}) {
        Box box(2 * d);
        for (const int l : group) {
          box[l] = count > 1 ? hull(half, -half) : Range(start) * half;
          box[d + l] = count > 1 ? hull(half, -half) : Range(start * sign * side) * half;
        }
        sets.push_back({box, objective, stable, count - 1});
        if (count > 1) break;  // w and -w are in one set
      }
    }
  }
  return sets;
}

}  // namespace network_checker
