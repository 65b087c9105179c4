// JSON of what is proved: tubes, constants and KKT points.

#include "filippov/view/json.hpp"
#include "json_text.hpp"
#include "network_json.hpp"
#include "surface_name.hpp"

namespace filippov {

namespace {

using detail::Json;

Json box_json(const std::vector<Interval>& box, int shown) {
  Json list = Json::array();
  for (const Interval& entry : box) {
    if (shown >= 0 && static_cast<int>(list.size()) == shown) break;
    list.push_back(detail::interval_json(entry));
  }
  return list;
}

Json names_json(const std::vector<int>& surfaces, const Tube& tube) {
  Json list = Json::array();
  for (const int j : surfaces) list.push_back(detail::surface_name(tube.surface_names, j));
  return list;
}

Json event_json(const TubeEvent& event, const Tube& tube, int shown) {
  Json json;
  json["kind"] = name(event.kind);
  json["surfaces"] = names_json(event.surfaces, tube);
  json["window"] = detail::interval_json(event.window);
  json["box"] = box_json(event.box, shown);
  json["sliding"] = names_json(event.sliding, tube);
  Json signature = std::vector<int>(event.signature.begin(), event.signature.end());
  for (const int j : event.sliding) signature[static_cast<std::size_t>(j)] = 0;
  json["signature"] = std::move(signature);
  return json;
}

void append_segments(Json& list, const Tube& tube, std::size_t piece, int shown) {
  for (const TubeSegment& segment : tube.segments) {
    Json json;
    json["t"] = {std::min(segment.t0, segment.t1), std::max(segment.t0, segment.t1)};
    json["box"] = box_json(segment.box, shown);
    json["piece"] = piece;
    list.push_back(std::move(json));
  }
}

}  // namespace

std::string to_json(const Tube& tube, bool with_tube, int shown) {
  Json json;
  json["status"] =
      tube.status == TubeStatus::finished ? std::string(name(tube.status)) : tube.message;
  json["final"] = {{"t", tube.t}, {"box", box_json(tube.box, shown)}};
  json["uniqueness"] = {{"verdict", name(tube.uniqueness.proof)},
                        {"reason", tube.uniqueness.reason}};
  json["events"] = Json::array();
  for (const TubeEvent& event : tube.events) {
    if (!event.jumps) continue;
    json["events"].push_back(event_json(event, tube, shown));
  }
  json["pieces"] = tube.pieces.empty() ? 1 : tube.pieces.size();
  json["surfaces"] = tube.surface_names;
  if (with_tube) {
    json["tube"] = Json::array();
    append_segments(json["tube"], tube, 0, shown);
    for (std::size_t k = 0; k < tube.pieces.size(); ++k) {
      append_segments(json["tube"], tube.pieces[k], k, shown);
    }
  }
  return detail::json_text(json);
}

std::string to_json(const ConstantsResult& result) {
  const TheoremConstants& constants = result.constants;
  Json json;
  json["beta"] = detail::interval_json(constants.beta);
  json["beta_hat"] = detail::interval_json(constants.beta_hat);
  json["beta_tilde"] = detail::interval_json(constants.beta_tilde);
  json["label_norm"] = detail::interval_json(constants.label_norm);
  if (result.ln_C) json["ln_C"] = detail::interval_json(*result.ln_C);
  if (result.T_bar) json["T_bar"] = detail::interval_json(*result.T_bar);
  json["beta_argument"] = constants.beta_argument;
  json["beta_tight"] = constants.beta_tight;
  return detail::json_text(json);
}

std::string to_json(const KktPoints& points) {
  Json json;
  json["points"] = Json::array();
  for (const KktPoint& point : points.points) {
    Json entry;
    entry["u"] = point.u;
    entry["box"] = box_json(point.box, -1);
    entry["objective"] = detail::interval_json(point.objective);
    entry["certified"] = point.certified;
    entry["stable"] = point.stable ? Json(*point.stable) : Json();
    entry["dimension"] = point.dimension;
    entry["kinks"] = point.kinks;
    if (point.arc) {
      entry["arc"] = {detail::interval_json(point.arc->first),
                      detail::interval_json(point.arc->second)};
    }
    json["points"].push_back(std::move(entry));
  }
  json["complete"] = points.complete;
  json["reason"] = points.reason;
  return detail::json_text(json);
}

}  // namespace filippov
