#include "graph_face_field.hpp"

#include <algorithm>
#include <cmath>

#include "filippov/inclusion/filippov_map.hpp"
#include "multilinear.hpp"
#include "multiplier_shift.hpp"
#include "sign_columns.hpp"

namespace filippov::detail {

namespace {

/// Signature of corner p: the surfaces slid on take the signs of the bits of p.
Signature corner_signature(const Face& face, int p) {
  Signature s = face.signature;
  for (std::size_t k = 0; k < face.sliding.size(); ++k) {
    s[static_cast<std::size_t>(face.sliding[k])] = (p >> k) & 1 ? 1 : -1;
  }
  return s;
}

}  // namespace

GraphFaceField::GraphFaceField(const FilippovMap& map, Face own_face, double direction)
    : FaceField(std::move(own_face), direction), dimension_(map.dimension()) {
  const Graph& graph = *map.field().graph();
  const std::vector<NodeId>& field = map.field().nodes();
  const std::vector<int>& sliding = face().sliding;
  const bool affine = map.is_affine(sliding);

  std::vector<NodeId> outputs = field;
  const auto add_output = [&](NodeId node) {
    outputs.push_back(node);
    return static_cast<int>(outputs.size()) - 1;
  };
  for (const int i : sliding) {
    Row row;
    const NodeGradient& gradient = map.gradient_nodes(i);
    for (const auto& [coordinate, node] : gradient.entries) {
      row.gradient.push_back({coordinate, add_output(node)});
    }
    if (gradient.time >= 0) row.time_output = add_output(gradient.time);
    row.value_output = add_output(graph.switches()[static_cast<std::size_t>(i)].node);
    rows_.push_back(std::move(row));
  }
  if (affine) {
    for (const int j : sliding) {
      auto& column = columns_.emplace_back();
      for (const auto& [component, node] : map.sign_column(j)) {
        column.push_back({component, add_output(node)});
      }
    }
  } else {
    for (int p = 0; p < 1 << sliding.size(); ++p) {
      corner_readings_.emplace_back(Program(graph, dimension_, field, corner_signature(face(), p)));
    }
    corners_.resize(dimension_, corner_count());
  }

  // Surfaces to watch: those whose sign matters here, or on the other side of a surface slid on.
  std::vector<int> live = map.live_switches(face().signature);
  if (static_cast<int>(live.size()) < map.switch_count()) {
    const auto watch = [&](const std::vector<NodeId>& nodes, const Signature& s) {
      const std::vector<int> more = live_switches(graph, dimension_, nodes, s);
      live.insert(live.end(), more.begin(), more.end());
    };
    watch(outputs, face().signature);
    for (int p = 0; p < static_cast<int>(corner_readings_.size()); ++p) {
      watch(field, corner_signature(face(), p));
    }
    std::sort(live.begin(), live.end());
    live.erase(std::unique(live.begin(), live.end()), live.end());
  }
  for (const int j : live) {
    if (face().slides_on(j)) continue;
    monitors_.push_back({Monitor::Kind::surface, j});
    monitor_outputs_.push_back(add_output(graph.switches()[static_cast<std::size_t>(j)].node));
  }
  reading_ = DoubleReading(Program(graph, dimension_, outputs, face().signature));
  find_structure(affine);

  for (const int j : sliding) {
    monitors_.push_back({Monitor::Kind::upper_exit, j});
    monitors_.push_back({Monitor::Kind::lower_exit, j});
  }
  constexpr std::size_t most_multilinear = 3;  // their series cost 2^k each
  if (affine || sliding.size() <= most_multilinear) {
    minors_ = PrincipalMinors(static_cast<int>(sliding.size()));
    if (affine) drop_idle_minors();
  }
  for (int m = 0; m < minors_.count(); ++m) {
    const auto first = static_cast<std::size_t>(minors_.set(m).front());
    monitors_.push_back({Monitor::Kind::stability, sliding[first]});
  }
  minor_signs_.assign(static_cast<std::size_t>(minors_.count()), 0);

  const auto k = static_cast<Eigen::Index>(sliding.size());
  base_.setZero(k);
  if (k == 1 || !affine || minors_.count() > 0) matrix_.setZero(k, k);
  u_.setZero(k);
  reference_.setZero(k);
}

GraphFaceField::~GraphFaceField() = default;

void GraphFaceField::find_structure(bool affine) {
  const Program& program = reading_.program();
  const int first_moving = program.first_instruction_slot() + program.constant_instructions();
  const auto mark = [&](std::vector<Entry>& entries) {
    for (Entry& e : entries) {
      const int slot = program.outputs()[static_cast<std::size_t>(e.output)];
      e.is_constant = slot >= program.first_constant_slot() && slot < first_moving;
    }
  };
  std::vector<std::vector<Entry>> gradients;
  std::vector<bool> seen(static_cast<std::size_t>(dimension_));
  rows_are_disjoint_ = true;
  for (Row& row : rows_) {
    mark(row.gradient);
    gradients.push_back(row.gradient);
    for (const Entry& e : row.gradient) {
      rows_are_disjoint_ = rows_are_disjoint_ && !seen[static_cast<std::size_t>(e.position)];
      seen[static_cast<std::size_t>(e.position)] = true;
    }
  }
  for (std::vector<Entry>& column : columns_) mark(column);
  if (!affine) return;
  sparse_matrix_ = SlidingMatrix(gradients, columns_);
  elements_.setZero(static_cast<Eigen::Index>(sparse_matrix_.elements().size()));
  element_sizes_ = elements_;
}

/// A minor that is a number never changes its sign; one of surfaces of which one does not depend on
/// the others is a product of smaller ones.
void GraphFaceField::drop_idle_minors() {
  minors_.remove_if([&](const std::vector<int>& set) {
    bool constant = true;
    bool splits = false;
    for (const int i : set) {
      bool row_zero = true;
      bool column_zero = true;
      for (const int j : set) {
        constant = constant && sparse_matrix_.is_constant(i, j);
        if (i == j) continue;
        row_zero = row_zero && sparse_matrix_.is_zero(i, j);
        column_zero = column_zero && sparse_matrix_.is_zero(j, i);
      }
      splits = splits || (set.size() > 1 && (row_zero || column_zero));
    }
    return constant || splits;
  });
}

double GraphFaceField::side(int k) const {
  return face().signature[static_cast<std::size_t>(face().sliding[static_cast<std::size_t>(k)])];
}

void GraphFaceField::evaluate(double t, std::span<const double> x) {
  ++evaluations_;
  reading_.evaluate(t, x);
  for (std::size_t p = 0; p < corner_readings_.size(); ++p) {
    corner_readings_[p].evaluate(t, x);
    for (int i = 0; i < dimension_; ++i) {
      corners_(i, static_cast<Eigen::Index>(p)) = corner_readings_[p].output(i);
    }
  }
}

void GraphFaceField::tangent_system() {
  for (int i = 0; i < slid_on(); ++i) {
    const Row& row = rows_[static_cast<std::size_t>(i)];
    double sum = row.time_output >= 0 ? reading_.output(row.time_output) : 0.0;
    for (const Entry& e : row.gradient) {
      sum += reading_.output(e.output) * reading_.output(e.position);
    }
    base_(i) = sum;
  }
  Eigen::Index place = 0;
  for (const SlidingMatrix::Element& element : sparse_matrix_.elements()) {
    double sum = 0;
    double size = 0;
    for (const SlidingMatrix::Product& p : element.products) {
      const double product = reading_.output(p.gradient.output) * reading_.output(p.column.output);
      sum += product;
      size += std::abs(product);
    }
    if (matrix_.size() > 0) matrix_(element.row, element.column) = sum;
    elements_(place) = sum;
    element_sizes_(place++) = size;
  }
}

void GraphFaceField::solve_multipliers() {
  if (slid_on() == 0) return;
  tangent_system();
  if (is_affine()) {
    u_ = -base_;
    Eigen::Index place = 0;
    for (const SlidingMatrix::Element& element : sparse_matrix_.elements()) {
      u_(element.row) += elements_(place++) * (side(element.column) - reference_(element.column));
    }
    sparse_matrix_.factor(elements_, element_sizes_);
    sparse_matrix_.solve(u_);
    u_ += reference_;
    return;
  }
  const Eigen::MatrixXd normal = corner_rates();
  if (!simplex_.empty()) {
    corner_weights_ = simplex_weights(normal, simplex_);
    for (int j = 0; j < slid_on(); ++j) {
      u_(j) = 0;
      for (const int p : simplex_) u_(j) += ((p >> j) & 1 ? 1 : -1) * corner_weights_(p);
    }
    return;
  }
  if (const auto solution = multilinear_multipliers(normal, u_)) {
    u_ = *solution;
  } else if (const auto fresh = multilinear_multipliers(normal, Eigen::VectorXd::Zero(slid_on()))) {
    u_ = *fresh;
  }
  corner_weights_ = corner_weights(u_);
  matrix_ = normal * corner_weight_derivatives(u_);
}

Eigen::MatrixXd GraphFaceField::corner_rates() const {
  Eigen::MatrixXd normal(slid_on(), corner_count());
  for (int i = 0; i < slid_on(); ++i) {
    const Row& row = rows_[static_cast<std::size_t>(i)];
    normal.row(i).setConstant(row.time_output >= 0 ? reading_.output(row.time_output) : 0.0);
    for (const Entry& e : row.gradient) {
      normal.row(i) += reading_.output(e.output) * corners_.row(e.position);
    }
  }
  return normal;
}

/// Where the multilinear equations have no solution in the box.
void GraphFaceField::find_simplex() {
  if (slid_on() == 1 || is_affine()) return;
  const Eigen::MatrixXd normal = corner_rates();
  const double scale = normal.cwiseAbs().maxCoeff();
  const double rest = (normal * corner_weights_).cwiseAbs().maxCoeff();
  constexpr double rounding = 1e-6;
  if (rest <= 1e-9 * scale && u_.lpNorm<Eigen::Infinity>() <= 1 + rounding) return;
  simplex_ = simplex_around_zero(normal);
  if (!simplex_.empty()) solve_multipliers();
}

void GraphFaceField::velocity(double t, std::span<const double> x, std::span<double> f) {
  if (!rows_.empty()) {
    sliding_velocity(t, x, f);
    return;
  }
  ++evaluations_;
  reading_.evaluate(t, x);
  reading_.outputs(f);
  if (direction() < 0) {
    for (double& value : f) value = -value;
  }
}

void GraphFaceField::sliding_velocity(double t, std::span<const double> x, std::span<double> f) {
  evaluate(t, x);
  solve_multipliers();
  if (!is_affine()) {
    const Eigen::VectorXd value = corners_ * corner_weights_;
    for (int i = 0; i < dimension_; ++i) f[static_cast<std::size_t>(i)] = direction() * value(i);
    return;
  }
  for (int i = 0; i < dimension_; ++i) f[static_cast<std::size_t>(i)] = reading_.output(i);
  for (int j = 0; j < slid_on(); ++j) {
    const double amount = u_(j) - side(j);
    for (const Entry& e : columns_[static_cast<std::size_t>(j)]) {
      f[static_cast<std::size_t>(e.position)] += amount * reading_.output(e.output);
    }
  }
  if (direction() < 0) {
    for (double& value : f) value = -value;
  }
}

Eigen::VectorXd GraphFaceField::multipliers(double t, std::span<const double> x) {
  evaluate(t, x);
  solve_multipliers();
  return u_;
}

void GraphFaceField::begin(double t, std::span<const double> x) {
  if (slid_on() == 0) return;
  u_.setZero();
  reference_.setZero();
  simplex_.clear();
  evaluate(t, x);
  solve_multipliers();
  find_reference();
  find_simplex();
  if (slid_on() == 1) orientation_ = direction() * matrix_(0, 0) <= 0 ? 1 : -1;
  for (int m = 0; m < minors_.count(); ++m) {
    const double value = minors_.value(m, matrix_);
    const bool zero = !simplex_.empty() || std::abs(value) <= 1e-13 * minors_.size(m, matrix_);
    minor_signs_[static_cast<std::size_t>(m)] = zero ? 0 : value > 0 ? 1 : -1;
  }
}

/// Where columns are dependent the velocity is the same for many multipliers: takes some inside the
/// box, if least norm does not. Those nearest to them are taken from here on.
void GraphFaceField::find_reference() {
  constexpr int most = 100;  // dense algebra
  if (slid_on() == 1 || slid_on() > most || !is_affine()) return;
  Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(dimension_, slid_on());
  for (int j = 0; j < slid_on(); ++j) {
    for (const Entry& e : columns_[static_cast<std::size_t>(j)]) {
      columns(e.position, j) = reading_.output(e.output);
    }
  }
  const Eigen::VectorXd shift = multiplier_shift(columns, u_);
  if (shift.isZero(0)) return;
  u_ += shift;
  reference_ = u_;
}

void GraphFaceField::monitor_values(double t, std::span<const double> x, std::span<double> values) {
  evaluate(t, x);
  solve_multipliers();
  std::size_t m = 0;
  for (const int output : monitor_outputs_) {
    const int j = monitors_[m].surface;
    values[m++] = face().signature[static_cast<std::size_t>(j)] * reading_.output(output);
  }
  if (slid_on() == 1) {
    // w(u) = c + u M: normal velocity of the element with multiplier u; w+ = w(1), w- = w(-1).
    const double at_zero = -u_(0) * matrix_(0, 0);
    const double zero_multiplier = is_affine() ? base_(0) - side(0) * matrix_(0, 0) : at_zero;
    const double factor = direction() * orientation_;
    values[m++] = -factor * (zero_multiplier + matrix_(0, 0));
    values[m++] = factor * (zero_multiplier - matrix_(0, 0));
    return;
  }
  for (int j = 0; j < slid_on() && simplex_.empty(); ++j) {
    values[m++] = 1 - u_(j);
    values[m++] = 1 + u_(j);
  }
  if (!simplex_.empty()) {
    // Fewer than there are exits by multipliers; the others are far.
    for (int j = 0; j < 2 * slid_on(); ++j) {
      const auto place = static_cast<std::size_t>(j);
      values[m++] = place < simplex_.size() ? corner_weights_(simplex_[place]) : 1;
    }
  }
  for (int i = 0; i < minors_.count(); ++i) {
    values[m++] = minor_signs_[static_cast<std::size_t>(i)] * minors_.value(i, matrix_);
  }
}

void GraphFaceField::jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                              Eigen::VectorXd& dfdt) {
  ++jacobian_evaluations_;
  dfdx.resize(dimension_, dimension_);
  dfdt.resize(dimension_);
  // First-order Taylor sweeps along each coordinate direction and along t.
  for (int k = 0; k <= dimension_; ++k) {
    const Eigen::VectorXd derivative = directional_derivative(t, x, k);
    if (k < dimension_) {
      dfdx.col(k) = derivative;
    } else {
      dfdt = direction() * derivative;
    }
  }
}

