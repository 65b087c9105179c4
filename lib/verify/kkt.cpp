#include "filippov/verify/kkt.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "critical_points.hpp"

namespace filippov {

namespace {

void sort_points(KktPoints& result) {
  std::stable_sort(result.points.begin(), result.points.end(),
                   [](const KktPoint& a, const KktPoint& b) {
                     if (a.certified != b.certified) return a.certified;
                     return a.objective.midpoint() > b.objective.midpoint();
                   });
}

}  // namespace

KktPoints kkt_points(const Network& network, const DataSet& data, const Loss& loss,
                     const KktOptions& options) {
  check_labels(loss, data);
  KktPoints result;
  if (network.kind == NetworkKind::diagonal) {
    result = detail::diagonal_points(data, loss);
  } else {
    const detail::RidgeFunction f(network, data, loss);
    const detail::CriticalPoints critical = data.dimension() == 1 ? detail::line_points(f)
                                            : data.dimension() == 2
                                                ? detail::circle_points(f)
                                                : detail::search_points(f, options);
    result = f.squared() ? detail::squared_points(critical)
                         : detail::two_layer_points(critical, data.dimension());
  }
  sort_points(result);
  return result;
}

}  // namespace filippov
