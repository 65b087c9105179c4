#include <algorithm>
#include <cmath>

#include "critical_points.hpp"

namespace filippov::detail {

namespace {

/// q = sum_i z_i x_i
NumberVector correlations(const DataSet& data, const Loss& loss) {
  Number weight = 1;
  if (loss.kind == LossKind::logistic) weight = Number(mpq_class(1, 2));
  if (loss.mean) weight = weight * Number(mpq_class(1, data.size()));
  NumberVector q(static_cast<std::size_t>(data.dimension()), 0);
  for (int i = 0; i < data.size(); ++i) {
    const Number z = weight * Number(data.label_decimal(i), data.label(i));
    for (std::size_t k = 0; k < q.size(); ++k) {
      q[k] += z * Number(data.input_decimal(i, static_cast<int>(k)), data.input(i)[k]);
    }
  }
  return q;
}

/// (a e_k, b e_k)
std::vector<Interval> pair_of_weights(std::size_t k, std::size_t d, Interval a, Interval b) {
  std::vector<Interval> w(2 * d, 0);
  w[k] = a;
  w[d + k] = b;
  return w;
}

KktPoint kkt_set(const std::vector<Interval>& representative, std::vector<Interval> box,
                 Interval objective, std::optional<bool> stable, int dimension) {
  KktPoint point;
  for (const Interval& entry : representative) point.u.push_back(entry.midpoint());
  point.box = std::move(box);
  point.objective = objective;
  point.certified = true;
  point.stable = stable;
  point.dimension = dimension;
  return point;
}

}  // namespace

KktPoints diagonal_points(const DataSet& data, const Loss& loss) {
  const NumberVector q = correlations(data, loss);
  const std::size_t d = q.size();
  KktPoints result{{}, true, ""};
  const Interval share = sqrt(Interval(0.5));
  std::vector<char> done(d, 0);
  for (std::size_t k = 0; k < d; ++k) {
    if (done[k] != 0) continue;
    // Those with the same |q|: their eigenvectors make a sphere.
    std::vector<std::size_t> group;
    bool known = q[k].sign().has_value();
    bool largest = true;
    for (std::size_t l = 0; l < d; ++l) {
      const auto order = l == k ? 0 : (q[k] * q[k] - q[l] * q[l]).sign();
      known = known && order.has_value();
      largest = largest && order.value_or(0) >= 0;
      if (order && *order == 0) group.push_back(l);
    }
    if (!known) {
      result.complete = false;
      result.reason = "whether correlations vanish or agree could not be decided";
      continue;
    }
    for (const std::size_t l : group) done[l] = 1;
    const auto count = static_cast<int>(group.size());
    const int sign = *q[k].sign();
    if (sign == 0) {
      std::vector<Interval> box(2 * d, 0);
      for (const std::size_t l : group) box[l] = box[d + l] = Interval(-1, 1);
      const std::optional<bool> stable =
          largest ? std::nullopt : std::optional<bool>(false);  // largest: N = 0
      result.points.push_back(kkt_set(pair_of_weights(k, d, 1, 0), box, 0, stable, 2 * count - 1));
      continue;
    }
    for (const int side : {1, -1}) {  // of N
      const Interval objective = side * abs(q[k].range()) / 2;
      const bool stable = side > 0 && largest;
      for (const int start : {1, -1}) {
        std::vector<Interval> w = pair_of_weights(k, d, start * share, start * sign * side * share);
        std::vector<Interval> box = w;
        if (count > 1) {
          for (const std::size_t l : group) box[l] = box[d + l] = hull(share, -share);
        }
        result.points.push_back(kkt_set(w, std::move(box), objective, stable, count - 1));
        if (count > 1) break;  // w and -w are in one set
      }
    }
  }
  return result;
}

}  // namespace filippov::detail