void GraphFaceField::project(double t, std::span<double> x) {
  if (slid_on() == 0) return;
  constexpr int iterations = 2;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    reading_.evaluate(t, x);
    if (rows_are_disjoint_) {
      for (const Row& row : rows_) {
        const double h = reading_.output(row.value_output);
        if (h == 0) continue;
        double square = 0;
        for (const Entry& e : row.gradient) {
          square += reading_.output(e.output) * reading_.output(e.output);
        }
        if (square == 0) continue;
        for (const Entry& e : row.gradient) {
          x[static_cast<std::size_t>(e.position)] -= h / square * reading_.output(e.output);
        }
      }
      continue;
    }
    Eigen::MatrixXd normals = Eigen::MatrixXd::Zero(slid_on(), dimension_);
    Eigen::VectorXd h(slid_on());
    for (int i = 0; i < slid_on(); ++i) {
      const Row& row = rows_[static_cast<std::size_t>(i)];
      h(i) = reading_.output(row.value_output);
      for (const Entry& e : row.gradient) normals(i, e.position) = reading_.output(e.output);
    }
    if (h.isZero(0)) return;
    // Surfaces that nearly coincide meet far away: they count as one.
    constexpr double parallel = 1e-8;
    const Eigen::VectorXd step = LeastSquares(normals, parallel).solve(h);
    for (int i = 0; i < dimension_; ++i) x[static_cast<std::size_t>(i)] -= step(i);
  }
}

