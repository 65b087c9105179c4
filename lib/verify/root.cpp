#include "filippov/verify/root.hpp"

#include <fmt/format.h>

#include <optional>

#include "../geometry/linear_system.hpp"
#include "../inclusion/sign_columns.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_matrix.hpp"
#include "filippov/function/interval_reading.hpp"

namespace filippov {

namespace {

/// f and its Jacobian over boxes.
class Map {
 public:
  Map(const VectorField& f, double t) : t_(t), size_(f.nodes().size()) {
    Graph& graph = *f.graph();
    std::vector<NodeId> entries(size_ * size_, graph.constant(0));
    for (std::size_t i = 0; i < size_; ++i) {
      for (const auto& [coordinate, node] : graph.gradient(f.nodes()[i]).entries) {
        entries[i * size_ + static_cast<std::size_t>(coordinate)] = node;
      }
    }
    value_ = IntervalReading(Program(graph, f.dimension(), f.nodes()));
    jacobian_ = IntervalReading(Program(graph, f.dimension(), entries));
  }

  std::optional<Box> value(const Box& box) { return read(value_, box); }
  std::optional<Box> jacobian(const Box& box) { return read(jacobian_, box); }

 private:
  std::optional<Box> read(IntervalReading& reading, const Box& box) const {
    reading.evaluate(t_, box);
    Box values;
    for (std::size_t i = 0; i < reading.program().outputs().size(); ++i) {
      if (reading.domain(static_cast<int>(i)) != Domain::everywhere) return std::nullopt;
      values.push_back(reading.output(static_cast<int>(i)));
      if (!values.back().is_bounded()) return std::nullopt;
    }
    return values;
  }

  double t_;
  std::size_t size_;
  IntervalReading value_;
  IntervalReading jacobian_;
};

/// Nothing where an enclosure is not bounded or the Jacobian has no usable inverse.
std::optional<Box> krawczyk(Map& map, const Box& box) {
  const auto n = static_cast<Eigen::Index>(box.size());
  const Box centre = point_box(midpoint(box));
  const auto value = map.value(centre);
  const auto entries = map.jacobian(box);
  if (!value || !entries) return std::nullopt;
  const auto jacobian = IntervalMatrix::from_rows(*entries, n, n);
  const Eigen::MatrixXd inverse = detail::LinearSystem(jacobian.midpoint()).inverse();
  if (!inverse.allFinite()) return std::nullopt;
  const IntervalMatrix y(inverse);
  return centre - y * *value + (IntervalMatrix::identity(n) - y * jacobian) * (box - centre);
}

bool may_jump(const VectorField& f) {
  for (const NodeId node : f.nodes()) {
    if (!detail::discontinuous_switches(*f.graph(), node).empty()) return true;
  }
  return false;
}

}  // namespace

RootEnclosure enclose_root(const VectorField& f, const Box& box, double t) {
  const auto n = static_cast<std::size_t>(f.dimension());
  if (f.nodes().size() != n || box.size() != n) {
    throw Error(
        fmt::format("a map with {} components of {} coordinates and a box with {} entries: "
                    "expected equal numbers",
                    f.nodes().size(), n, box.size()));
  }
  for (const Interval& entry : box) {
    if (!entry.is_bounded()) throw Error("the box to be searched for roots is not bounded");
  }
  RootEnclosure result{{Proof::undecided, ""}, box};
  if (may_jump(f)) {
    result.unique_root.reason = "the map may jump";
    return result;
  }
  Map map(f, t);
  constexpr int most = 60;
  for (int iteration = 0; iteration < most; ++iteration) {
    const auto image = krawczyk(map, result.box);
    if (!image) {
      result.unique_root.reason =
          "the map is not differentiable on the box, or its Jacobian is singular there";
      break;
    }
    bool inside = true;
    bool smaller = false;
    for (std::size_t i = 0; i < n; ++i) {
      const Interval old = result.box[i];
      inside = inside && certainly_less(old.lower(), (*image)[i]) &&
               certainly_less((*image)[i], old.upper());
      const auto common = intersect(old, (*image)[i]);
      if (!common) {
        result.unique_root = {Proof::refuted, "there is no root in the box"};
        return result;
      }
      smaller = smaller || common->width() < 0.99 * old.width();
      result.box[i] = *common;
    }
    if (inside) result.unique_root = {Proof::certified, ""};
    if (!smaller) break;
  }
  if (result.unique_root.proof == Proof::undecided && result.unique_root.reason.empty()) {
    result.unique_root.reason = "Krawczyk's operator does not map the box into itself";
  }
  return result;
}

}  // namespace filippov
