#include "filippov/network/deep_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

int size_of(const MatrixXd& matrix) { return static_cast<int>(matrix.size()); }

const MatrixXd& layer_of(const DeepNetwork& network, int layer) {
  return network.layers[static_cast<std::size_t>(layer)];
}

void check(const DeepNetwork& network, const DataSet& data, double delta) {
  const int depth = static_cast<int>(network.layers.size());
  if (!(0 <= network.first && network.first < network.second && network.second < depth)) {
    throw Error(
        fmt::format("the trained layers are {} and {} of {}: expected two in order, counted from 0",
                    network.first, network.second, depth));
  }
  Index width = data.dimension();
  for (int l = 0; l < depth; ++l) {
    const MatrixXd& w = layer_of(network, l);
    if (w.cols() != width || w.rows() < 1) {
      throw Error(fmt::format("layer {} has a {} x {} matrix: expected {} columns", l, w.rows(),
                              w.cols(), width));
    }
    width = w.rows();
    const bool trained = l == network.first || l == network.second;
    if (!trained && !w.allFinite()) {
      throw Error(fmt::format("a weight of layer {} is not finite", l));
    }
  }
  if (width != 1) throw Error(fmt::format("the last layer has {} rows: expected one", width));
  if (!(network.leak >= 0 && network.leak <= 1)) {
    throw Error(fmt::format("the leak is {}: expected a number in [0, 1]", network.leak));
  }
  if (!(delta >= 0) || !std::isfinite(delta)) {
    throw Error(
        fmt::format("the scale delta is {}: expected a number that is not negative", delta));
  }
}

MatrixXd activated(const MatrixXd& z, double leak) { return z.cwiseMax(leak * z); }

}  // namespace

int DeepNetwork::weights() const {
  return size_of(layer_of(*this, first)) + size_of(layer_of(*this, second));
}

/// From layer `first` on: what each layer gets, and the slopes of its neurons.
struct DeepFlow::Pass {
  std::vector<MatrixXd> inputs;  ///< of layers first, first + 1, ...
  std::vector<MatrixXd> slopes;  ///< of the neurons of layers first, ..., L - 2
  std::vector<MatrixXd> sums;    ///< inputs of these neurons, as long as they are wanted
  Eigen::RowVectorXd outputs;
};

DeepFlow::DeepFlow(DeepNetwork network, const DataSet& data, const Loss& loss, double delta)
    : network_(std::move(network)),
      loss_(loss),
      delta_(delta),
      inputs_(Eigen::Map<const MatrixXd>(data.approximate_inputs().data(), data.dimension(),
                                         data.size())),
      labels_(Eigen::Map<const Eigen::VectorXd>(data.approximate_labels().data(), data.size())) {
  check(network_, data, delta);
  check_labels(loss, data);
  for (int l = 0; l < network_.first; ++l) {
    inputs_ = activated(layer_of(network_, l) * inputs_, network_.leak);
  }
  for (int l = 0; l + 1 < static_cast<int>(network_.layers.size()); ++l) {
    offsets_.push_back(switches_);
    if (l >= network_.first) {
      switches_ += static_cast<int>(layer_of(network_, l).rows() * inputs_.cols());
    }
  }
}

DeepFlow::Place DeepFlow::place_of(int j) const {
  const auto after = std::upper_bound(offsets_.begin(), offsets_.end(), j);
  const int layer = static_cast<int>(after - offsets_.begin()) - 1;
  const int width = static_cast<int>(layer_of(network_, layer).rows());
  const int rest = j - offsets_[static_cast<std::size_t>(layer)];
  return {layer, rest / width, rest % width};
}

std::string DeepFlow::surface_name(int j) const {
  const Place place = place_of(j);
  return fmt::format("z{}.{}(x{})", place.layer + 1, place.neuron + 1, place.example + 1);
}

Eigen::Map<const MatrixXd> DeepFlow::weights(int layer, std::span<const double> s) const {
  const MatrixXd& shape = layer_of(network_, layer);
  const double* data = shape.data();
  if (layer == network_.first) data = s.data();
  if (layer == network_.second) data = s.data() + layer_of(network_, network_.first).size();
  return {data, shape.rows(), shape.cols()};
}

/// For `count` examples from `begin` on; the signs of the neurons from `signs`, or their own.
DeepFlow::Pass DeepFlow::forward(std::span<const double> s, const Signature* signs, Index begin,
                                 Index count) const {
  Pass pass;
  pass.inputs.emplace_back(inputs_.middleCols(begin, count));
  const int last = static_cast<int>(network_.layers.size()) - 1;
  for (int l = network_.first; l < last; ++l) {
    MatrixXd z = weights(l, s) * pass.inputs.back();
    MatrixXd slope(z.rows(), z.cols());
    for (Index i = 0; i < z.cols(); ++i) {
      const Index row = offsets_[static_cast<std::size_t>(l)] + (begin + i) * z.rows();
      for (Index k = 0; k < z.rows(); ++k) {
        const bool on = signs ? (*signs)[static_cast<std::size_t>(row + k)] > 0 : z(k, i) > 0;
        slope(k, i) = on ? 1 : network_.leak;
      }
    }
    pass.inputs.emplace_back(z.cwiseProduct(slope));
    pass.sums.push_back(std::move(z));
    pass.slopes.push_back(std::move(slope));
  }
  pass.outputs = weights(last, s) * pass.inputs.back();
  return pass;
}