/// The Taylor recursion x_{k+1} = f_k / (k + 1) on the face, one order at a time; the multipliers
/// of order k solve a linear system with the matrix of order 0.
class GraphFaceField::Sweep {
 public:
  Sweep(GraphFaceField& field, int max_order)
      : field_(field),
        k_(field.slid_on()),
        velocity_(max_order + 1, field.dimension_),
        multipliers_(max_order + 1, k_),
        base_(max_order + 1, k_) {
    if (field.matrix_.size() > 0) matrix_.setZero(max_order + 1, k_ * k_);
    if (field.is_affine()) {
      shifted_.resize(max_order + 1, k_);
      elements_.setZero(max_order + 1, field.elements_.size());
      right_.resize(k_);
    } else {
      weights_.resize(max_order + 1, field.corner_count());
    }
  }

  double velocity(int component, int order) const { return velocity_(order, component); }
  Eigen::MatrixXd multipliers(int order) const { return multipliers_.topRows(order + 1); }

  /// Coefficient k of the velocity, given those of x up to order k in the readings.
  void order(int k) {
    const TaylorReading& main = field_.taylor_;
    for (int i = 0; i < field_.dimension_; ++i) {
      velocity_(k, i) = main.output(i)[static_cast<std::size_t>(k)];
    }
    if (k_ == 0) return;
    if (field_.is_affine()) {
      affine_order(k);
    } else {
      multilinear_order(k);
    }
  }

