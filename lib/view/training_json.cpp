#include <cmath>

#include "filippov/view/json.hpp"
#include "solution_json.hpp"

namespace filippov {

namespace {

using detail::Json;

/// Per neuron at the end: cosine, rate, direction.
Json alignment_json(const TrainingField& field, const std::vector<double>& s) {
  const Alignment end = alignment(field, s);
  const auto size = static_cast<Eigen::Index>(field.neuron_size());
  Json list = Json::array();
  for (std::size_t k = 0; k < end.cosine.size(); ++k) {
    const Eigen::Map<const Eigen::VectorXd> weights(s.data() + static_cast<Eigen::Index>(k) * size,
                                                    size);
    const double norm = weights.stableNorm();
    std::vector<double> direction;
    for (const double weight : weights) direction.push_back(weight / norm);
    list.push_back(
        {{"cosine", end.cosine[k]}, {"rate", end.rate[k]}, {"direction", std::move(direction)}});
  }
  return list;
}

}  // namespace

std::string to_json(const TrainingReport& report) {
  const auto& [field, result, record] = report;
  Json json;
  json["status"] = name(result.status);
  json["message"] = result.message;
  json["delta"] = field.delta();
  json["neurons"] = field.neurons();
  json["t"] = record.t;
  json["loss"] = record.loss;
  json["norm"] = record.norm;
  if (!record.angles.empty()) json["angles"] = record.angles;
  if (!record.cosines.empty()) json["cosines"] = record.cosines;
  json["alignment"] = alignment_json(field, result.s);
  json["final"] = {{"t", result.t}, {"log_scale", std::log(field.delta())}, {"s", result.s}};
  json["events"] = Json::array();
  for (const Event& event : result.events) {
    json["events"].push_back(detail::event_json(event, result.surface_names));
  }
  json["events_located"] = result.events_located;
  json["surfaces"] = result.surface_names;
  json["statistics"] = detail::statistics_json(result.statistics);
  return detail::json_text(json);
}

}  // namespace filippov
