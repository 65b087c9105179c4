#include "theorem_certificate.hpp"

#include <algorithm>

#include "filippov/arithmetic/box.hpp"

namespace filippov::detail {

Json neurons_json(const std::vector<NeuronAlignment>& neurons) {
  Json list = Json::array();
  for (const NeuronAlignment& neuron : neurons) {
    Json entry;
    entry["case"] = name(neuron.which);
    if (neuron.which == AlignmentCase::aligned) {
      double room = 1e-15;
      for (const Interval& u : neuron.limit.box) room = std::max(room, u.width());
      entry["box"] = wider_box_json(neuron.limit.box, room);
      entry["objective"] =
          wider_box_json({neuron.limit.objective}, 1e-15 + neuron.limit.objective.width())[0];
      entry["kinks"] = neuron.limit.kinks;
      if (!neuron.limit.rest.empty()) entry["rest"] = neuron.limit.rest;
      if (neuron.limit.saddle_neuron >= 0) entry["saddle_neuron"] = neuron.limit.saddle_neuron;
      if (!neuron.limit.around.empty()) entry["around"] = neuron.limit.around;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

bool concluded(const NeuronAlignment& neuron, std::span<const Interval> s, Interval norm,
               double eta, Interval epsilon) {
  const Interval length = euclidean_norm(s);
  if (neuron.which == AlignmentCase::vanishing) {
    return certainly_less(length, 2 * epsilon * norm);
  }
  const Interval bound = 1 - (1 + 3 / (2 * Interval(eta))) * epsilon;
  return certainly_less(eta * norm, length) &&
         certainly_less(bound * length, dot(s, neuron.limit.box));
}

}  // namespace filippov::detail