  /// Coefficient k of the exit functions into `monitors` from column `first` on.
  void exits(int k, Eigen::MatrixXd& monitors, Eigen::Index first) const {
    if (k_ == 1) {
      const double m = matrix_(k, 0);
      const double c = zero_multiplier(k);
      const double factor = field_.direction() * field_.orientation_;
      monitors(k, first) = -factor * (c + m);
      monitors(k, first + 1) = factor * (c - m);
      return;
    }
    const double one = k == 0 ? 1 : 0;
    const std::vector<int>& simplex = field_.simplex_;
    for (int j = 0; j < 2 * k_; ++j) {
      const auto place = static_cast<std::size_t>(j);
      if (simplex.empty()) {
        const double u = multipliers_(k, j / 2);
        monitors(k, first + j) = j % 2 == 0 ? one - u : one + u;
      } else {
        monitors(k, first + j) = place < simplex.size() ? weights_(k, simplex[place]) : one;
      }
    }
    for (int i = 0; i < field_.minors_.count(); ++i) {
      const double sign = field_.minor_signs_[static_cast<std::size_t>(i)];
      monitors(k, first + 2 * k_ + i) =
          sign == 0 ? 0 : sign * field_.minors_.coefficient(i, matrix_, k);
    }
  }

 private:
  /// Normal velocity of the element with multiplier 0, one surface.
  double zero_multiplier(int k) const {
    return field_.is_affine() ? base_(k, 0) - field_.side(0) * matrix_(k, 0) : base_(k, 0);
  }

