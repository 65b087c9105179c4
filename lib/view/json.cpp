#include "filippov/view/json.hpp"

#include <algorithm>

#include "solution_json.hpp"
#include "surface_name.hpp"

namespace filippov {

namespace {

using detail::Json;
using Names = std::span<const std::string>;

Json surfaces_json(const std::vector<int>& surfaces, Names names) {
  Json list = Json::array();
  for (const int j : surfaces) list.push_back(detail::surface_name(names, j));
  return list;
}

Json signature_json(const Signature& signature, const std::vector<int>& sliding) {
  std::vector<int> signs(signature.begin(), signature.end());
  for (const int j : sliding) {
    if (static_cast<std::size_t>(j) < signs.size()) signs[static_cast<std::size_t>(j)] = 0;
  }
  return signs;
}

Json vector_json(const Eigen::Ref<const Eigen::VectorXd>& vector) {
  return std::vector<double>(vector.begin(), vector.end());
}

Json columns_json(const Eigen::MatrixXd& matrix) {
  Json list = Json::array();
  for (Eigen::Index k = 0; k < matrix.cols(); ++k) list.push_back(vector_json(matrix.col(k)));
  return list;
}

}  // namespace

namespace detail {

Json event_json(const Event& event, Names names) {
  Json json;
  json["t"] = event.t;
  json["kind"] = name(event.kind);
  json["surfaces"] = surfaces_json(event.surfaces, names);
  if (event.x.empty()) return json;  // the state was not kept
  json["x"] = event.x;
  json["sliding"] = surfaces_json(event.sliding, names);
  json["signature"] = signature_json(event.signature, event.sliding);
  return json;
}

Json statistics_json(const Statistics& statistics) {
  Json json;
  json["rhs_evaluations"] = statistics.rhs_evaluations;
  json["jacobian_evaluations"] = statistics.jacobian_evaluations;
  json["steps"] = statistics.steps;
  json["rejected_steps"] = statistics.rejected_steps;
  json["events"] = statistics.events;
  return json;
}

}  // namespace detail

namespace {

using detail::event_json;
using detail::statistics_json;

Json ambiguity_json(const Ambiguity& ambiguity, Names names) {
  Json json;
  json["t"] = {ambiguity.from, ambiguity.to};
  json["surfaces"] = surfaces_json(ambiguity.surfaces, names);
  json["dimension"] = ambiguity.dimension;
  json["selection"] = ambiguity.selection;
  return json;
}

Json continuation_json(const Continuation& continuation, Names names) {
  Json json;
  json["kind"] = name(continuation.kind);
  json["signature"] = signature_json(continuation.face.signature, continuation.face.sliding);
  json["sliding"] = surfaces_json(continuation.face.sliding, names);
  json["velocity"] = vector_json(continuation.velocity);
  return json;
}

Json continuations_json(const std::vector<Continuation>& continuations, Names names) {
  Json json = Json::array();
  for (const Continuation& continuation : continuations) {
    json.push_back(continuation_json(continuation, names));
  }
  return json;
}

Json solution_json(const Solution& solution, Names names) {
  Json json;
  json["status"] = name(solution.status);
  json["message"] = solution.message;
  json["final"] = {{"t", solution.t}, {"x", solution.x}};
  json["start"] = {{"active", surfaces_json(solution.start.active, names)},
                   {"sliding", surfaces_json(solution.start.sliding, names)},
                   {"verdict", name(solution.start.verdict)}};
  json["events"] = Json::array();
  for (const Event& event : solution.events) json["events"].push_back(event_json(event, names));
  json["ambiguous"] = Json::array();
  for (const Ambiguity& ambiguity : solution.ambiguous) {
    json["ambiguous"].push_back(ambiguity_json(ambiguity, names));
  }
  json["statistics"] = statistics_json(solution.statistics);
  json["surfaces"] = std::vector<std::string>(names.begin(), names.end());
  json["continuations"] = continuations_json(solution.continuations, names);
  json["branches"] = Json::array();
  for (const Solution& branch : solution.branches) {
    json["branches"].push_back(solution_json(branch, names));
  }
  return json;
}

}  // namespace

std::string to_json(const Solution& solution) {
  return detail::json_text(solution_json(solution, solution.surface_names));
}

std::string to_json(const Classification& classification, Names surface_names) {
  Json json;
  json["verdict"] = name(classification.verdict);
  json["reason"] = classification.reason;
  json["active"] = surfaces_json(classification.active, surface_names);
  if (classification.generators.cols() > 0) {
    json["center"] = vector_json(classification.center);
    json["generators"] = columns_json(classification.generators);
  } else {
    json["vertices"] = columns_json(classification.vertices);
  }
  json["minimum_norm"] = vector_json(classification.minimum_norm);
  json["continuations"] = continuations_json(classification.continuations, surface_names);
  json["surfaces"] = std::vector<std::string>(surface_names.begin(), surface_names.end());
  return detail::json_text(json);
}

}  // namespace filippov
