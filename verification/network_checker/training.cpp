#include "training.hpp"

#include "checker/check.hpp"
#include "training_flow.hpp"

namespace network_checker {

namespace {

/// The loss of the weights s times the square root of p.
Range loss(const Problem& problem, const std::vector<Box>& neurons, int negative, const Range& p) {
  const int positive = static_cast<int>(neurons.size()) - negative;
  Range sum = 0;
  for (int i = 0; i < problem.n; ++i) {
    Range output = 0;
    for (int k = 0; k < static_cast<int>(neurons.size()); ++k) {
      const Range h = problem.output(i, neurons[k]);
      output += k < positive ? h : -h;
    }
    const Range z = p * output;
    sum += problem.logistic
               ? Range::increasing(mpfr_log1p, Range::increasing(mpfr_exp, -(problem.y[i] * z)))
               : squared(z - problem.y[i]) / Range(2);
  }
  return problem.mean ? sum / Range(problem.n) : sum;
}

void compare_boxes(const Box& proved, const Box& claimed, const std::string& what) {
  for (std::size_t k = 0; k < proved.size(); ++k) compare(proved[k], claimed[k], what);
}

/// That the events are those of the tube.
void check_events(const Value& events, const Value& tube) {
  const std::vector<Value> proved = tube["claims"]["events"].list();
  const std::vector<Value> surfaces = tube["problem"]["surfaces"].list();
  const std::vector<Value> claimed = events.list();
  if (claimed.size() != proved.size()) throw Refusal("there is another number of events");
  for (std::size_t e = 0; e < proved.size(); ++e) {
    nlohmann::json names = nlohmann::json::array();
    for (const Value& j : proved[e]["surfaces"].list()) {
      names.push_back(surfaces[j.integer(0, static_cast<int>(surfaces.size()) - 1)].json);
    }
    if (claimed[e]["kind"].json != proved[e]["kind"].json || claimed[e]["surfaces"].json != names) {
      throw Refusal(claimed[e].place + " is another event");
    }
    compare(proved[e]["window"].range(), claimed[e]["window"].range(), claimed[e].place);
  }
}

}  // namespace

std::string check_training(const Value& all, const Problem& problem) {
  const Value stated = all["problem"];
  const Value claims = all["claims"];
  const std::vector<Value> rows = stated["neurons"].list();
  const int neurons = static_cast<int>(rows.size());
  if (neurons == 0 || (problem.diagonal && neurons > 1)) stated["neurons"].fail("neurons");
  const bool signs = !problem.two_layer && !problem.diagonal;
  const int negative = stated["negative_neurons"].integer(0, signs ? neurons : 0);
  const int size = problem.weights();
  Box start;
  for (const Value& row : rows) {
    for (const Range& w : row.box(size)) start.push_back(w);
  }
  const Range delta = decimal(stated["delta"]);
  const Range scale = decimal(all["proof"]["scale"]);
  if (!delta.positive()) stated["delta"].fail("a positive number");
  if (!scale.positive()) all["proof"]["scale"].fail("a positive number");
  for (Range& w : start) w = delta / scale * w;
  const double time = claims["t"].number();
  if (!(time > 0)) claims["t"].fail("a positive number");
  const Value tube = all["proof"]["tube"];
  const TrainingFlow flow(problem, neurons, negative);
  const Box s = flow.claimed_end(tube, start, squared(scale), time);
  const std::vector<Value> weights = claims["weights"].list(neurons);
  const std::vector<Value> directions = claims["directions"].list(neurons);
  std::vector<Box> ends;
  for (int k = 0; k < neurons; ++k) {
    ends.emplace_back(s.begin() + k * size, s.begin() + (k + 1) * size);
    Box w = ends[k];
    for (Range& entry : w) entry = scale / delta * entry;
    compare_boxes(w, weights[k].box(size), weights[k].place);
    if (directions[k].json.is_null()) continue;
    Box direction = ends[k];
    const Range length = length_of(direction);
    if (!length.positive()) throw Refusal(directions[k].place + ": the neuron may be 0");
    for (Range& entry : direction) entry = entry / length;
    compare_boxes(direction, directions[k].box(size), directions[k].place);
  }
  compare(loss(problem, ends, negative, squared(scale)), claims["loss"].range(), "the loss");
  compare(scale * length_of(s), claims["norm"].range(), "|w|");
  check_events(claims["events"], tube);
  checker::check(tube);
  return "accepted: the gradient flow to t = " + claims["t"].json.dump() + ", its loss and its " +
         std::to_string(claims["events"].list().size()) + " events are proved again";
}

}  // namespace network_checker