  /// Order k of the product of an entry's series with another.
  double product(const Entry& e, int k, const double* other) const {
    const std::span<const double> g = field_.taylor_.output(e.output);
    if (e.is_constant) return g[0] * other[k];
    double sum = 0;
    for (int i = 0; i <= k; ++i) sum += g[static_cast<std::size_t>(i)] * other[k - i];
    return sum;
  }

  void affine_order(int k) {
    const TaylorReading& main = field_.taylor_;
    SlidingMatrix& matrix = field_.sparse_matrix_;
    for (int i = 0; i < k_; ++i) {
      const Row& row = field_.rows_[static_cast<std::size_t>(i)];
      double sum =
          row.time_output >= 0 ? main.output(row.time_output)[static_cast<std::size_t>(k)] : 0.0;
      for (const Entry& e : row.gradient) sum += product(e, k, main.output(e.position).data());
      base_(k, i) = sum;
      right_(i) = -sum;
    }
    // M_0 (u_k - s_k) = -base_k - sum_{l=1..k} M_l (u_{k-l} - s_{k-l}), with s only at order 0.
    Eigen::Index place = -1;
    for (const SlidingMatrix::Element& element : matrix.elements()) {
      ++place;
      if (element.is_constant && k > 0) continue;
      double sum = 0;
      double size = 0;
      for (const SlidingMatrix::Product& p : element.products) {
        const double term = product(p.gradient, k, main.output(p.column.output).data());
        sum += term;
        size += std::abs(term);
      }
      elements_(k, place) = sum;
      if (k == 0) field_.element_sizes_(place) = size;
      if (matrix_.size() > 0) matrix_(k, element.row * k_ + element.column) = sum;
      const double* const m = elements_.col(place).data();
      const double* const u = shifted_.col(element.column).data();
      double past = 0;
      if (k == 0) {
        past = sum * (field_.reference_(element.column) - field_.side(element.column));
      }
      for (int l = 1; l <= k; ++l) past += m[l] * u[k - l];
      right_(element.row) -= past;
    }
    if (k == 0) {
      field_.elements_ = elements_.row(0);
      matrix.factor(field_.elements_, field_.element_sizes_);
    }
    matrix.solve(right_);
    if (k == 0) right_ += field_.reference_;
    multipliers_.row(k) = right_.transpose();
    shifted_.row(k) = right_.transpose();
    for (int j = 0; j < k_; ++j) {
      if (k == 0) shifted_(0, j) -= field_.side(j);
      const double* const u = shifted_.col(j).data();
      for (const Entry& c : field_.columns_[static_cast<std::size_t>(j)]) {
        velocity_(k, c.position) += product(c, k, u);
      }
    }
  }

