#include "filippov/view/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "../arithmetic/infinity.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "final_step.hpp"
#include "json_text.hpp"

namespace filippov {

namespace {

using detail::Json;

/// The checker has its own rounding errors, derivatives and order of operations: what it is to find
/// inside is wider than the tube by these parts of its width.
constexpr double step_slack = 1e-2;
constexpr double window_slack = 1e-5;
constexpr double claim_slack = 1e-5;
/// And by this part of the size of the states: far less than the width of tubes, which is a
/// rounding error of 2^-66 or more or nothing, and more than the errors of the checker, 2^-118.
constexpr double room = 0x1p-98;

using detail::infinity;

[[noreturn]] void refuse(const std::string& why) {
  throw Error("there is no certificate of this tube: " + why);
}

Json bounds_json(double lower, double upper) { return {lower, upper}; }

Json box_json(const std::vector<Interval>& box) {
  Json list = Json::array();
  for (const Interval& entry : box) list.push_back(bounds_json(entry.lower(), entry.upper()));
  return list;
}

/// Wider by a part of the width, by `least` and by a rounding error.
Json wider_json(const std::vector<Interval>& box, double part, double least) {
  Json list = Json::array();
  for (const Interval& entry : box) {
    const double more = part * entry.width() + least;
    list.push_back(bounds_json(std::nextafter(entry.lower() - more, -infinity),
                               std::nextafter(entry.upper() + more, infinity)));
  }
  return list;
}

/// The side of every surface, 0 of those slid on.
Json face_json(const Face& face) {
  std::vector<int> sides(face.signature.begin(), face.signature.end());
  for (const int j : face.sliding) sides[static_cast<std::size_t>(j)] = 0;
  return sides;
}

/// Of the states, at least 1.
double size_of(const Tube& tube) {
  double size = 1;
  for (const TubeSegment& segment : tube.segments) {
    for (const Interval& entry : segment.box) size = std::max(size, entry.magnitude());
  }
  for (const Tube& piece : tube.pieces) size = std::max(size, size_of(piece));
  return size;
}

Json event_json(const TubeEvent& event, double least) {
  Json json;
  json["kind"] = name(event.kind);
  json["surfaces"] = event.surfaces;
  json["face"] = face_json({event.signature, event.sliding});
  json["window"] = wider_json({event.window}, claim_slack, least).front();
  json["box"] = wider_json(event.box, claim_slack, least);
  return json;
}

Json step_json(const TubeSegment& segment, const std::string& kind, double least) {
  Json json;
  json["kind"] = kind;
  json["t"] = {segment.t0, segment.t1};
  json["face"] = face_json(segment.face);
  json["box"] = wider_json(segment.box, kind == "smooth" ? step_slack : window_slack, least);
  json["frame"] = Json::array();
  for (const auto& column : segment.start.frame.colwise())
    json["frame"].push_back(std::vector<double>(column.begin(), column.end()));
  return json;
}

/// What a certificate is to say of a tube beside its segments.
struct Ending {
  std::optional<detail::FinalStep> step;
  std::string kind;  ///< of that step
};

/// One tube, from one box of initial states.
Json part_json(const Tube& tube, const Ending& ending, bool is_disturbed, double least) {
  if (tube.segments.empty() && !ending.step) refuse("it has no steps");
  if (!ending.step && tube.segments.back().t1 != tube.t) refuse("its last step is not its end");
  Json json;
  json["box"] = box_json(tube.x0);
  json["steps"] = Json::array();
  for (const TubeSegment& segment : tube.segments) {
    const bool is_smooth = segment.kind == TubeSegment::Kind::smooth;
    if (is_disturbed && (!is_smooth || !segment.face.sliding.empty())) {
      refuse("it meets surfaces under a disturbance");
    }
    if (segment.by_exponential) {
      refuse("it has steps by matrix exponentials (see EnclosureOptions::exponentials)");
    }
    json["steps"].push_back(step_json(segment, is_smooth ? "smooth" : "window", least));
  }
  if (!ending.step) return json;
  Json last = step_json(ending.step->segment, ending.kind, least);
  for (const TubeSegment& way : ending.step->ways)
    last["ways"].push_back(step_json(way, "smooth", least));
  json["steps"].push_back(std::move(last));
  return json;
}

/// Sorts the parts of a box in the order in which cuts along its sides make them, and lists these:
/// each cut [coordinate, place], then those of the lower part, then those of the upper one; null
/// where there is none.
void put_cuts(Json& cuts, std::span<Tube> parts) {
  if (parts.size() == 1) {
    cuts.push_back(nullptr);
    return;
  }
  for (std::size_t i = 0; i < parts.front().x0.size(); ++i) {
    std::sort(parts.begin(), parts.end(),
              [&](const Tube& a, const Tube& b) { return a.x0[i].lower() < b.x0[i].lower(); });
    double upper = parts.front().x0[i].upper();
    for (std::size_t k = 1; k < parts.size(); ++k) {
      const double place = parts[k].x0[i].lower();
      if (upper <= place && parts.front().x0[i].lower() < place) {
        cuts.push_back({i, place});
        put_cuts(cuts, parts.first(k));
        put_cuts(cuts, parts.subspan(k));
        return;
      }
      upper = std::max(upper, parts[k].x0[i].upper());
    }
  }
  refuse("its pieces are not made by cuts");
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
  json["format"] = "filippov certificate 3";
  json["kind"] = "tube";
  json["problem"] = problem_json(map, problem, variables, potential);
  if (is_disturbed) json["problem"]["disturbance"] = problem.disturbance;
  const Tube& claimed = is_refuted ? parts.front() : tube;
  const double least = room * size_of(tube);
  json["claims"]["t"] = ending.step ? ending.step->segment.t1 : tube.t;
  json["claims"]["box"] =
      wider_json(is_refuted ? ending.step->segment.end : tube.box, claim_slack, least);
  // of the solution up to time t
  json["claims"]["uniqueness"] = name(is_refuted ? Proof::refuted : Proof::certified);
  json["claims"]["events"] = Json::array();
  for (const TubeEvent& event : claimed.events)
    json["claims"]["events"].push_back(event_json(event, least));
  // Its remainder is to be smaller than that of the tube.
  json["order"] = options.order + 2;
  json["cuts"] = Json::array();
  put_cuts(json["cuts"], parts);
  // A line for every entry and every step.
  std::string text = "{";
  for (const auto& [key, value] : json.items())
    text += fmt::format("\n\"{}\": {},", key, value.dump());
  text += "\n\"parts\": [";
  for (const Tube& part : parts) {
    if (!is_refuted && part.t != tube.t) refuse("a piece of it ends elsewhere");
    text += &part == &parts.front() ? "{" : ",\n{";
    const Json piece = part_json(part, ending, is_disturbed, least);
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
