#include "flat_face_field.hpp"

#include <algorithm>
#include <cmath>

#include "multiplier_shift.hpp"
#include "sparse_columns.hpp"

namespace filippov::detail {

namespace {

Face local_face(const Cluster& cluster, const Signature& signature) {
  Face face;
  for (std::size_t k = 0; k < cluster.sliding.size(); ++k) {
    face.signature.push_back(signature[static_cast<std::size_t>(cluster.sliding[k])]);
    face.sliding.push_back(static_cast<int>(k));
  }
  return face;
}

bool may_lack_a_slope(Operation operation) {
  switch (operation) {
    case Operation::square_root:
    case Operation::real_power:
    case Operation::logarithm:
    case Operation::divide:
    case Operation::integer_power:
      return true;
    default:
      return false;
  }
}

}  // namespace

void find_contributions(const Separable& system, Cluster& cluster) {
  cluster.passive.clear();
  for (const int i : cluster.coordinates) {
    for (const Separable::Term& term : system.terms_at(i)) {
      cluster.passive.push_back(term.component);
    }
  }
  std::sort(cluster.passive.begin(), cluster.passive.end());
  cluster.passive.erase(std::unique(cluster.passive.begin(), cluster.passive.end()),
                        cluster.passive.end());
}

FlatFaceField::FlatFaceField(const Separable& system, const Cluster& cluster,
                             const Signature& signature, double direction, std::vector<int>& slots)
    : FaceField(local_face(cluster, signature), direction),
      dimension_(cluster.dimension()),
      coordinates_(static_cast<int>(cluster.coordinates.size())) {
  std::vector<NodeId> outputs;
  for (int k = 0; k < coordinates_; ++k) {
    const int i = cluster.coordinates[static_cast<std::size_t>(k)];
    slots[static_cast<std::size_t>(i)] = k;
    outputs.push_back(system.right_hand_side(i));
  }
  const auto passive_place = [&](int component) {
    const auto place = std::lower_bound(cluster.passive.begin(), cluster.passive.end(), component);
    return coordinates_ + static_cast<int>(place - cluster.passive.begin());
  };
  if (!cluster.passive.empty()) {
    for (const int i : cluster.coordinates) {
      for (const Separable::Term& term : system.terms_at(i)) {
        outputs.push_back(term.node);
        contributions_.emplace_back(passive_place(term.component), term.factor);
      }
    }
  }
  Program program(system.graph(), dimension_, outputs, signature, slots);
  constant_ = program.constant_instructions() == static_cast<int>(program.instructions().size());
  for (const int slot : program.outputs()) {
    constant_ = constant_ && slot >= program.first_constant_slot();
  }
  for (const Instruction& code : program.instructions()) {
    lipschitz_ = lipschitz_ && !may_lack_a_slope(code.operation);
  }
  reading_ = DoubleReading(std::move(program));

  for (const int j : cluster.sliding) {
    const Separable::Surface& surface = system.surface(j);
    Row row{{}, surface.time_rate, surface.offset};
    for (const auto& [i, value] : surface.gradient) {
      row.gradient.emplace_back(slots[static_cast<std::size_t>(i)], value);
    }
    rows_.push_back(std::move(row));
    auto& column = columns_.emplace_back();
    for (const auto& [i, value] : surface.column) {
      column.emplace_back(
          system.is_passive(i) ? passive_place(i) : slots[static_cast<std::size_t>(i)], value);
    }
    sides_.push_back(signature[static_cast<std::size_t>(j)]);
    monitors_.push_back({Monitor::Kind::upper_exit, static_cast<int>(rows_.size()) - 1});
    monitors_.push_back({Monitor::Kind::lower_exit, static_cast<int>(rows_.size()) - 1});
  }
  build_matrix();
}

void FlatFaceField::build_matrix() {
  if (rows_.empty()) return;
  // Columns by the component they act on.
  std::vector<std::vector<Entry>> by_component(static_cast<std::size_t>(dimension_));
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    for (const auto& [component, value] : columns_[j]) {
      by_component[static_cast<std::size_t>(component)].emplace_back(static_cast<int>(j), value);
    }
  }
  SparseRows matrix(rows_.size());  // -direction M
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (const auto& [position, slope] : rows_[i].gradient) {
      for (const auto& [j, value] : by_component[static_cast<std::size_t>(position)]) {
        const double product = -direction() * slope * value;
        const auto known = std::find_if(matrix[i].begin(), matrix[i].end(),
                                        [column = j](const Entry& e) { return e.first == column; });
        if (known == matrix[i].end()) {
          matrix[i].emplace_back(j, product);
        } else {
          known->second += product;
        }
      }
    }
  }
  if (rows_.size() == 1 && !matrix[0].empty()) diagonal_ = -direction() * matrix[0][0].second;
  definite_ = system_.factor(matrix);
  if (definite_) return;
  const auto k = static_cast<Eigen::Index>(rows_.size());
  Eigen::MatrixXd full = Eigen::MatrixXd::Zero(k, k);
  for (Eigen::Index i = 0; i < k; ++i) {
    for (const auto& [j, value] : matrix[static_cast<std::size_t>(i)]) {
      full(i, j) += -direction() * value;
    }
  }
  dense_.factor(full);
}

