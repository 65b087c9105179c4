#pragma once

#include <vector>

#include "problem.hpp"

namespace network_checker {

/// A point of the unit sphere, or a connected set of them, where F(u) = sum_i z_i sigma(x_i.u) is
/// critical on the sphere.
struct CriticalSet {
  Box u;                        ///< encloses the point, or all of the set
  Range value = 0;              ///< F there
  bool zero = false;            ///< F = 0 exactly, as on sets
  int extremum = 0;             ///< of a point: 1 a strict maximum, -1 a minimum, 0 neither
  int dimension = 0;            ///< 0 a point, 1 an edge, 2 a cell
  bool everywhere = false;      ///< F = 0 on the whole sphere
  std::vector<int> kinks = {};  ///< rows with x_i.u = 0 across which the gradient jumps
};

struct CriticalSets {
  std::vector<CriticalSet> sets;
  /// Connected parts of {F = 0} that have others than critical points.
  int zero_curves = 0;
  /// 0 is in dF(0); decided unless F = 0 at a critical point.
  bool at_zero = false;
};

/// All of them for two layers and three features, data exact. The planes x_i.u = 0, and those
/// between the axes, cut the sphere into cells, each a pointed cone. All pairs of planes give all
/// vertices; what meets there are all edges and cells. Throws Refusal.
CriticalSets critical_sets(const Problem& problem);

}  // namespace network_checker
