#pragma once

#include <map>
#include <optional>
#include <vector>

#include "affine_set.hpp"
#include "face_system.hpp"
#include "filippov/function/interval_reading.hpp"

namespace filippov::detail {

/// Reads nodes of the graph of smooth formulas over boxes and sets; programs are kept. With a
/// disturbance: for all its values.
class NodeReading {
 public:
  explicit NodeReading(const FaceSystems& systems) : systems_(systems) {}

  /// Enclosures of the nodes on t x box; nothing if one is not defined on all of it.
  std::optional<std::vector<Interval>> over(const std::vector<NodeId>& nodes, Interval t,
                                            const std::vector<Interval>& box);
  /// Enclosure of one node at time t over an affine set, in mean value form, and its gradient over
  /// the hull of the set and its centre into `slope` (one entry per coordinate). To be called
  /// inside an UpwardScope.
  std::optional<Interval> over(NodeId node, double t, const AffineSet& set,
                               std::vector<Interval>* slope = nullptr);
  /// The node at (t, centre of the set).
  std::optional<Interval> at_center(NodeId node, double t, const AffineSet& set);

 private:
  const FaceSystems& systems_;
  std::map<std::vector<NodeId>, IntervalReading> readings_;
};

}  // namespace filippov::detail
