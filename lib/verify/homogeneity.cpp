#include "filippov/verify/homogeneity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/interval_reading.hpp"

namespace filippov {

namespace {

/// The degree of a node: nothing if it is not known to have one; any for 0.
struct Degree {
  bool any = false;
  std::optional<double> value;

  bool known() const { return any || value.has_value(); }
};

const Degree none{};

Degree degree(double value) { return {false, value}; }

Degree equal(const Degree& a, const Degree& b) {
  if (!a.known() || !b.known()) return none;
  if (a.any) return b;
  if (b.any) return a;
  return *a.value == *b.value ? a : none;
}

Degree product(const Degree& a, const Degree& b, double sense) {
  if (!a.known() || !b.known()) return none;
  if (a.any || b.any) return a;
  return degree(*a.value + sense * *b.value);
}

class Degrees {
 public:
  explicit Degrees(const Graph& graph) : graph_(graph) {
    for (NodeId id = 0; id < graph.size(); ++id) degrees_.push_back(of(graph.node(id)));
  }

  const Degree& operator[](NodeId id) const { return degrees_[static_cast<std::size_t>(id)]; }

 private:
  Degree of(const Node& node) const {
    const auto first = [&]() -> const Degree& { return (*this)[node.first]; };
    const auto second = [&]() -> const Degree& { return (*this)[node.second]; };
    switch (node.operation) {
      case Operation::constant: {
        const Constant& c = graph_.constants()[static_cast<std::size_t>(node.index)];
        return c.is_double() && c.value == 0 ? Degree{true, {}} : degree(0);
      }
      case Operation::time:
        return degree(0);
      case Operation::variable:
        return degree(1);
      case Operation::add:
      case Operation::subtract:
        return equal(first(), second());
      case Operation::multiply:
        return product(first(), second(), 1);
      case Operation::divide:
        return second().any ? none : product(first(), second(), -1);
      case Operation::negate:
        return first();
      case Operation::integer_power:
        return power(first(), node.index);
      case Operation::real_power: {
        if (!graph_.is_constant(node.second)) {
          return equal(equal(first(), second()), degree(0));
        }
        const Constant& c =
            graph_.constants()[static_cast<std::size_t>(graph_.node(node.second).index)];
        return c.is_double() ? power(first(), c.value) : equal(first(), degree(0));
      }
      case Operation::square_root:
        return power(first(), 0.5);
      case Operation::select: {
        const auto& h = graph_.switches()[static_cast<std::size_t>(node.index)];
        return (*this)[h.node].known() ? equal(first(), second()) : none;
      }
      default:  // exp, sin, ...
        return first().any ? degree(0) : equal(first(), degree(0));
    }
  }

  static Degree power(const Degree& base, double exponent) {
    if (!base.known()) return none;
    if (base.any) return exponent > 0 ? base : none;
    return degree(*base.value * exponent);
  }

  const Graph& graph_;
  std::vector<Degree> degrees_;
};

/// A point at which f(2 w) is not 2^degree f(w), or nothing.
std::optional<std::vector<double>> counter_example(const Function& f, double degree) {
  const NodeId output = f.node();
  IntervalReading reading(Program(*f.graph(), f.dimension(), {&output, 1}));
  const auto value = [&](const std::vector<double>& w) -> std::optional<Interval> {
    reading.evaluate(0, Box(w.begin(), w.end()));
    if (reading.domain(0) != Domain::everywhere) return std::nullopt;
    return reading.output(0);
  };
  const Interval factor = pow(Interval(2), Interval(degree));
  std::mt19937 generator(1);
  std::uniform_int_distribution<int> eighths(-16, 16);
  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    std::vector<double> w(static_cast<std::size_t>(f.dimension()));
    for (double& entry : w) entry = eighths(generator) / 8.0;
    std::vector<double> twice = w;
    for (double& entry : twice) entry *= 2;
    const auto near = value(w);
    const auto far = value(twice);
    if (near && far && certainly_nonzero(*far - factor * *near)) return w;
  }
  return std::nullopt;
}

}  // namespace

Statement homogeneous(const Function& f, double degree) {
  const Degree found = Degrees(*f.graph())[f.node()];
  if (found.any || found.value == degree) return {Proof::certified, ""};
  if (const auto w = counter_example(f, degree)) {
    return {Proof::refuted,
            fmt::format("f(2 w) is not 2^{} f(w) at w = ({})", degree, fmt::join(*w, ", "))};
  }
  if (found.value) {
    return {Proof::undecided,
            fmt::format("by its formula it is homogeneous of degree {}", *found.value)};
  }
  return {Proof::undecided, "its formula does not show a degree"};
}

Interval euler_defect(const Function& f, double degree, std::span<const Interval> box) {
  const std::shared_ptr<Graph>& graph = f.graph();
  Expression defect = -degree * Expression(graph, f.node());
  for (const auto& [coordinate, derivative] : graph->gradient(f.node()).entries) {
    defect += Expression(graph, graph->variable(coordinate)) * Expression(graph, derivative);
  }
  return range(Function(f.dimension(), graph, defect.node_in(*graph)), box);
}

Statement two_homogeneous(const RecordedNetwork& network, const DataSet& data) {
  for (int i = 0; i < data.size(); ++i) {
    Statement statement = homogeneous(network.output(data, i), 2);
    if (statement.proof == Proof::certified) continue;
    statement.reason = fmt::format("for the example in row {}: {}", i, statement.reason);
    return statement;
  }
  return {Proof::certified, ""};
}

TheoremConstants theorem_constants(const RecordedNetwork& network, const DataSet& data,
                                   const RecordedLoss& loss, const BoxMaximumOptions& options) {
  const Statement fits = two_homogeneous(network, data);
  if (fits.proof != Proof::certified) {
    throw Error("the network is not certified to be two-homogeneous: " + fits.reason);
  }
  if (!loss.has_continuous_derivative()) throw Error("the derivative of the loss jumps");
  TheoremConstants result;
  const BoxMaximum maximum = maximize_on_sphere(network.squared_norm(data), options);
  result.beta = sqrt(max(maximum.value, Interval(0)));
  result.beta_argument = maximum.argument;
  result.beta_tight = maximum.status == SearchStatus::reached;
  result.beta_hat = 0;
  Interval squares = 0;
  const std::vector<Interval> pulls = loss.pulls(data);
  const double reach = result.beta.upper();
  constexpr int pieces = 256;
  for (int i = 0; i < data.size(); ++i) {
    squares += sqr(pulls[static_cast<std::size_t>(i)]);
    for (int k = 0; k < pieces; ++k) {
      const Interval z(reach * (2.0 * k / pieces - 1), reach * (2.0 * (k + 1) / pieces - 1));
      result.beta_hat = max(result.beta_hat, abs(loss.second_derivative(z, data.label(i))));
    }
  }
  result.label_norm = sqrt(squares);
  result.beta_tilde = result.beta_hat * result.beta + result.label_norm;
  return result;
}

}  // namespace filippov