  void multilinear_order(int k) {
    const int corners = field_.corner_count();
    if (k == 0) {
      // The multipliers of order 0 come from the nonlinear system, solved in double.
      multipliers_.row(0) = field_.u_.transpose();
      weights_.row(0) = field_.corner_weights_.transpose();
      derivatives_ = weight_derivatives();
    } else {
      multipliers_.row(k).setZero();
      weights_.row(k).setZero();
      if (field_.simplex_.empty()) weights_.row(k) = weight_coefficients(k).transpose();
    }
    if (k == 0) {
      normals_.resize(k_, corners);
      for (int p = 0; p < corners; ++p) {
        for (int i = 0; i < k_; ++i) normals_(i, p) = normal_velocity(i, p, 0);
      }
      solver_.factor(normals_ * derivatives_);
    } else {
      const Eigen::VectorXd u = -solver_.solve(residuals(k));
      multipliers_.row(k) = u.transpose();
      weights_.row(k) += (derivatives_ * u).transpose();
    }
    for (int i = 0; i < field_.dimension_; ++i) {
      double sum = 0;
      for (int p = 0; p < corners; ++p) {
        const std::span<const double> f =
            field_.corner_taylor_[static_cast<std::size_t>(p)].output(i);
        for (int l = 0; l <= k; ++l) sum += weights_(l, p) * f[static_cast<std::size_t>(k - l)];
      }
      velocity_(k, i) = sum;
    }
    if (field_.minors_.count() > 0 && field_.simplex_.empty()) {
      matrix_.row(k) = multilinear_matrix(k).transpose();
    }
    if (k_ == 1) {
      const double plus = normal_velocity(0, 1, k);
      const double minus = normal_velocity(0, 0, k);
      base_(k, 0) = 0.5 * (plus + minus);
      matrix_(k, 0) = 0.5 * (plus - minus);
    }
  }

  /// Of the weights with respect to the multipliers, or to the weights of all corners of the
  /// simplex but the first.
  Eigen::MatrixXd weight_derivatives() const {
    const std::vector<int>& simplex = field_.simplex_;
    if (simplex.empty()) return corner_weight_derivatives(field_.u_);
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(field_.corner_count(), k_);
    result.row(simplex.front()).setConstant(-1);
    for (int j = 0; j < k_; ++j) result(simplex[static_cast<std::size_t>(j) + 1], j) = 1;
    return result;
  }

