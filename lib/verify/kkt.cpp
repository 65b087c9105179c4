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

detail::CriticalPoints critical_points(const detail::RidgeFunction& f, const KktOptions& options) {
  if (f.dimension() == 1) return detail::line_points(f);
  if (f.dimension() == 2) return detail::circle_points(f);
  if (f.dimension() == 3) {
    return f.squared() ? detail::chart_points(f, options) : detail::sphere_points(f, options);
  }
  return detail::search_points(f, options);
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
    const detail::CriticalPoints critical = critical_points(f, options);
    result = f.squared() ? detail::squared_points(critical)
                         : detail::two_layer_points(critical, data.dimension());
  }
  sort_points(result);
  return result;
}

}  // namespace filippov
