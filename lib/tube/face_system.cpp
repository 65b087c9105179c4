#include "face_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "../inclusion/sign_columns.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/function/common_factor.hpp"
#include "filippov/function/double_reading.hpp"

namespace filippov::detail {

namespace {

Signature with_sign(Signature signature, int j, int sign) {
  signature[static_cast<std::size_t>(j)] = static_cast<signed char>(sign);
  return signature;
}

}  // namespace

FaceSystems::FaceSystems(const FilippovMap& map, double direction, std::vector<double> disturbance)
    : map_(map),
      direction_(direction),
      disturbance_(std::move(disturbance)),
      graph_(std::make_shared<Graph>()) {
  graph_->set_variable_names(map.field().graph()->variable_names());
}

const FaceSystem* FaceSystems::find(const Face& face, double t, const std::vector<double>& x) {
  const auto place = systems_.find(face);
  if (place != systems_.end()) return place->second.get();
  std::optional<FaceSystem> made = make(face, t, x);
  if (!made) return nullptr;
  return systems_.emplace(face, std::make_unique<FaceSystem>(std::move(*made))).first->second.get();
}

std::vector<NodeId> FaceSystems::resolve(const std::vector<NodeId>& nodes,
                                         const Signature& signature) {
  const Program program(*map_.field().graph(), dimension(), nodes, signature);
  std::vector<NodeId> coordinates;
  for (int i = 0; i < dimension(); ++i) coordinates.push_back(graph_->variable(i));
  return record(*graph_, program, std::move(coordinates));
}

std::vector<NodeId> FaceSystems::at_origin(const std::vector<NodeId>& nodes) {
  const std::vector<NodeId> zeros(static_cast<std::size_t>(dimension()), graph_->constant(0));
  return record(*graph_, Program(*graph_, dimension(), nodes), zeros);
}

NodeId FaceSystems::switching(int j, const Signature& signature) {
  const NodeId h = map_.field().graph()->switches()[static_cast<std::size_t>(j)].node;
  return resolve({h}, signature).front();
}

NodeId FaceSystems::derivative_along(NodeId g, const std::vector<NodeId>& field) {
  const NodeGradient gradient = graph_->gradient(g);
  NodeId sum = graph_->constant(0);
  if (gradient.time >= 0) {
    sum = direction_ > 0 ? gradient.time : graph_->negate(gradient.time);
  }
  for (const auto& [coordinate, slope] : gradient.entries) {
    if (coordinate >= dimension()) continue;
    sum = graph_->add(sum, graph_->multiply(slope, field[static_cast<std::size_t>(coordinate)]));
  }
  return sum;
}

NodeId FaceSystems::rate(int j, const FaceSystem& system) {
  return derivative_along(switching(j, system.face.signature), system.field);
}

std::vector<int> FaceSystems::live(const Face& face) const {
  Signature open = face.signature;
  for (const int j : face.sliding) open = with_sign(std::move(open), j, 0);
  return map_.live_switches(open);
}

std::optional<FaceSystem> FaceSystems::make(const Face& face, double t,
                                            const std::vector<double>& x) {
  const std::vector<int>& sliding = face.sliding;
  if (sliding.size() > 1 && !map_.is_affine(sliding)) return combination(face, t, x);
  // From the field on the positive sides, as the checker of certificates.
  Face above = face;
  for (const int j : sliding) above.signature = with_sign(std::move(above.signature), j, 1);
  FaceSystem system{face, field_with(above.signature), {}, {}, {}};
  if (sliding.empty()) return system;

  // The motion stays the same if a column is divided by a function of the state, as those of a
  // gradient flow along the normal of a plane can be, up to constants: then nothing is divided by
  // what varies.
  std::vector<std::vector<NodeId>> columns;
  std::vector<NodeId> factors;
  for (const int j : sliding) {
    columns.push_back(half_jump(above, j));
    factors.push_back(take_common_factor(*graph_, columns.back()));
  }
  std::vector<std::vector<NodeId>> matrix;
  std::vector<NodeId> right;
  for (const int i : sliding) {
    const NodeId h = switching(i, face.signature);
    for (const int j : sliding) {
      if (switching(i, with_sign(face.signature, j, 1)) !=
          switching(i, with_sign(face.signature, j, -1))) {
        why_not_ = fmt::format("the surface {} depends on the side of the surface {}, slid on too",
                               map_.surface_name(i), map_.surface_name(j));
        return std::nullopt;
      }
    }
    right.push_back(graph_->negate(derivative_along(h, system.field)));
    std::vector<NodeId>& row = matrix.emplace_back();
    const NodeGradient gradient = graph_->gradient(h);
    for (const std::vector<NodeId>& column : columns) {
      NodeId sum = graph_->constant(0);
      for (const auto& [coordinate, slope] : gradient.entries) {
        sum =
            graph_->add(sum, graph_->multiply(slope, column[static_cast<std::size_t>(coordinate)]));
      }
      const auto number = graph_->number(sum);
      row.push_back(number ? graph_->constant(*number) : sum);
    }
  }
  const auto shift = solve(std::move(matrix), std::move(right), t, x);
  if (!shift) {
    why_not_ = "the multipliers of the sliding motion are not determined";
    return std::nullopt;
  }
  for (std::size_t k = 0; k < sliding.size(); ++k) {
    // u = 1 + shift / factor
    const NodeId factor = factors[k];
    system.multipliers.push_back(
        graph_->add(graph_->divide((*shift)[k], factor), graph_->constant(1)));
    system.room.push_back(
        {graph_->negate((*shift)[k]),
         graph_->add(graph_->multiply(graph_->constant(2), factor), (*shift)[k])});
    if (value_at(factor, t, x) < 0) {
      for (NodeId& node : system.room.back()) node = graph_->negate(node);
    }
    for (std::size_t i = 0; i < system.field.size(); ++i) {
      system.field[i] = graph_->add(system.field[i], graph_->multiply((*shift)[k], columns[k][i]));
    }
  }
  for (const int i : sliding) stay_on(i, system);
  return system;
}

std::vector<NodeId> FaceSystems::half_jump(const Face& face, int j) {
  if (map_.is_affine(std::vector<int>{j})) {
    std::vector<NodeId> column(static_cast<std::size_t>(dimension()), graph_->constant(0));
    for (const auto& [i, node] : map_.sign_column(j)) {
      const NodeId entry = resolve({node}, face.signature).front();
      column[static_cast<std::size_t>(i)] = direction_ > 0 ? entry : graph_->negate(entry);
    }
    return column;
  }
  const std::vector<NodeId> plus = field_with(with_sign(face.signature, j, 1));
  const std::vector<NodeId> minus = field_with(with_sign(face.signature, j, -1));
  const NodeId half = graph_->constant(0.5);
  std::vector<NodeId> column;
  for (std::size_t i = 0; i < plus.size(); ++i) {
    column.push_back(graph_->multiply(half, graph_->subtract(plus[i], minus[i])));
  }
  return column;
}

std::vector<NodeId> FaceSystems::field_with(const Signature& signature) {
  std::vector<NodeId> field = resolve(map_.field().nodes(), signature);
  if (direction_ < 0) {
    for (NodeId& node : field) node = graph_->negate(node);
  }
  for (std::size_t i = 0; i < disturbance_.size(); ++i) {  // a set that is the same as its negative
    if (disturbance_[i] == 0) continue;
    field[i] = graph_->add(field[i], graph_->variable(dimension() + static_cast<int>(i)));
  }
  return field;
}

/// A switching function that depends continuously on the side of a surface has, on that surface,
/// one value and one derivative along it: any side will do.
std::optional<FaceSystem> FaceSystems::combination(const Face& face, double t,
                                                   const std::vector<double>& x) {
  const std::vector<int>& sliding = face.sliding;
  constexpr std::size_t most = 6;
  std::vector<std::vector<NodeId>> fields;
  for (unsigned corner = 0; sliding.size() <= most && corner < 1U << sliding.size(); ++corner) {
    Signature signature = face.signature;
    for (std::size_t k = 0; k < sliding.size(); ++k) {
      signature = with_sign(std::move(signature), sliding[k], corner >> k & 1U ? 1 : -1);
    }
    std::vector<NodeId> field = field_with(signature);
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
      fields.push_back(std::move(field));
    }
  }
  if (fields.size() != sliding.size() + 1) {
    why_not_ = "the right-hand side is not affine in the signs of the surfaces slid on";
    return std::nullopt;
  }
  std::vector<std::vector<NodeId>> matrix{std::vector<NodeId>(fields.size(), graph_->constant(1))};
  std::vector<NodeId> right{graph_->constant(1)};
  for (const int i : sliding) {
    const NodeId original = map_.field().graph()->switches()[static_cast<std::size_t>(i)].node;
    const std::set<int> jumps = discontinuous_switches(*map_.field().graph(), original);
    for (const int j : sliding) {
      if (!jumps.contains(j)) continue;
      why_not_ = fmt::format("the surface {} jumps with the side of the surface {}, slid on too",
                             map_.surface_name(i), map_.surface_name(j));
      return std::nullopt;
    }
    const NodeId h = switching(i, face.signature);
    std::vector<NodeId>& row = matrix.emplace_back();
    for (const std::vector<NodeId>& field : fields) row.push_back(derivative_along(h, field));
    right.push_back(graph_->constant(0));
  }
  auto weights = solve(std::move(matrix), std::move(right), t, x);
  if (!weights) {
    why_not_ = "the sliding velocity is not determined";
    return std::nullopt;
  }
  FaceSystem system{face, {}, {}, {}, std::move(*weights)};
  for (int i = 0; i < dimension(); ++i) {
    NodeId sum = graph_->constant(0);
    for (std::size_t k = 0; k < fields.size(); ++k) {
      sum = graph_->add(
          sum, graph_->multiply(system.weights[k], fields[k][static_cast<std::size_t>(i)]));
    }
    system.field.push_back(sum);
  }
  for (const int i : sliding) stay_on(i, system);
  return system;
}

