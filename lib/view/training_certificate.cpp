#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/box.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/view/network_certificate.hpp"
#include "flow_formulas.hpp"
#include "json_text.hpp"
#include "network_json.hpp"
#include "tube_certificate.hpp"

namespace filippov {

namespace {

using detail::Json;

[[noreturn]] void refuse_training(const std::string& why) {
  throw Error("there is no certificate of this training: " + why);
}

/// The largest |s_k| of a tube that begins in x0, at least the largest there.
double largest(const Box& x0, const Tube& tube) {
  double result = 0;
  const auto look = [&](const Box& x) {
    for (std::size_t k = 0; k + 1 < x.size(); ++k) result = std::max(result, x[k].magnitude());
  };
  look(x0);
  for (const TubeSegment& segment : tube.segments) look(segment.box);
  return result;
}

/// Of the order of x, as a decimal.
std::string power_of_ten(Interval x) {
  return fmt::format("1e{}", std::lround((log(x) / log(Interval(10))).midpoint()));
}

/// The loss of the weights s times the square root of p.
Interval training_loss(const CertifiedNetwork& problem, const std::vector<Box>& neurons,
                       Interval p) {
  const Network& network = problem.network;
  const DataSet& data = problem.data;
  Box outputs(static_cast<std::size_t>(data.size()));
  const auto positive = neurons.size() - static_cast<std::size_t>(network.negative_neurons);
  for (std::size_t k = 0; k < neurons.size(); ++k) {
    const Box output = neuron_output(network, data, neurons[k]);
    for (std::size_t i = 0; i < output.size(); ++i) {
      outputs[i] += k < positive ? output[i] : -output[i];
    }
  }
  Interval sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    const Interval z = p * outputs[static_cast<std::size_t>(i)];
    const Interval y = data.label(i);
    sum += problem.loss.kind == LossKind::square ? sqr(z - y) / 2 : log(1 + exp(-(y * z)));
  }
  return problem.loss.mean ? sum / data.size() : sum;
}

}  // namespace

TrainingCertificate certificate(const CertifiedNetwork& network,
                                const CertifiedTraining& training) {
  CertifiedNetwork problem = network;
  problem.network.neurons = static_cast<int>(training.neurons.size());
  const std::vector<std::string> formulas =
      detail::flow_formulas(problem.network, problem.written, problem.loss, problem.options);
  std::vector<std::string> variables;
  for (std::size_t k = 1; k < formulas.size(); ++k) variables.push_back(fmt::format("w{}", k));
  variables.emplace_back("p");
  const FilippovMap map(parse_field(formulas, {variables}));
  const Interval delta = Interval::from_decimal(training.delta);
  // In s = w / scale: the first tube tells how large w becomes, the second has s of the size of 1.
  std::string scale = training.delta;
  EnclosureProblem flow;
  const EnclosureOptions options{.exponentials = false, .room_for_checker = true, .max_pieces = 1};
  Tube tube;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Interval unit = Interval::from_decimal(scale);
    flow = {.t1 = training.until, .x0 = {}};
    for (const Box& row : training.neurons) {
      for (const Interval& w : row) flow.x0.push_back(delta / unit * w);
    }
    flow.x0.push_back(sqr(unit));
    tube = enclose(map, flow, options);
    if (attempt == 0) scale = power_of_ten(unit * largest(flow.x0, tube));
  }
  const Interval unit = Interval::from_decimal(scale);
  if (tube.status != TubeStatus::finished) {
    refuse_training(
        fmt::format("all solutions are enclosed up to t = {}: {}", tube.t, tube.message));
  }
  if (tube.uniqueness.proof != Proof::certified) refuse_training(tube.uniqueness.reason);
  Json tube_json = Json::parse(detail::tube_certificate(map, flow, tube, variables, formulas));

  Json json = detail::network_json(problem, "training");
  Json& stated = json["problem"];
  stated["neurons"] = Json::array();
  for (const Box& row : training.neurons) stated["neurons"].push_back(detail::box_json(row));
  stated["negative_neurons"] = problem.network.negative_neurons;
  stated["delta"] = training.delta;
  Json& claims = json["claims"];
  claims["t"] = training.until;
  claims["weights"] = Json::array();
  claims["directions"] = Json::array();
  const std::size_t size = training.neurons.front().size();
  std::vector<Box> ends;
  Box all;
  for (std::size_t k = 0; k < training.neurons.size(); ++k) {
    Box& end = ends.emplace_back();
    for (std::size_t i = 0; i < size; ++i) {  // as claimed by the tube
      const Json& bounds = tube_json["claims"]["box"][k * size + i];
      end.emplace_back(bounds[0].get<double>(), bounds[1].get<double>());
    }
    all.insert(all.end(), end.begin(), end.end());
    Box weights;
    for (const Interval& s : end) weights.push_back(unit / delta * s);
    claims["weights"].push_back(detail::wider_box_json(weights, 0));
    const Interval length = euclidean_norm(end);
    if (!certainly_positive(length)) {
      claims["directions"].push_back(nullptr);
      continue;
    }
    Box direction;
    for (const Interval& w : end) direction.push_back(w / length);
    claims["directions"].push_back(detail::wider_box_json(direction, 0));
  }
  TrainingCertificate result;
  result.loss = detail::wider(training_loss(problem, ends, sqr(unit)));
  result.norm = detail::wider(unit * euclidean_norm(all));
  result.events = tube.events.size();
  claims["loss"] = detail::interval_json(result.loss);
  claims["norm"] = detail::interval_json(result.norm);
  claims["events"] = Json::array();
  for (const Json& event : tube_json["claims"]["events"]) {
    Json entry{{"kind", event["kind"]}, {"surfaces", Json::array()}};
    for (const Json& j : event["surfaces"]) {
      entry["surfaces"].push_back(tube_json["problem"]["surfaces"][j.get<std::size_t>()]);
    }
    entry["window"] = event["window"];
    claims["events"].push_back(std::move(entry));
  }
  json["proof"]["scale"] = scale;
  json["proof"]["tube"] = std::move(tube_json);
  result.text = json.dump() + "\n";
  return result;
}

}  // namespace filippov
