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
  if (!limit.kinks.empty()) json["multipliers"] = box_json(limit.multipliers);
  return json;
}

Json neuron_json(const NeuronAlignment& neuron) {
  Json json;
  json["case"] = name(neuron.which);
  if (neuron.which == AlignmentCase::aligned) {
    json["kkt"] = limit_json(neuron.limit);
    json["turns_to_limit"] = {{"verdict", name(neuron.turns_to_limit.proof)},
                              {"reason", neuron.turns_to_limit.reason}};
  }
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

/// What both theorems say in the end.
template <class Theorem>
void add_conclusion(Json& json, const Theorem& theorem) {
  json["ln_delta_bar"] = theorem.ln_delta_bar;
  json["ln_delta_tube"] = theorem.ln_delta_tube;
  json["neurons"] = Json::array();
  for (const NeuronAlignment& neuron : theorem.neurons) {
    json["neurons"].push_back(neuron_json(neuron));
  }
  json["conclusion"] = {{"verdict", name(theorem.conclusion.proof)},
                        {"reason", theorem.conclusion.reason},
                        {"case", name(theorem.which)},
                        {"alignment", interval_json(theorem.alignment)},
                        {"bound", interval_json(theorem.bound)}};
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
  add_conclusion(json, alignment);
  return detail::json_text(json);
}

std::string to_json(const SaddleProof& saddle) {
  const SaddleConstants& c = saddle.constants;
  Json json;
  json["beta"] = interval_json(c.beta);
  json["residual_norm"] = interval_json(c.residual_norm);
  json["reasons"] = Json::object();
  const std::pair<const char*, const BoundedConstant*> bounds[] = {
      {"mu_1", &c.mu_1},   {"mu_2", &c.mu_2}, {"mu_3", &c.mu_3}, {"kappa", &c.kappa},
      {"gamma", &c.gamma}, {"M_1", &c.M_1},   {"M_2", &c.M_2}};
  for (const auto& [key, constant] : bounds) {
    json[key] = interval_json(constant->value);
    json["reasons"][key] = constant->reason;
  }
  json["T_bar"] = interval_json(saddle.T_bar);
  json["ln_C"] = interval_json(saddle.ln_C);
  json["eta"] = interval_json(saddle.eta);
  json["saddle"] = {{"verdict", name(saddle.stationary.proof)},
                    {"reason", saddle.stationary.reason},
                    {"neurons", Json::array()}};
  for (const std::vector<Interval>& row : saddle.saddle) {
    json["saddle"]["neurons"].push_back(box_json(row));
  }
  add_conclusion(json, saddle);
  return detail::json_text(json);
}

}  // namespace filippov