/// Replaces one component of the field by what <grad h_i, f> + dh_i/dtau = 0 says of it, so that
/// terms that cancel in exact arithmetic are not there: on x2 = 0 the second component becomes 0.
void FaceSystems::stay_on(int surface, FaceSystem& system) {
  const NodeGradient gradient = graph_->gradient(switching(surface, system.face.signature));
  // The steepest one: divided by a small slope it would not be known well.
  const std::pair<int, NodeId>* pivot = nullptr;
  double steepest = 0;
  for (const auto& entry : gradient.entries) {
    if (!graph_->is_constant(entry.second)) continue;
    const double slope = std::abs(graph_->constant_value(entry.second));
    if (slope == 0 || slope < steepest) continue;
    pivot = &entry;
    steepest = slope;
  }
  if (pivot == nullptr) return;
  NodeId sum = graph_->constant(0);
  if (gradient.time >= 0) {
    sum = direction_ > 0 ? gradient.time : graph_->negate(gradient.time);
  }
  for (const auto& [coordinate, slope] : gradient.entries) {
    if (coordinate == pivot->first) continue;
    sum = graph_->add(sum,
                      graph_->multiply(slope, system.field[static_cast<std::size_t>(coordinate)]));
  }
  system.field[static_cast<std::size_t>(pivot->first)] =
      graph_->negate(graph_->divide(sum, pivot->second));
}