/// Solves M u = right.
void FlatFaceField::solve(Eigen::VectorXd& right) const {
  if (definite_) {
    right *= -direction();
    system_.solve(right);
  } else {
    right = dense_.solve(right);
  }
}

void FlatFaceField::slide(std::span<double> f, bool lowest) {
  const auto k = static_cast<Eigen::Index>(rows_.size());
  base_.resize(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    const Row& row = rows_[static_cast<std::size_t>(i)];
    double rate = lowest ? row.time_rate : 0.0;
    for (const auto& [position, slope] : row.gradient) {
      rate += slope * f[static_cast<std::size_t>(position)];
    }
    base_(i) = rate;
  }
  u_ = -base_;
  solve(u_);
  for (Eigen::Index j = 0; j < k; ++j) {
    for (const auto& [component, value] : columns_[static_cast<std::size_t>(j)]) {
      f[static_cast<std::size_t>(component)] += u_(j) * value;
    }
    if (lowest) u_(j) += sides_[static_cast<std::size_t>(j)];
  }
  if (lowest && shift_.size() > 0) u_ += shift_;
}

void FlatFaceField::exits(bool lowest, std::span<double> values) const {
  fill_exits(lowest, values);
  if (!constant_ || !lowest) return;
  const double size = rows_.size() == 1 ? std::abs(diagonal_) : 1.0;
  for (double& value : values) {
    if (std::abs(value) <= bound_rounding * size) value = 0;
  }
}

void FlatFaceField::fill_exits(bool lowest, std::span<double> values) const {
  if (rows_.size() == 1) {
    // Normal velocities of the two selections, as functions of the motion.
    const double m = lowest ? diagonal_ : 0.0;
    const double c = lowest ? base_(0) - sides_[0] * diagonal_ : base_(0);
    const double factor = direction() * orientation_;
    values[0] = -factor * (c + m);
    values[1] = factor * (c - m);
    return;
  }
  const double one = lowest ? 1 : 0;
  for (Eigen::Index j = 0; j < u_.size(); ++j) {
    values[static_cast<std::size_t>(2 * j)] = one - u_(j);
    values[static_cast<std::size_t>(2 * j + 1)] = one + u_(j);
  }
}

void FlatFaceField::mode_velocity(double t, std::span<const double> x, std::span<double> f) {
  ++evaluations_;
  reading_.evaluate(t, x);
  for (int i = 0; i < coordinates_; ++i) f[static_cast<std::size_t>(i)] = reading_.output(i);
  std::fill(f.begin() + coordinates_, f.end(), 0.0);
  for (std::size_t k = 0; k < contributions_.size(); ++k) {
    const auto& [place, factor] = contributions_[k];
    f[static_cast<std::size_t>(place)] +=
        factor * reading_.output(coordinates_ + static_cast<int>(k));
  }
}

void FlatFaceField::velocity(double t, std::span<const double> x, std::span<double> f) {
  mode_velocity(t, x, f);
  mode_speed_ = 0;
  for (const double value : f) mode_speed_ = std::max(mode_speed_, std::abs(value));
  if (!rows_.empty()) slide(f, true);
  if (direction() < 0) {
    for (double& value : f) value = -value;
  }
}

Eigen::VectorXd FlatFaceField::multipliers(double t, std::span<const double> x) {
  std::vector<double> f(static_cast<std::size_t>(dimension_));
  velocity(t, x, f);
  return u_;
}

void FlatFaceField::monitor_values(double t, std::span<const double> x, std::span<double> values) {
  multipliers(t, x);
  if (!rows_.empty()) exits(true, values);
}

void FlatFaceField::begin(double t, std::span<const double> x) {
  orientation_ = direction() * diagonal_ <= 0 ? 1 : -1;
  if (definite_) return;
  shift_.resize(0);
  shift_ = multiplier_shift(dense(columns_, dimension_), multipliers(t, x));
}