/// The gradient of <pull, sums of the layer `last`> in the trained weights, into `out`.
void DeepFlow::backward(int last, MatrixXd pull, const Pass& pass, std::span<const double> s,
                        double* out) const {
  double* const places[] = {out, out + layer_of(network_, network_.first).size()};
  for (int l = last; l >= network_.first; --l) {
    const auto k = static_cast<std::size_t>(l - network_.first);
    if (l == network_.first || l == network_.second) {
      const MatrixXd& shape = layer_of(network_, l);
      Eigen::Map<MatrixXd>(places[l == network_.first ? 0 : 1], shape.rows(), shape.cols()) =
          pull * pass.inputs[k].transpose();
    }
    if (l == network_.first) break;
    pull = (weights(l, s).transpose() * pull).cwiseProduct(pass.slopes[k - 1]).eval();
  }
}

void DeepFlow::selection(double, std::span<const double> s, const Signature& signs,
                         std::span<double> f) const {
  const Pass pass = forward(s, &signs, 0, inputs_.cols());
  backward(static_cast<int>(network_.layers.size()) - 1,
           residuals(delta_ * delta_ * pass.outputs.transpose()).transpose(), pass, s, f.data());
}

double DeepFlow::switching(int j, double, std::span<const double> s, const Signature& signs) const {
  const Place place = place_of(j);
  const Pass pass = forward(s, &signs, place.example, 1);
  return pass.sums[static_cast<std::size_t>(place.layer - network_.first)](place.neuron, 0);
}

SwitchingGradient DeepFlow::switching_gradient(int j, double, std::span<const double> s,
                                               const Signature& signs) const {
  const Place place = place_of(j);
  const Pass pass = forward(s, &signs, place.example, 1);
  SwitchingGradient gradient{Eigen::VectorXd::Zero(dimension()), 0};
  backward(place.layer, Eigen::VectorXd::Unit(layer_of(network_, place.layer).rows(), place.neuron),
           pass, s, gradient.x.data());
  return gradient;
}

bool DeepFlow::jumps_across(int) const { return network_.leak != 1; }

/// On the surfaces the outputs do not depend on these signs; the gradient is a product over layers,
/// affine in the slopes of one layer.
std::optional<SparseColumns> DeepFlow::affine_columns(std::span<const int> switches, double t,
                                                      std::span<const double> s,
                                                      const Signature& signs) const {
  std::set<std::pair<int, int>> seen;
  for (const int j : switches) {
    const Place place = place_of(j);
    for (int l = network_.first; l + 1 < static_cast<int>(network_.layers.size()); ++l) {
      if (l != place.layer && seen.contains({place.example, l})) return std::nullopt;
    }
    seen.insert({place.example, place.layer});
  }
  SparseColumns columns;
  Signature other = signs;
  Eigen::VectorXd above(dimension());
  Eigen::VectorXd below(dimension());
  for (const int j : switches) {
    const auto place = static_cast<std::size_t>(j);
    other[place] = 1;
    selection(t, s, other, {above.data(), s.size()});
    other[place] = -1;
    selection(t, s, other, {below.data(), s.size()});
    other[place] = signs[place];
    std::vector<std::pair<int, double>> column;
    for (Index k = 0; k < above.size(); ++k) {
      if (above(k) != below(k)) column.emplace_back(k, 0.5 * (above(k) - below(k)));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Eigen::VectorXd DeepFlow::outputs(std::span<const double> s) const {
  return delta_ * delta_ * forward(s, nullptr, 0, inputs_.cols()).outputs.transpose();
}

Eigen::VectorXd DeepFlow::residuals(const Eigen::VectorXd& outputs) const {
  Eigen::VectorXd result = labels_ - outputs;
  if (loss_.kind == LossKind::logistic) {
    result = labels_.array() / (1 + (labels_.array() * outputs.array()).exp());
  }
  if (loss_.mean) result /= static_cast<double>(examples());
  return result;
}

double DeepFlow::combination(const Eigen::VectorXd& c, std::span<const double> s) const {
  return forward(s, nullptr, 0, inputs_.cols()).outputs.dot(c);
}

Function correlation_function(const DeepNetwork& network, const DataSet& data, const Loss& loss) {
  check(network, data, 0);
  check_labels(loss, data);
  const auto graph = std::make_shared<Graph>();
  const std::vector<Expression> w = detail::graph_variables(graph, network.weights());
  const int offset = size_of(layer_of(network, network.first));
  const auto number = [&](Interval x) { return Expression(graph, graph->constant(x)); };
  const auto weight = [&](int layer, Index row, Index column) {
    const MatrixXd& matrix = layer_of(network, layer);
    const Index place = column * matrix.rows() + row;
    if (layer == network.first) return w[static_cast<std::size_t>(place)];
    if (layer == network.second) return w[static_cast<std::size_t>(offset + place)];
    return number(matrix(row, column));
  };
  const Expression leak = number(network.leak);
  Expression sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    std::vector<Expression> input;
    for (int k = 0; k < data.dimension(); ++k) {
      const std::string_view decimal = data.input_decimal(i, k);
      const Interval x = data.input(i)[static_cast<std::size_t>(k)];
      input.push_back(decimal.empty() ? number(x)
                                      : Expression(graph, graph->constant(x.midpoint(), decimal)));
    }
    for (int l = 0; l < static_cast<int>(network.layers.size()); ++l) {
      const MatrixXd& matrix = layer_of(network, l);
      const bool last = l + 1 == static_cast<int>(network.layers.size());
      std::vector<Expression> output;
      for (Index row = 0; row < matrix.rows(); ++row) {
        Expression z = 0;
        for (Index k = 0; k < matrix.cols(); ++k) {
          z += weight(l, row, k) * input[static_cast<std::size_t>(k)];
        }
        output.push_back(last ? z : leaky_relu(leak, z));
      }
      input = std::move(output);
    }
    const Interval pull = -loss_derivative(loss.kind, 0, data.label(i));
    sum += number(loss.mean ? pull / data.size() : pull) * input.front();
  }
  return {network.weights(), graph, sum.node_in(*graph)};
}

}  // namespace filippov