  /// Order k of <grad h_i, f_p> + dh_i/dt.
  double normal_velocity(int i, int p, int k) const {
    const Row& row = field_.rows_[static_cast<std::size_t>(i)];
    double sum = row.time_output >= 0
                     ? field_.taylor_.output(row.time_output)[static_cast<std::size_t>(k)]
                     : 0.0;
    for (const Entry& e : row.gradient) {
      const std::span<const double> f =
          field_.corner_taylor_[static_cast<std::size_t>(p)].output(e.position);
      sum += product(e, k, f.data());
    }
    return sum;
  }

  /// Order k of sum_p w_p (<grad h_i, f_p> + dh_i/dt), with the weights known so far.
  Eigen::VectorXd residuals(int k) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(k_);
    for (int i = 0; i < k_; ++i) {
      for (int p = 0; p < field_.corner_count(); ++p) {
        for (int l = 0; l <= k; ++l) result(i) += weights_(l, p) * normal_velocity(i, p, k - l);
      }
    }
    return result;
  }

  /// Order k of sum_p dw_p/du_j (<grad h_i, f_p> + dh_i/dt), row by row.
  Eigen::VectorXd multilinear_matrix(int k) const {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(k_ * k_);
    for (int l = 0; l <= k; ++l) {
      for (int j = 0; j < k_; ++j) {
        const Eigen::VectorXd derivative = weight_coefficients(k - l, j);
        for (int i = 0; i < k_; ++i) {
          for (int p = 0; p < field_.corner_count(); ++p) {
            if (derivative(p) != 0) result(i * k_ + j) += derivative(p) * normal_velocity(i, p, l);
          }
        }
      }
    }
    return result;
  }

  /// Order k of prod_j (1 +- u_j)/2 for every corner, from the multipliers of order <= k; or of its
  /// derivative with respect to u_along.
  Eigen::VectorXd weight_coefficients(int k, int along = -1) const {
    Eigen::VectorXd result(field_.corner_count());
    for (int p = 0; p < field_.corner_count(); ++p) {
      std::vector<double> product(static_cast<std::size_t>(k) + 1, 0.0);
      product[0] = 1;
      for (int j = 0; j < k_; ++j) {
        const double sign = (p >> j) & 1 ? 1 : -1;
        std::vector<double> next(product.size(), 0.0);
        for (int a = 0; a <= k; ++a) {
          for (int b = 0; a + b <= k; ++b) {
            const double u = j == along ? (b == 0 ? sign : 0) : sign * multipliers_(b, j);
            const double factor = 0.5 * ((b == 0 && j != along ? 1 : 0) + u);
            next[static_cast<std::size_t>(a + b)] += product[static_cast<std::size_t>(a)] * factor;
          }
        }
        product = std::move(next);
      }
      result(p) = product.back();
    }
    return result;
  }

  GraphFaceField& field_;
  int k_;
  Eigen::MatrixXd velocity_;
  Eigen::MatrixXd multipliers_;
  Eigen::MatrixXd shifted_;  ///< multipliers minus the signs of the face
  Eigen::MatrixXd base_;
  Eigen::MatrixXd elements_;  ///< of the sparse matrix
  Eigen::VectorXd right_;
  Eigen::MatrixXd matrix_;
  Eigen::MatrixXd weights_;
  Eigen::MatrixXd derivatives_;
  Eigen::MatrixXd normals_;
  MultiplierSolver solver_;
};

TaylorReading& GraphFaceField::taylor(int order) {
  if (order > taylor_order_) {
    // A small program is not made anew for every order that is asked for.
    constexpr int usual_order = 20;
    constexpr std::size_t small = 1000;
    const bool is_small = reading_.program().instructions().size() < small;
    taylor_order_ = is_small ? std::max(order, usual_order) : order;
    taylor_ = TaylorReading(reading_.program(), taylor_order_);
    corner_taylor_.clear();
    for (const DoubleReading& corner : corner_readings_) {
      corner_taylor_.emplace_back(corner.program(), taylor_order_);
    }
    sweep_ = std::make_unique<Sweep>(*this, taylor_order_);
  }
  return taylor_;
}

