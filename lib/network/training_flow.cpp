#include "filippov/network/training_flow.hpp"

#include <fmt/format.h>

#include <cmath>

namespace filippov {

using Eigen::Index;
using Vector = Eigen::Map<const Eigen::VectorXd>;

TrainingFlow::TrainingFlow(TrainingField field) : field_(std::move(field)) {}

int TrainingFlow::switch_count() const {
  const bool jumps = field_.network().kind == NetworkKind::two_layer;
  return jumps ? field_.neurons() * field_.examples() : 0;
}

std::string TrainingFlow::surface_name(int j) const {
  return fmt::format("x{}.u{}", example(j) + 1, neuron(j) + 1);
}

void TrainingFlow::selection(double, std::span<const double> s, const Signature& signs,
                             std::span<double> f) const {
  field_.velocity(s, signs, f);
}

double TrainingFlow::switching(int j, double, std::span<const double> s, const Signature&) const {
  const auto x = field_.inputs().col(example(j));
  return x.dot(Vector(s.data() + neuron(j) * field_.neuron_size() + 1, x.size()));
}

SwitchingGradient TrainingFlow::switching_gradient(int j, double, std::span<const double>,
                                                   const Signature&) const {
  SwitchingGradient gradient{Eigen::VectorXd::Zero(dimension()), 0};
  gradient.x.segment(neuron(j) * field_.neuron_size() + 1, field_.features()) =
      field_.inputs().col(example(j));
  return gradient;
}

bool TrainingFlow::jumps_across(int) const { return field_.network().leak.midpoint() != 1; }

/// On x_i.u_k = 0 the outputs do not depend on the sign, and neither does v_k'; u_k' jumps by
/// r_i v_k (1 - leak) x_i.
std::optional<SparseColumns> TrainingFlow::affine_columns(std::span<const int> switches, double,
                                                          std::span<const double> s,
                                                          const Signature&) const {
  const Eigen::VectorXd residuals = field_.residuals(field_.outputs(s));
  const double half_jump = 0.5 * (1 - field_.network().leak.midpoint());
  SparseColumns columns;
  for (const int j : switches) {
    const int start = neuron(j) * field_.neuron_size();
    const double factor = half_jump * residuals[example(j)] * s[static_cast<std::size_t>(start)];
    std::vector<std::pair<int, double>> column;
    for (int k = 0; k < field_.features(); ++k) {
      const double entry = factor * field_.inputs()(k, example(j));
      if (entry != 0) column.emplace_back(start + 1 + k, entry);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Zonotope sum_of_subdifferentials(const TrainingFlow& flow, std::span<const double> s,
                                 double tolerance) {
  const auto m = static_cast<std::size_t>(flow.switch_count());
  Signature signs(m);
  std::vector<int> active;
  for (std::size_t j = 0; j < m; ++j) {
    const double h = flow.switching(static_cast<int>(j), 0, s, signs);
    signs[j] = h > 0 ? 1 : -1;
    if (std::abs(h) <= tolerance) active.push_back(static_cast<int>(j));
  }
  Eigen::VectorXd center(flow.dimension());
  flow.selection(0, s, signs, {center.data(), s.size()});
  const SparseColumns columns = *flow.affine_columns(active, 0, s, signs);
  Eigen::MatrixXd generators =
      Eigen::MatrixXd::Zero(flow.dimension(), static_cast<Index>(active.size()));
  for (std::size_t k = 0; k < active.size(); ++k) {
    for (const auto& [row, value] : columns[k]) generators(row, static_cast<Index>(k)) = value;
    center -= signs[static_cast<std::size_t>(active[k])] * generators.col(static_cast<Index>(k));
  }
  return Zonotope(std::move(center), std::move(generators));
}

}  // namespace filippov