void FlatFaceField::project(double t, std::span<double> x) {
  if (rows_.empty()) return;
  const auto k = static_cast<Eigen::Index>(rows_.size());
  Eigen::VectorXd h(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    const Row& row = rows_[static_cast<std::size_t>(i)];
    h(i) = row.offset + row.time_rate * t;
    for (const auto& [position, slope] : row.gradient) {
      h(i) += slope * x[static_cast<std::size_t>(position)];
    }
  }
  if (h.isZero(0)) return;
  // x - N^T (N N^T)^-1 h
  std::vector<std::vector<Entry>> by_position(static_cast<std::size_t>(dimension_));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (const auto& [position, slope] : rows_[i].gradient) {
      by_position[static_cast<std::size_t>(position)].emplace_back(static_cast<int>(i), slope);
    }
  }
  SparseRows gram(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (const auto& [position, slope] : rows_[i].gradient) {
      for (const auto& [j, value] : by_position[static_cast<std::size_t>(position)]) {
        const auto known = std::find_if(gram[i].begin(), gram[i].end(),
                                        [column = j](const Entry& e) { return e.first == column; });
        if (known == gram[i].end()) {
          gram[i].emplace_back(j, slope * value);
        } else {
          known->second += slope * value;
        }
      }
    }
  }
  DefiniteSystem normal;
  if (normal.factor(gram)) {
    normal.solve(h);
  } else {
    Eigen::MatrixXd full = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index i = 0; i < k; ++i) {
      for (const auto& [j, value] : gram[static_cast<std::size_t>(i)]) full(i, j) += value;
    }
    h = LeastSquares(full).solve(h);
  }
  for (Eigen::Index i = 0; i < k; ++i) {
    for (const auto& [position, slope] : rows_[static_cast<std::size_t>(i)].gradient) {
      x[static_cast<std::size_t>(position)] -= slope * h(i);
    }
  }
}

TaylorReading& FlatFaceField::taylor(int order) {
  if (order > taylor_order_) {
    taylor_order_ = order;
    taylor_ = TaylorReading(reading_.program(), order);
  }
  return taylor_;
}

void FlatFaceField::order_of_velocity(int k, std::span<double> f) {
  const auto place = static_cast<std::size_t>(k);
  for (int i = 0; i < coordinates_; ++i) {
    f[static_cast<std::size_t>(i)] = taylor_.output(i)[place];
  }
  std::fill(f.begin() + coordinates_, f.end(), 0.0);
  for (std::size_t c = 0; c < contributions_.size(); ++c) {
    const auto& [to, factor] = contributions_[c];
    f[static_cast<std::size_t>(to)] +=
        factor * taylor_.output(coordinates_ + static_cast<int>(c))[place];
  }
}

bool FlatFaceField::series(double t, std::span<const double> x, int order, FaceSeries& series) {
  series.order = order;
  series.x.setZero(order + 1, dimension_);
  series.monitors.setZero(order + 1, static_cast<Eigen::Index>(monitors_.size()));
  series.multipliers.setZero(order + 1, slid_on());
  for (int i = 0; i < dimension_; ++i) series.x(0, i) = x[static_cast<std::size_t>(i)];
  std::vector<double> f(static_cast<std::size_t>(dimension_));
  std::vector<double> exit_values(monitors_.size());
  TaylorReading* main = nullptr;
  if (!constant_) {
    evaluations_ += order;
    main = &taylor(order);
    main->set_time(t, direction());
  }
  for (int k = 0; k <= (constant_ ? 0 : order); ++k) {
    if (constant_) {
      mode_velocity(t, x, f);
    } else {
      for (int i = 0; i < coordinates_; ++i) {
        main->coordinate(i)[static_cast<std::size_t>(k)] = series.x(k, i);
      }
      main->advance(k);
      order_of_velocity(k, f);
    }
    if (!rows_.empty()) {
      slide(f, k == 0);
      series.multipliers.row(k) = u_.transpose();
      exits(k == 0, exit_values);
      for (std::size_t m = 0; m < exit_values.size(); ++m) {
        series.monitors(k, static_cast<Eigen::Index>(m)) = exit_values[m];
      }
    }
    if (k == order) break;
    for (int i = 0; i < dimension_; ++i) {
      series.x(k + 1, i) = direction() * f[static_cast<std::size_t>(i)] / (k + 1);
    }
  }
  return true;
}

void FlatFaceField::jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                             Eigen::VectorXd& dfdt) {
  ++jacobian_evaluations_;
  dfdx.setZero(dimension_, dimension_);
  dfdt.setZero(dimension_);
  TaylorReading& main = taylor(1);
  std::vector<double> f(static_cast<std::size_t>(dimension_));
  // First-order sweeps along each coordinate and along t.
  for (int k = 0; k <= coordinates_; ++k) {
    for (int i = 0; i < coordinates_; ++i) {
      main.coordinate(i)[0] = x[static_cast<std::size_t>(i)];
      main.coordinate(i)[1] = i == k ? 1 : 0;
    }
    main.set_time(t, k == coordinates_ ? 1 : 0);
    main.advance(0);
    main.advance(1);
    order_of_velocity(1, f);
    if (!rows_.empty()) slide(f, false);
    for (int i = 0; i < dimension_; ++i) {
      const double value = f[static_cast<std::size_t>(i)];
      if (k < coordinates_) {
        dfdx(i, k) = direction() * value;
      } else {
        dfdt(i) = value;
      }
    }
  }
}

}  // namespace filippov::detail
