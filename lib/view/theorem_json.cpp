// JSON of theorems on instances.

#include "filippov/verify/alignment.hpp"
#include "filippov/view/json.hpp"
#include "json_text.hpp"

namespace filippov {

namespace {

using detail::Json;

Json interval_json(Interval x) { return {x.lower(), x.upper()}; }

Json box_json(const std::vector<Interval>& box) {
  Json list = Json::array();
  for (const Interval& entry : box) list.push_back(interval_json(entry));
  return list;
}

Json limit_json(const LimitDirection& limit) {
  Json json;
  std::vector<double> u;
  for (const Interval& entry : limit.box) u.push_back(entry.midpoint());
  json["u"] = u;
  json["box"] = box_json(limit.box);
  json["objective"] = interval_json(limit.objective);
  json["certified"] = limit.certified.proof == Proof::certified;
  json["kinks"] = limit.kinks;
  if (!limit.kinks.empty()) json["multiplier"] = interval_json(limit.multiplier);
  return json;
}

Json neuron_json(const NeuronAlignment& neuron) {
  Json json;
  json["case"] = name(neuron.which);
  if (neuron.which == AlignmentCase::aligned) json["kkt"] = limit_json(neuron.limit);
  json["events"] = Json::array();
  for (const NeuronEvent& event : neuron.events) {
    json["events"].push_back(
        {{"kind", name(event.kind)}, {"row", event.row}, {"window", interval_json(event.window)}});
  }
  json["alignment"] = interval_json(neuron.alignment);
  json["nonbranching"] = {
      {"verdict", name(neuron.nonbranching.proof)},
      {"for_all_time", neuron.for_all_time},
      {"reason", neuron.nonbranching.reason.empty() ? neuron.for_all_time_reason
                                                    : neuron.nonbranching.reason}};
  return json;
}

}  // namespace

std::string to_json(const AlignmentProof& alignment) {
  Json json;
  json["beta"] = interval_json(alignment.constants.beta);
  json["beta_hat"] = interval_json(alignment.constants.beta_hat);
  json["beta_tilde"] = interval_json(alignment.constants.beta_tilde);
  json["T_bar"] = interval_json(alignment.T_bar);
  json["ln_C"] = interval_json(alignment.ln_C);
  json["eta"] = interval_json(alignment.eta);
  json["ln_delta_bar"] = alignment.ln_delta_bar;
  json["ln_delta_tube"] = alignment.ln_delta_tube;
  json["neurons"] = Json::array();
  for (const NeuronAlignment& neuron : alignment.neurons) {
    json["neurons"].push_back(neuron_json(neuron));
  }
  json["conclusion"] = {{"verdict", name(alignment.conclusion.proof)},
                        {"reason", alignment.conclusion.reason},
                        {"case", name(alignment.which)},
                        {"alignment", interval_json(alignment.alignment)},
                        {"bound", interval_json(alignment.bound)}};
  return detail::json_text(json);
}

}  // namespace filippov
