#include "filippov/inclusion/filippov_map.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/common_factor.hpp"
#include "graph_face_field.hpp"
#include "sign_columns.hpp"

namespace filippov {

/// What is derived from the graph, on demand: code for values, switching functions, their
/// gradients, and the columns of the signs.
struct FilippovMap::Structure {
  /// A gradient with the code that evaluates it.
  struct GradientReading {
    NodeGradient nodes;
    std::set<int> depends_on;
    DoubleReading reading;
  };

  DoubleReading values;
  std::map<int, DoubleReading> switching;
  std::map<int, GradientReading> gradients;
  std::vector<detail::SignColumn> columns;
  std::optional<std::vector<int>> always_live;  ///< see unconditional_switches
  std::map<int, DoubleReading> column_readings;
  std::map<int, bool> along_normal;

  DoubleReading& switching_function(const Graph& graph, int dimension, int j) {
    const auto [place, inserted] = switching.try_emplace(j);
    if (inserted) {
      const NodeId outputs[] = {graph.switches()[static_cast<std::size_t>(j)].node};
      place->second = DoubleReading(Program(graph, dimension, outputs));
    }
    return place->second;
  }
  GradientReading& gradient(Graph& graph, int dimension, int j) {
    const auto [place, inserted] = gradients.try_emplace(j);
    GradientReading& g = place->second;
    if (!inserted) return g;
    g.nodes = graph.gradient(graph.switches()[static_cast<std::size_t>(j)].node);
    std::vector<NodeId> outputs;
    for (const auto& entry : g.nodes.entries) outputs.push_back(entry.second);
    if (g.nodes.time >= 0) outputs.push_back(g.nodes.time);
    for (const NodeId node : outputs)
      g.depends_on.merge(detail::discontinuous_switches(graph, node));
    g.reading = DoubleReading(Program(graph, dimension, outputs));
    return g;
  }
};

FilippovMap::FilippovMap(VectorField field, bool is_gradient_flow)
    : field_(std::move(field)),
      structure_(std::make_unique<Structure>()),
      is_gradient_flow_(is_gradient_flow) {
  if (field_.nodes().size() != static_cast<std::size_t>(dimension())) {
    throw Error(fmt::format("right-hand side has {} components: expected {}, one per coordinate",
                            field_.nodes().size(), dimension()));
  }
  structure_->columns = detail::sign_columns(*field_.graph(), field_.nodes());
  structure_->always_live = detail::unconditional_switches(*field_.graph(), field_.nodes());
  const Program program(*field_.graph(), dimension(), field_.nodes());
  for (const Instruction& code : program.instructions()) {
    for (const int slot : {code.first, code.second, code.condition}) {
      autonomous_ = autonomous_ && slot != dimension();
    }
  }
  for (const int slot : program.outputs()) autonomous_ = autonomous_ && slot != dimension();
  structure_->values = DoubleReading(program);
}

FilippovMap::FilippovMap(FilippovMap&&) noexcept = default;
FilippovMap& FilippovMap::operator=(FilippovMap&&) noexcept = default;
FilippovMap::~FilippovMap() = default;

int FilippovMap::switch_count() const { return static_cast<int>(structure_->columns.size()); }

std::string FilippovMap::surface_name(int j) const {
  return field_.graph()->switches()[static_cast<std::size_t>(j)].name;
}

void FilippovMap::selection(double t, std::span<const double> x, const Signature& s,
                            std::span<double> f) const {
  structure_->values.evaluate(t, x, s);
  for (int i = 0; i < dimension(); ++i)
    f[static_cast<std::size_t>(i)] = structure_->values.output(i);
}

double FilippovMap::switching(int j, double t, std::span<const double> x,
                              const Signature& s) const {
  DoubleReading& reading = structure_->switching_function(*field_.graph(), dimension(), j);
  reading.evaluate(t, x, s);
  return reading.output(0);
}

bool FilippovMap::depends_on_signs(int j) const {
  const DoubleReading& reading = structure_->switching_function(*field_.graph(), dimension(), j);
  return !reading.program().live_switches().empty();
}

SwitchingGradient FilippovMap::switching_gradient(int j, double t, std::span<const double> x,
                                                  const Signature& s) const {
  auto& g = structure_->gradient(*field_.graph(), dimension(), j);
  g.reading.evaluate(t, x, s);
  SwitchingGradient result{Eigen::VectorXd::Zero(dimension()), 0};
  int output = 0;
  for (const auto& entry : g.nodes.entries) result.x(entry.first) = g.reading.output(output++);
  if (g.nodes.time >= 0) result.t = g.reading.output(output);
  return result;
}

const NodeGradient& FilippovMap::gradient_nodes(int j) const {
  return structure_->gradient(*field_.graph(), dimension(), j).nodes;
}

std::vector<int> FilippovMap::live_switches(const Signature& s) const {
  if (structure_->always_live) return *structure_->always_live;
  return detail::live_switches(*field_.graph(), dimension(), field_.nodes(), s);
}

bool FilippovMap::jumps_across(int j) const {
  const detail::SignColumn& column = structure_->columns[static_cast<std::size_t>(j)];
  return !column.exact || !column.entries.empty();
}

const std::vector<std::pair<int, NodeId>>& FilippovMap::sign_column(int j) const {
  return structure_->columns[static_cast<std::size_t>(j)].entries;
}

bool FilippovMap::jumps_along_normal(int j) const {
  const auto known = structure_->along_normal.find(j);
  if (known != structure_->along_normal.end()) return known->second;
  Graph& graph = *field_.graph();
  std::vector<NodeId> jump(static_cast<std::size_t>(dimension()), graph.constant(0));
  std::vector<NodeId> normal = jump;
  for (const auto& [i, node] : sign_column(j)) jump[static_cast<std::size_t>(i)] = node;
  for (const auto& [i, node] : gradient_nodes(j).entries)
    normal[static_cast<std::size_t>(i)] = node;
  take_common_factor(graph, jump);
  const auto first = std::find_if(normal.begin(), normal.end(),
                                  [&](NodeId node) { return !graph.is_constant(node, 0); });
  bool along = is_affine_in(j) && first != normal.end();
  for (std::size_t i = 0; along && i < jump.size(); ++i) {
    const NodeId first_jump = jump[static_cast<std::size_t>(first - normal.begin())];
    along = graph.number(graph.subtract(graph.multiply(jump[i], *first),
                                        graph.multiply(first_jump, normal[i]))) == 0.0;
  }
  return structure_->along_normal[j] = along;
}

bool FilippovMap::is_affine_in(int j) const {
  return structure_->columns[static_cast<std::size_t>(j)].exact;
}

bool FilippovMap::is_affine(std::span<const int> switches) const {
  const auto involves = [&](const std::set<int>& dependence) {
    return std::any_of(switches.begin(), switches.end(),
                       [&](int k) { return dependence.contains(k); });
  };
  return std::all_of(switches.begin(), switches.end(), [&](int j) {
    const detail::SignColumn& column = structure_->columns[static_cast<std::size_t>(j)];
    return column.exact && !involves(column.depends_on) &&
           !involves(structure_->gradient(*field_.graph(), dimension(), j).depends_on);
  });
}

std::optional<SparseColumns> FilippovMap::affine_columns(std::span<const int> switches, double t,
                                                         std::span<const double> x,
                                                         const Signature& s) const {
  if (!is_affine(switches)) return std::nullopt;
  SparseColumns columns;
  for (const int j : switches) {
    const auto& entries = sign_column(j);
    const auto [place, inserted] = structure_->column_readings.try_emplace(j);
    if (inserted) {
      std::vector<NodeId> outputs;
      for (const auto& entry : entries) outputs.push_back(entry.second);
      place->second = DoubleReading(Program(*field_.graph(), dimension(), outputs));
    }
    place->second.evaluate(t, x, s);
    auto& column = columns.emplace_back();
    for (std::size_t k = 0; k < entries.size(); ++k) {
      column.emplace_back(entries[k].first, place->second.output(static_cast<int>(k)));
    }
  }
  return columns;
}

std::unique_ptr<FaceField> FilippovMap::face_field(const Face& face, double direction) const {
  return std::make_unique<detail::GraphFaceField>(*this, face, direction);
}

}  // namespace filippov