double FaceSystems::value_at(NodeId node, double t, const std::vector<double>& x) const {
  std::vector<double> undisturbed = x;
  undisturbed.resize(static_cast<std::size_t>(variables()));
  const NodeId outputs[] = {node};
  DoubleReading reading(Program(*graph_, variables(), outputs));
  reading.evaluate(t, undisturbed);
  return reading.output(0);
}

/// Gaussian elimination on formulas. Pivots are the largest at (t, x); that they vanish nowhere
/// else is checked when the formulas are read over boxes.
std::optional<std::vector<NodeId>> FaceSystems::solve(std::vector<std::vector<NodeId>> matrix,
                                                      std::vector<NodeId> right, double t,
                                                      const std::vector<double>& x) {
  const std::size_t size = right.size();
  for (std::size_t k = 0; k < size; ++k) {
    std::size_t best = k;
    double largest = 0;
    for (std::size_t i = k; i < size; ++i) {
      const double value = std::abs(value_at(matrix[i][k], t, x));
      if (value > largest) {
        largest = value;
        best = i;
      }
    }
    if (!(largest > 0)) return std::nullopt;
    std::swap(matrix[k], matrix[best]);
    std::swap(right[k], right[best]);
    for (std::size_t i = k + 1; i < size; ++i) {
      if (graph_->is_constant(matrix[i][k], 0)) continue;
      const NodeId factor = graph_->divide(matrix[i][k], matrix[k][k]);
      for (std::size_t j = k + 1; j < size; ++j) {
        matrix[i][j] = graph_->subtract(matrix[i][j], graph_->multiply(factor, matrix[k][j]));
      }
      right[i] = graph_->subtract(right[i], graph_->multiply(factor, right[k]));
    }
  }
  for (std::size_t k = size; k-- > 0;) {
    for (std::size_t j = k + 1; j < size; ++j) {
      right[k] = graph_->subtract(right[k], graph_->multiply(matrix[k][j], right[j]));
    }
    right[k] = graph_->divide(right[k], matrix[k][k]);
  }
  return right;
}

}  // namespace filippov::detail
