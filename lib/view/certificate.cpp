#include "filippov/view/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "final_step.hpp"
#include "json_text.hpp"

namespace filippov {

namespace {

using detail::Json;

/// The checker has its own rounding errors, derivatives and order of operations:
/// what it is to find inside is wider than the tube by these parts of its width
/// (the sets from the start on, and a little more in the end).
constexpr double step_slack = 1e-2;
constexpr double window_slack = 1e-9;
constexpr double first_set_slack = 7e-5;
constexpr double set_slack = 1e-6;
constexpr double claim_slack = 3e-4;
/// And by parts of the size of the states, more from step to step: far less than the width of
/// tubes, which is a rounding error of 2^-66 or more or nothing, and more than the errors of the
/// checker, 2^-118.
constexpr double least_room = 0x1p-112;
constexpr double set_room = 0x1p-98;
constexpr double box_room = 64;  // times the set's

constexpr double infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(const std::string& why) {
  throw Error("there is no certificate of this tube: " + why);
}

Json interval_json(double lower, double upper) { return {lower, upper}; }

Json box_json(const std::vector<Interval>& box) {
  Json list = Json::array();
  for (const Interval& entry : box) list.push_back(interval_json(entry.lower(), entry.upper()));
  return list;
}

double size_of(const std::vector<Interval>& box) {
  double size = 1;
  for (const Interval& entry : box) size = std::max(size, entry.magnitude());
  return size;
}

/// Wider by a part of the width, and not at all where there is none.
Json wider_json(const std::vector<Interval>& box, double part) {
  Json list = Json::array();
  for (const Interval& entry : box) {
    const double more = part * entry.width();
    list.push_back(more > 0 ? interval_json(entry.lower() - more, entry.upper() + more)
                            : interval_json(entry.lower(), entry.upper()));
  }
  return list;
}

/// Wider by a part of the width, by `least` and by a rounding error.
Json claim_json(const std::vector<Interval>& box, double least) {
  Json list = wider_json(box, claim_slack);
  for (Json& entry : list) {
    entry = interval_json(std::nextafter(entry[0].get<double>() - least, -infinity),
                          std::nextafter(entry[1].get<double>() + least, infinity));
  }
  return list;
}

Json matrix_json(const Eigen::MatrixXd& matrix, Eigen::Index columns) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < columns; ++j) row.push_back(matrix(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json face_json(const Face& face) {
  Json json;
  json["signature"] = std::vector<int>(face.signature.begin(), face.signature.end());
  json["sliding"] = face.sliding;
  return json;
}

/// The set at the start of a step. The first `coefficients` columns of the
/// shape are those of the initial box and of disturbances; what follows is an
/// offset of the centre. The rest is wider by the factor 1 + slack and by
/// `least`.
void put_set(Json& json, const StateSet& set, std::size_t coefficients, double slack,
             double least) {
  std::vector<double> offset(set.center.size());
  if (set.initial.size() > coefficients + 1) refuse("its sets were widened on the way");
  if (set.initial.size() == coefficients + 1) {
    for (std::size_t i = 0; i < offset.size(); ++i) {
      offset[i] = set.shape(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(coefficients));
    }
  }
  json["center"] = set.center;
  json["offset"] = offset;
  json["shape"] = matrix_json(set.shape, static_cast<Eigen::Index>(coefficients));
  json["frame"] = matrix_json(set.frame, set.frame.cols());
  json["rest"] = Json::array();
  for (const Interval& entry : set.rest) {
    const double more = slack * entry.magnitude() + least;
    json["rest"].push_back(interval_json(entry.lower() - more, entry.upper() + more));
  }
}

/// Of the states, at least 1.
double size_of(const Tube& tube) {
  double size = 1;
  for (const TubeSegment& segment : tube.segments) size = std::max(size, size_of(segment.box));
  for (const Tube& piece : tube.pieces) size = std::max(size, size_of(piece));
  return size;
}

Json event_json(const TubeEvent& event, double least) {
  Json json;
  json["kind"] = name(event.kind);
  json["surfaces"] = event.surfaces;
  json["face"] = face_json({event.signature, event.sliding});
  json["window"] = claim_json({event.window}, least).front();
  json["box"] = claim_json(event.box, least);
  return json;
}

/// What a certificate is to say of a tube beside its segments.
struct Ending {
  std::optional<detail::FinalStep> step;
  std::string kind;  ///< of that step
};

/// One tube, from one box of initial states. Under a disturbance each step adds
/// as many columns to the shape as there are coordinates.
Json part_json(const Tube& tube, const Ending& ending, bool is_disturbed) {
  std::vector<TubeSegment> segments = tube.segments;
  if (ending.step) segments.push_back(ending.step->segment);
  if (segments.empty()) refuse("it has no steps");
  if (!ending.step && segments.back().t1 != tube.t) refuse("its last step is not its end");
  const std::size_t n = tube.x0.size();
  const std::size_t first = segments.front().start.initial.size();
  const std::size_t added = is_disturbed ? n : 0;
  std::vector<Interval> coefficients = segments.back().start.initial;
  coefficients.resize(first + added * (segments.size() - 1));
  Json json;
  json["box"] = box_json(tube.x0);
  json["start"] = face_json(segments.front().before);
  json["coefficients"] = box_json(coefficients);
  for (std::size_t j = first; j < coefficients.size(); ++j) {
    json["coefficients"][j] = wider_json({coefficients[j]}, window_slack).front();
  }
  json["steps"] = Json::array();
  const auto windows = std::count_if(
      segments.begin(), segments.end(),
      [](const TubeSegment& segment) { return segment.kind == TubeSegment::Kind::window; });
  double slack = first_set_slack;
  double size = 1;
  double part = least_room;
  std::size_t count = first;
  for (const TubeSegment& segment : segments) {
    if (is_disturbed &&
        (segment.kind != TubeSegment::Kind::smooth || !segment.face.sliding.empty())) {
      refuse("it meets surfaces under a disturbance");
    }
    if (segment.by_exponential) {
      refuse("it has steps by matrix exponentials (see EnclosureOptions::exponentials)");
    }
    const bool smooth = segment.kind == TubeSegment::Kind::smooth;
    const bool is_final = ending.step && &segment == &segments.back();
    Json step;
    step["kind"] = is_final ? ending.kind : smooth ? "smooth" : "window";
    step["t"] = {segment.t0, segment.t1};
    step["face"] = face_json(segment.face);
    step["box"] = wider_json(segment.box, smooth && !is_disturbed ? step_slack : window_slack);
    size = std::max(size, size_of(segment.box));
    double least = part * size;
    const double room = box_room * least;  // the box is to hold the set
    step["room"] = room;
    if (is_final && segments.size() > 1) {  // a box around the set
      slack = claim_slack;
      least = room;
    }
    put_set(step, segment.start, count, slack, least);
    count += added;
    slack += set_slack / static_cast<double>(smooth ? segments.size() : windows);
    // It grows from step to step, in the end as little as possible.
    part *= part < 0x1p-104 ? 4 : part < set_room ? 1.02 : 1 + 1e-9;
    if (is_final && ending.kind == "branching") {
      step["faces"] = Json::array();
      for (const Face& face : ending.step->faces) step["faces"].push_back(face_json(face));
    }
    json["steps"].push_back(std::move(step));
  }
  return json;
}

/// The problem in formulas that are read again as the same surfaces in the same
/// order.
Json problem_json(const FilippovMap& map, const EnclosureProblem& problem,
                  const std::vector<std::string>& variables, const std::string& potential) {
  const Graph& graph = *map.field().graph();
  std::vector<std::string> formulas;
  if (!potential.empty()) {
    formulas.push_back(potential);
  } else {
    for (const NodeId node : map.field().nodes()) formulas.push_back(graph.text(node));
  }
  std::vector<std::string> surfaces;
  for (const SwitchingFunction& h : graph.switches()) surfaces.push_back(graph.text(h.node));
  Graph again;
  for (const std::string& formula : formulas) parse_into(again, formula, {variables});
  bool same = again.switches().size() == surfaces.size();
  for (std::size_t j = 0; same && j < surfaces.size(); ++j) {
    same = again.text(again.switches()[j].node) == surfaces[j];
  }
  if (!same) refuse("its formulas do not give its surfaces in the same order");
  Json json;
  json["flow"] = potential.empty() ? "system" : "gradient";
  json["variables"] = variables;
  json["formulas"] = formulas;
  json["surfaces"] = surfaces;
  json["t0"] = problem.t0;
  json["box"] = box_json(problem.x0);
  return json;
}

}  // namespace

std::string certificate(const FilippovMap& map, const EnclosureProblem& problem,
                        const EnclosureOptions& options, const Tube& tube,
                        const std::vector<std::string>& variables, const std::string& potential) {
  std::vector<Tube> parts = tube.pieces.empty() ? std::vector<Tube>{tube} : tube.pieces;
  const bool is_refuted = tube.uniqueness.proof == Proof::refuted;
  if (is_refuted) {  // a counter-example in one part is one for the whole
    std::erase_if(parts, [](const Tube& part) { return part.uniqueness.proof != Proof::refuted; });
    parts.resize(1);
  }
  Ending ending;
  if (is_refuted) {
    const double direction = problem.t1 < problem.t0 ? -1 : 1;
    ending = {detail::branching_step(map, parts.front(), direction), "branching"};
  } else if (parts.front().segments.empty() && tube.status == TubeStatus::finished) {
    ending = {detail::rest_step(tube, problem.t0), "rest"};
  }
  const bool is_disturbed = !problem.disturbance.empty();
  Json json;
  json["format"] = "filippov certificate 2";
  json["kind"] = "tube";
  json["problem"] = problem_json(map, problem, variables, potential);
  if (is_disturbed) json["problem"]["disturbance"] = problem.disturbance;
  const Tube& claimed = is_refuted ? parts.front() : tube;
  const double least = set_room * size_of(tube);
  json["claims"]["t"] = ending.step ? ending.step->segment.t1 : tube.t;
  json["claims"]["box"] = claim_json(is_refuted ? ending.step->segment.end : tube.box, least);
  // of the solution up to time t
  json["claims"]["uniqueness"] = name(is_refuted ? Proof::refuted : Proof::certified);
  json["claims"]["events"] = Json::array();
  for (const TubeEvent& event : claimed.events)
    json["claims"]["events"].push_back(event_json(event, least));
  // Its remainder is to be smaller than that of the tube.
  json["order"] = options.order + 2;
  // A line for every entry and every step.
  std::string text = "{";
  for (const auto& [key, value] : json.items())
    text += fmt::format("\n\"{}\": {},", key, value.dump());
  text += "\n\"parts\": [";
  for (const Tube& part : parts) {
    if (!is_refuted && part.t != tube.t) refuse("a piece of it ends elsewhere");
    text += &part == &parts.front() ? "{" : ",\n{";
    const Json piece = part_json(part, ending, is_disturbed);
    for (const auto& [key, value] : piece.items()) {
      if (key != "steps") {
        text += fmt::format("\"{}\": {},\n", key, value.dump());
        continue;
      }
      text += "\"steps\": [";
      for (const Json& step : value) {
        text += (&step == &value.front() ? "\n" : ",\n") + step.dump();
      }
      text += "]}";
    }
  }
  return text + "]\n}\n";
}

}  // namespace filippov