Eigen::VectorXd GraphFaceField::directional_derivative(double t, std::span<const double> x, int k) {
  TaylorReading& main = taylor(1);
  const auto load = [&](TaylorReading& reading) {
    for (int i = 0; i < dimension_; ++i) {
      reading.coordinate(i)[0] = x[static_cast<std::size_t>(i)];
      reading.coordinate(i)[1] = i == k ? 1 : 0;
    }
    reading.set_time(t, k == dimension_ ? 1 : 0);
    reading.advance(0);
    reading.advance(1);
  };
  evaluate(t, x);
  solve_multipliers();
  load(main);
  for (TaylorReading& corner : corner_taylor_) load(corner);
  Eigen::VectorXd derivative(dimension_);
  Sweep& sweep = *sweep_;
  sweep.order(0);
  sweep.order(1);
  for (int i = 0; i < dimension_; ++i) derivative(i) = sweep.velocity(i, 1);
  return direction() * derivative;
}

bool GraphFaceField::series(double t, std::span<const double> x, int order, FaceSeries& series) {
  TaylorReading& main = taylor(order);
  if (!is_affine()) {
    evaluate(t, x);
    solve_multipliers();
  }
  evaluations_ += order;
  series.order = order;
  series.x.resize(order + 1, dimension_);
  series.monitors.resize(order + 1, static_cast<Eigen::Index>(monitors_.size()));
  const auto set_coordinates = [&](int k) {
    for (int i = 0; i < dimension_; ++i) {
      const auto place = static_cast<std::size_t>(k);
      main.coordinate(i)[place] = series.x(k, i);
      for (TaylorReading& corner : corner_taylor_) corner.coordinate(i)[place] = series.x(k, i);
    }
  };
  for (int i = 0; i < dimension_; ++i) series.x(0, i) = x[static_cast<std::size_t>(i)];
  main.set_time(t, direction());
  for (TaylorReading& corner : corner_taylor_) corner.set_time(t, direction());

  const auto surfaces = static_cast<Eigen::Index>(monitor_outputs_.size());
  if (slid_on() == 0) {
    smooth_series(order, series);
    return true;
  }
  Sweep& sweep = *sweep_;
  for (int k = 0; k <= order; ++k) {
    set_coordinates(k);
    main.advance(k);
    for (TaylorReading& corner : corner_taylor_) corner.advance(k);
    sweep.order(k);
    for (Eigen::Index m = 0; m < surfaces; ++m) {
      const auto place = static_cast<std::size_t>(m);
      const double oriented = face().signature[static_cast<std::size_t>(monitors_[place].surface)];
      series.monitors(k, m) =
          oriented * main.output(monitor_outputs_[place])[static_cast<std::size_t>(k)];
    }
    if (slid_on() > 0) sweep.exits(k, series.monitors, surfaces);
    if (k == order) break;
    for (int i = 0; i < dimension_; ++i) {
      series.x(k + 1, i) = direction() * sweep.velocity(i, k) / (k + 1);
    }
  }
  series.multipliers = sweep.multipliers(order);
  return true;
}

/// The recursion without multipliers.
void GraphFaceField::smooth_series(int order, FaceSeries& series) {
  TaylorReading& main = taylor_;
  for (int i = 0; i < dimension_; ++i) main.coordinate(i)[0] = series.x(0, i);
  for (int k = 0; k <= order; ++k) {
    main.advance(k);
    if (k == order) break;
    const auto place = static_cast<std::size_t>(k);
    const double factor = direction() / (k + 1);
    for (int i = 0; i < dimension_; ++i) {
      main.coordinate(i)[place + 1] = factor * main.output(i)[place];
    }
  }
  const auto count = static_cast<std::ptrdiff_t>(order) + 1;
  for (int i = 0; i < dimension_; ++i) {
    std::copy_n(main.coordinate(i).begin(), count, series.x.col(i).data());
  }
  for (std::size_t m = 0; m < monitor_outputs_.size(); ++m) {
    const double side = face().signature[static_cast<std::size_t>(monitors_[m].surface)];
    const std::span<const double> output = main.output(monitor_outputs_[m]);
    double* const column = series.monitors.col(static_cast<Eigen::Index>(m)).data();
    for (std::ptrdiff_t k = 0; k < count; ++k)
      column[k] = side * output[static_cast<std::size_t>(k)];
  }
  series.multipliers.resize(count, 0);
}

}  // namespace filippov::detail
