#include "conclusion.hpp"

#include "points.hpp"
#include "rest.hpp"

namespace network_checker {

namespace {

void require(bool holds, const std::string& what, int k) {
  if (!holds) throw Refusal("neuron " + std::to_string(k) + ": " + what + " is not proved");
}

}  // namespace

Conclusion::Conclusion(const Value& all, const Problem& network, int negative,
                       const std::vector<Box>& resting)
    : network_(network) {
  const Value instance = all["problem"];
  const Value claims = all["claims"];
  const std::vector<Value> rows = instance["neurons"].list();
  if (rows.empty()) instance["neurons"].fail("neurons");
  if (network.diagonal && rows.size() != 1) instance["neurons"].fail("one row");
  for (const Value& row : rows) {
    for (const Range& entry : row.box(network.weights())) start.push_back(entry);
  }
  neurons = static_cast<int>(rows.size());
  if (negative > neurons) instance["negative_neurons"].fail("at most as many as there are");
  norm = length_of(start);
  if (!norm.positive()) throw Refusal("the neurons may all be zero");
  epsilon_ = instance["epsilon"].range();
  time = claims["T_bar"].number();
  eta_ = claims["eta"].number();
  ln_delta = claims["ln_delta_bar"].number();
  if (!(time > 0)) claims["T_bar"].fail("a positive number");
  if (!epsilon_.positive() || !(eta_ - epsilon_).positive()) {
    throw Refusal("epsilon is not proved to be in (0, eta)");
  }
  for (const Value& value : claims["neurons"].list(neurons)) {
    const std::string which = value["case"].text();
    if (which != "aligned" && which != "vanishing") value["case"].fail("aligned or vanishing");
    claims_.push_back({which == "vanishing", {}});
    if (claims_.back().vanishes) continue;
    ClaimedPoint point{value["box"].box(network.weights()), value["objective"].range(), {}};
    for (const Value& row : value["kinks"].list()) {
      point.kinks.push_back(row.integer(0, network.n - 1));
    }
    claims_.back().limit = point.box;
    if (value.has("rest") || value.has("saddle_neuron")) {
      Box w;
      if (value.has("rest")) {
        w = value["rest"].point(network.weights());
        std::vector<Box> around;
        if (value.has("around")) {
          for (const Value& u : value["around"].list()) around.push_back(u.point(network.d));
        }
        prove_rest(network, w, resting, around);
      } else {
        if (network.two_layer || resting.empty()) value.fail("a limit by other means");
        w = resting[value["saddle_neuron"].integer(0, static_cast<int>(resting.size()) - 1)];
      }
      const Range length = length_of(w);
      if (!length.positive()) throw Refusal("a neuron rests at 0");
      compare(Range(0), point.objective, value.place + ", objective");
      for (std::size_t l = 0; l < w.size(); ++l) {
        compare(w[l] / length, point.box[l], value.place + ", where it rests");
      }
      continue;
    }
    if (static_cast<int>(claims_.size()) > neurons - negative) {
      throw Refusal("KKT points of neurons with p = -1 are not proved");
    }
    if (!point.objective.nonnegative()) throw Refusal("N >= 0 at a limit is not proved");
    prove_point(network, point);
  }
}

Box Conclusion::start_of(int k) const {
  const auto first = start.begin() + static_cast<std::ptrdiff_t>(k) * network_.weights();
  return {first, first + network_.weights()};
}

void Conclusion::check(const Box& s, int first) const {
  const int size = network_.weights();
  const Range bound = Range(1) - (Range(1) + Range(3) / (Range(2) * eta_)) * epsilon_;
  for (std::size_t k = 0; k * size < s.size(); ++k) {
    const int which = first + static_cast<int>(k);
    const Neuron& claim = claims_[which];
    const Box part(s.begin() + k * size, s.begin() + (k + 1) * size);
    const Range length = length_of(part);
    if (claim.vanishes) {
      require((Range(2) * epsilon_ * norm - length).nonnegative(), "|w| <= 2 eps delta", which);
      continue;
    }
    require((length - eta_ * norm).nonnegative(), "|w| >= eta delta", which);
    require((scalar_product(part, claim.limit) - bound * length).nonnegative(), "the alignment",
            which);
  }
}

}  // namespace network_checker
