#include "filippov/network/correlation.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace filippov {

namespace {

/// The numbers of a data set as constants of one graph.
class Numbers {
 public:
  Numbers(const DataSet& data, const std::shared_ptr<Graph>& graph) : data_(data), graph_(graph) {}

  Expression input(int i, int k) {
    return number(k, data_.input(i)[static_cast<std::size_t>(k)], data_.input_decimal(i, k));
  }
  Expression label(int i) {
    return number(data_.dimension(), data_.label(i), data_.label_decimal(i));
  }

 private:
  Expression number(int column, Interval x, std::string_view decimal) {
    if (!decimal.empty()) return {graph_, graph_->constant(x.midpoint(), decimal)};
    const auto key = std::make_pair(column, std::make_pair(x.lower(), x.upper()));
    const auto [place, inserted] = computed_.try_emplace(key, -1);
    if (inserted) place->second = graph_->constant(x);
    return {graph_, place->second};
  }

  const DataSet& data_;
  std::shared_ptr<Graph> graph_;
  std::map<std::pair<int, std::pair<double, double>>, NodeId> computed_;
};

std::vector<std::string> weight_names(const Network& network, int dimension) {
  std::vector<std::string> names;
  if (network.kind == NetworkKind::two_layer) names.emplace_back("v");
  for (int k = 1; k <= dimension; ++k) names.push_back(fmt::format("u{}", k));
  if (network.kind == NetworkKind::diagonal) {
    for (int k = 1; k <= dimension; ++k) names.push_back(fmt::format("v{}", k));
  }
  return names;
}

}  // namespace

Function correlation_function(const Network& network, const DataSet& data, const Loss& loss) {
  check_labels(loss, data);
  const auto graph = std::make_shared<Graph>();
  graph->set_variable_names(weight_names(network, data.dimension()));
  const int size = neuron_size(network, data);
  const std::vector<Expression> w = detail::graph_variables(graph, size);
  const auto weight = [&](int k) { return w[static_cast<std::size_t>(k)]; };
  const bool two_layer = network.kind == NetworkKind::two_layer;
  const bool diagonal = network.kind == NetworkKind::diagonal;
  const Expression leak(graph,
                        network.leak_decimal.empty()
                            ? graph->constant(network.leak)
                            : graph->constant(network.leak.midpoint(), network.leak_decimal));
  Numbers numbers(data, graph);

  Expression sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    Expression h = 0;
    for (int k = 0; k < data.dimension(); ++k) {
      const Expression u =
          diagonal ? weight(k) * weight(data.dimension() + k) : weight(two_layer ? k + 1 : k);
      h += numbers.input(i, k) * u;
    }
    const Expression sigma = diagonal ? h : leaky_relu(leak, h);
    const Expression z = loss.kind == LossKind::square ? numbers.label(i) : numbers.label(i) / 2;
    sum += z * (network.kind == NetworkKind::squared_relu ? sigma * sigma : sigma);
  }
  if (two_layer) sum = w[0] * sum;
  if (loss.mean) sum = sum / data.size();
  return {size, graph, sum.node_in(*graph)};
}

}  // namespace filippov
