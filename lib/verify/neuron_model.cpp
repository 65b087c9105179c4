#include "neuron_model.hpp"

#include <algorithm>

#include "../arithmetic/upward_interval.hpp"

namespace filippov::detail {

Interval squared_norm(std::span<const Interval> a) {
  Interval sum = 0;
  for (const Interval& x : a) sum += sqr(x);
  return sum;
}

Interval norm(std::span<const Interval> a) { return sqrt(squared_norm(a)); }

Box hull_of(Box a, std::span<const Interval> b) {
  for (std::size_t k = 0; k < a.size(); ++k) a[k] = hull(a[k], b[k]);
  return a;
}

Box widened(Box a, double radius) {
  for (Interval& x : a) x += Interval(-radius, radius);
  return a;
}

std::vector<int> activation_sides(const Network& network, const DataSet& data,
                                  std::span<const Interval> u) {
  std::vector<int> sides;
  for (int i = 0; i < data.size(); ++i) {
    const Interval t = dot(data.input(i), u);
    const bool smooth = identical(network.leak, 1) || identical(squared_norm(data.input(i)), 0);
    if (!smooth && !certainly_nonzero(t)) return {};
    sides.push_back(smooth ? 0 : certainly_positive(t) ? 1 : -1);
  }
  return sides;
}

bool NeuronModel::rests(std::span<const Interval> w) const {
  if (zeros_.cells.empty()) return false;
  const std::vector<int> sides = activation_sides(network_, data_, w.subspan(1));
  return !sides.empty() && std::ranges::find(zeros_.cells, sides) != zeros_.cells.end();
}

NeuronModel::NeuronModel(const Network& network, const DataSet& data, const Loss& loss, int sign)
    : network_(network), data_(data), sign_(sign) {
  const Interval terms = loss.mean ? Interval(data.size()) : Interval(1);
  for (int i = 0; i < data.size(); ++i) {
    z_.push_back(-loss_derivative(loss.kind, 0, data.label(i)) / terms);
  }
}

NeuronModel::NeuronModel(const Network& network, const DataSet& data, Box coefficients, int sign)
    : network_(network), data_(data), z_(std::move(coefficients)), sign_(sign) {}

Box NeuronModel::outputs(std::span<const Interval> w) const {
  Box result = neuron_output(network_, data_, w);
  if (sign_ < 0) {
    for (Interval& h : result) h = -h;
  }
  return result;
}

Interval NeuronModel::correlation(std::span<const Interval> w) const {
  return rests(w) ? Interval(0) : dot(z_, outputs(w));
}

Interval NeuronModel::activation(int i, std::span<const Interval> w) const {
  return dot(data_.input(i), two_layer() ? w.subspan(1) : w);
}

Interval NeuronModel::slope(Interval t) const {
  if (certainly_positive(t)) return 1;
  if (certainly_negative(t)) return network_.leak;
  return hull(1, network_.leak);
}

Box NeuronModel::gradient(std::span<const Interval> w, std::span<const Interval> c) const {
  Box result(w.size());
  const auto d = static_cast<std::size_t>(data_.dimension());
  for (int i = 0; i < data_.size(); ++i) {
    const std::span<const Interval> x = data_.input(i);
    const Interval ci = c[static_cast<std::size_t>(i)];
    if (network_.kind == NetworkKind::diagonal) {
      for (std::size_t k = 0; k < d; ++k) {
        result[k] += ci * x[k] * w[d + k];
        result[d + k] += ci * x[k] * w[k];
      }
      continue;
    }
    const Interval t = activation(i, w);
    const Interval sigma = max(t, network_.leak * t);
    if (two_layer()) {
      result[0] += ci * sigma;
      const Interval factor = ci * w[0] * slope(t);
      for (std::size_t k = 0; k < d; ++k) result[k + 1] += factor * x[k];
    } else {
      const Interval factor = 2 * sign_ * ci * max(t, sqr(network_.leak) * t);
      for (std::size_t k = 0; k < d; ++k) result[k] += factor * x[k];
    }
  }
  return result;
}

IntervalMatrix NeuronModel::hessian(std::span<const Interval> w) const {
  const auto n = w.size();
  const auto d = static_cast<std::size_t>(data_.dimension());
  const UpwardScope scope;
  std::vector<UpwardInterval> upper(n * n);  // the triangle
  for (int i = 0; i < data_.size(); ++i) {
    const std::span<const Interval> x = data_.input(i);
    const Interval z = z_[static_cast<std::size_t>(i)];
    if (network_.kind == NetworkKind::diagonal) {
      for (std::size_t k = 0; k < d; ++k) {
        UpwardInterval& entry = upper[k * n + d + k];
        entry = entry + UpwardInterval(z * x[k]);
      }
      continue;
    }
    const UpwardInterval factor(2 * sign_ * z * sqr(slope(activation(i, w))));
    std::vector<UpwardInterval> row(x.begin(), x.end());
    for (std::size_t k = 0; k < d; ++k) {
      const UpwardInterval scaled = factor * row[k];
      for (std::size_t l = k; l < d; ++l) {
        upper[k * n + l] = add_product(upper[k * n + l], scaled, row[l]);
      }
    }
  }
  Box result(n * n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t l = k; l < n; ++l) {
      result[k * n + l] = result[l * n + k] = upper[k * n + l].interval();
    }
  }
  const auto size = static_cast<Eigen::Index>(n);
  return IntervalMatrix::from_rows(result, size, size);
}

Interval NeuronModel::jacobian_norm(std::span<const Interval> w) const {
  Interval sum = 0;
  const auto d = static_cast<std::size_t>(data_.dimension());
  for (int i = 0; i < data_.size(); ++i) {
    const std::span<const Interval> x = data_.input(i);
    if (network_.kind == NetworkKind::diagonal) {
      for (std::size_t k = 0; k < d; ++k) sum += sqr(x[k]) * (sqr(w[k]) + sqr(w[d + k]));
      continue;
    }
    const Interval t = activation(i, w);
    sum += 4 * sqr(max(t, sqr(network_.leak) * t)) * squared_norm(x);
  }
  return sqrt(sum);
}

}  // namespace filippov::detail
