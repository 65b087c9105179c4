#include "filippov/network/scaled_flow.hpp"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace filippov {

namespace {

/// Records the numbers of a data set: what was written as a decimal is that decimal, and equal
/// enclosures in one column are one number, so that parallel rows have one switch.
class Recorder {
 public:
  Recorder(const Network& network, const DataSet& data)
      : network_(network),
        data_(data),
        graph_(std::make_shared<Graph>()),
        leak_(graph_, network.leak_decimal.empty()
                          ? graph_->constant(network.leak)
                          : graph_->constant(network.leak.midpoint(), network.leak_decimal)) {}

  const std::shared_ptr<Graph>& graph() const { return graph_; }
  Expression input(int i, int k) {
    return number(k, data_.input(i)[static_cast<std::size_t>(k)], data_.input_decimal(i, k));
  }
  Expression label(int i) {
    return number(data_.dimension(), data_.label(i), data_.label_decimal(i));
  }
  /// H(x_i; w) of the neuron whose weights begin at `first`.
  Expression output(int i, const std::vector<Expression>& w, int first) {
    const auto weight = [&](int k) { return w[static_cast<std::size_t>(first + k)]; };
    const int d = data_.dimension();
    const bool two_layer = network_.kind == NetworkKind::two_layer;
    const bool diagonal = network_.kind == NetworkKind::diagonal;
    Expression h = 0;
    for (int k = 0; k < d; ++k) {
      h += input(i, k) * (diagonal ? weight(k) * weight(d + k) : weight(two_layer ? k + 1 : k));
    }
    if (diagonal) return h;
    const Expression sigma = leaky_relu(leak_, h);
    return two_layer ? weight(0) * sigma : sigma * sigma;
  }

 private:
  Expression number(int column, Interval x, std::string_view decimal) {
    if (!decimal.empty()) return {graph_, graph_->constant(x.midpoint(), decimal)};
    const auto key = std::make_pair(column, std::make_pair(x.lower(), x.upper()));
    const auto [place, inserted] = computed_.try_emplace(key, -1);
    if (inserted) place->second = graph_->constant(x);
    return {graph_, place->second};
  }

  const Network& network_;
  const DataSet& data_;
  std::shared_ptr<Graph> graph_;
  Expression leak_;
  std::map<std::pair<int, std::pair<double, double>>, NodeId> computed_;
};

}  // namespace

FilippovMap scaled_flow(const Network& network, const DataSet& data, const Loss& loss) {
  check_labels(loss, data);
  const int size = neuron_size(network, data);
  const int neurons = network.kind == NetworkKind::diagonal ? 1 : network.neurons;
  const int dimension = neurons * size + 1;
  Recorder recorder(network, data);
  const std::shared_ptr<Graph>& graph = recorder.graph();
  const std::vector<Expression> s = detail::graph_variables(graph, dimension);
  const Expression& p = s.back();
  std::vector<Expression> velocity(static_cast<std::size_t>(dimension), 0.0);
  for (int i = 0; i < data.size(); ++i) {
    Expression output = 0;
    for (int k = 0; k < neurons; ++k) {
      const Expression part = recorder.output(i, s, k * size);
      output = k < neurons - network.negative_neurons ? output + part : output - part;
    }
    const Expression y = recorder.label(i);
    Expression pull =
        loss.kind == LossKind::square ? y - p * output : y / (1 + exp(y * p * output));
    if (loss.mean) pull = pull / data.size();
    const NodeId node = output.node_in(*graph);
    for (const auto& [coordinate, derivative] : graph->gradient(node).entries) {
      velocity[static_cast<std::size_t>(coordinate)] += pull * Expression(graph, derivative);
    }
  }
  std::vector<NodeId> nodes;
  for (const Expression& entry : velocity) nodes.push_back(entry.node_in(*graph));
  return FilippovMap(VectorField(dimension, graph, std::move(nodes)));
}

}  // namespace filippov
