#include "filippov/view/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "../arithmetic/infinity.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "final_step.hpp"
#include "json_text.hpp"
#include "tube_certificate.hpp"

namespace filippov {

namespace {

using detail::Json;

/// The checker has its own rounding errors, derivatives and order of operations: what it is to find
/// inside is wider than the tube by these parts of its width.
constexpr double step_slack = 1e-2;
/// Under a disturbance room costs width: the checker bounds deviations by what the box leaves.
constexpr double disturbed_slack = 1e-6;
constexpr double window_slack = 1e-5;
constexpr double claim_slack = 1e-5;
/// And by this part of the size of the states, where they move: far less than the width of tubes,
/// which is a rounding error of 2^-66 or more or nothing, and more than the errors of the checker,
/// 2^-118.
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

/// Wider by a part of the width, by what is said for each entry and by a rounding error.
Json wider_json(const std::vector<Interval>& box, double part, const std::vector<double>& least) {
  Json list = Json::array();
  for (std::size_t i = 0; i < box.size(); ++i) {
    const Interval& entry = box[i];
    const double more = part * entry.width() + least[i];
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

/// By how much more than a part of their widths claims of the coordinates are wider.
std::vector<double> least_room(const FilippovMap& map, const Tube& tube) {
  const Graph& graph = *map.field().graph();
  std::vector<double> least;
  const double size = room * size_of(tube);
  // A parameter, which may be far smaller than anything else, does not move.
  for (const NodeId node : map.field().nodes()) {
    least.push_back(graph.is_constant(node, 0) ? 0 : size);
  }
  return least;
}

Json event_json(const TubeEvent& event, const std::vector<double>& least) {
  Json json;
  json["kind"] = name(event.kind);
  json["surfaces"] = event.surfaces;
  json["face"] = face_json({event.signature, event.sliding});
  json["window"] = wider_json({event.window}, claim_slack, {std::ranges::max(least)}).front();
  json["box"] = wider_json(event.box, claim_slack, least);
  return json;
}

Json step_json(const TubeSegment& segment, const std::string& kind, bool is_disturbed,
               const std::vector<double>& least) {
  const double slack = kind != "smooth" ? window_slack
                       : is_disturbed   ? disturbed_slack
                                        : step_slack;
  Json json;
  json["kind"] = kind;
  json["t"] = {segment.t0, segment.t1};
  json["face"] = face_json(segment.face);
  json["box"] = wider_json(segment.box, slack, least);
  if (kind == "smooth") json["orders"] = {segment.order, segment.slope_order};
  json["frame"] = Json::array();
  for (const auto& column : segment.start.frame.colwise())
    json["frame"].push_back(std::vector<double>(column.begin(), column.end()));
  return json;
}

/// A step after the segments of a tube.
struct StepAtEnd {
  const TubeSegment* segment;
  std::string kind;
};

/// A tube from one box of initial states, and how it goes on from its end.
Json part_json(const Tube& tube, const std::vector<StepAtEnd>& ending, bool is_disturbed,
               const std::vector<double>& least) {
  if (tube.segments.empty() && ending.empty()) refuse("it has no steps");
  if (ending.empty() && tube.segments.back().t1 != tube.t) refuse("its last step is not its end");
  Json steps = Json::array();
  for (const TubeSegment& segment : tube.segments) {
    const bool is_smooth = segment.kind == TubeSegment::Kind::smooth;
    if (is_disturbed && (!is_smooth || !segment.face.sliding.empty())) {
      refuse("it meets surfaces under a disturbance");
    }
    if (segment.by_exponential) {
      refuse("it has steps by matrix exponentials (see EnclosureOptions::exponentials)");
    }
    steps.push_back(step_json(segment, is_smooth ? "smooth" : "window", is_disturbed, least));
  }
  for (const StepAtEnd& step : ending) {
    steps.push_back(step_json(*step.segment, step.kind, is_disturbed, least));
  }
  return {{"box", box_json(tube.x0)}, {"steps", steps}};
}

/// Lists the parts of a box as cuts along its sides make them: each cut [coordinate, place], then
/// those of the lower part, then those of the upper one; a tube where there is none.
void put_parts(std::vector<Json>& list, std::span<Tube> parts,
               const std::function<Json(const Tube&)>& part_of) {
  if (parts.size() == 1) {
    list.push_back(part_of(parts.front()));
    return;
  }
  for (std::size_t i = 0; i < parts.front().x0.size(); ++i) {
    std::sort(parts.begin(), parts.end(),
              [&](const Tube& a, const Tube& b) { return a.x0[i].lower() < b.x0[i].lower(); });
    double upper = parts.front().x0[i].upper();
    for (std::size_t k = 1; k < parts.size(); ++k) {
      const double place = parts[k].x0[i].lower();
      if (upper <= place && parts.front().x0[i].lower() < place) {
        list.push_back({i, place});
        put_parts(list, parts.first(k), part_of);
        put_parts(list, parts.subspan(k), part_of);
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
                  const std::vector<std::string>& variables,
                  const std::vector<std::string>& formulas, bool is_gradient) {
  const Graph& graph = *map.field().graph();
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
  json["flow"] = is_gradient ? "gradient" : "system";
  json["variables"] = variables;
  json["formulas"] = formulas;
  json["surfaces"] = surfaces;
  json["t0"] = problem.t0;
  json["box"] = box_json(problem.x0);
  return json;
}

}  // namespace

std::string certificate(const FilippovMap& map, const EnclosureProblem& problem, const Tube& tube,
                        const std::vector<std::string>& variables, const std::string& potential) {
  std::vector<std::string> formulas{potential};
  if (potential.empty()) {
    formulas.clear();
    for (const NodeId node : map.field().nodes()) {
      formulas.push_back(map.field().graph()->text(node));
    }
  }
  return detail::tube_certificate(map, problem, tube, variables, formulas, !potential.empty());
}

std::string detail::tube_certificate(const FilippovMap& map, const EnclosureProblem& problem,
                                     const Tube& tube, const std::vector<std::string>& variables,
                                     const std::vector<std::string>& formulas, bool is_gradient) {
  std::vector<Tube> tubes = tube.pieces.empty() ? std::vector<Tube>{tube} : tube.pieces;
  const bool is_refuted = tube.uniqueness.proof == Proof::refuted;
  const bool is_disturbed = !problem.disturbance.empty();
  const std::vector<double> least = least_room(map, tube);
  double end = tube.t;
  std::vector<Interval> box = tube.box;
  std::vector<Json> parts;
  if (is_refuted) {  // a counter-example in one part is one for the whole
    std::erase_if(tubes, [](const Tube& part) { return part.uniqueness.proof != Proof::refuted; });
    const Tube& part = tubes.front();
    const double direction = problem.t1 < problem.t0 ? -1 : 1;
    const detail::FinalStep branching = detail::branching_step(map, part, direction);
    box = branching.ways.front().end;
    for (const TubeSegment& way : branching.ways) {
      end = way.t1;
      for (std::size_t i = 0; i < box.size(); ++i) box[i] = hull(box[i], way.end[i]);
      const std::vector<StepAtEnd> ending{{&branching.segment, "branching"}, {&way, "smooth"}};
      parts.push_back(part_json(part, ending, is_disturbed, least));
    }
  } else {
    put_parts(parts, tubes, [&](const Tube& part) {
      if (part.t != tube.t) refuse("a piece of it ends elsewhere");
      if (!part.segments.empty() || part.status != TubeStatus::finished)
        return part_json(part, {}, is_disturbed, least);
      const detail::FinalStep rest = detail::rest_step(part, problem.t0);
      return part_json(part, {{&rest.segment, "rest"}}, is_disturbed, least);
    });
  }
  Json json;
  json["format"] = "filippov certificate 5";
  json["kind"] = "tube";
  json["problem"] = problem_json(map, problem, variables, formulas, is_gradient);
  if (is_disturbed) json["problem"]["disturbance"] = problem.disturbance;
  Json& claims = json["claims"];
  claims["t"] = end;
  claims["box"] = wider_json(box, claim_slack, least);
  claims["uniqueness"] = name(is_refuted ? Proof::refuted : Proof::certified);
  if (is_refuted) claims["start"] = box_json(tubes.front().x0);
  claims["events"] = Json::array();
  for (const TubeEvent& event : is_refuted ? tubes.front().events : tube.events)
    claims["events"].push_back(event_json(event, least));
  // A line for every entry and every step.
  std::string text = "{";
  for (const auto& [key, value] : json.items())
    text += fmt::format("\n\"{}\": {},", key, value.dump());
  text += "\n\"parts\": [";
  for (const Json& part : parts) {
    text += &part == &parts.front() ? "" : ",\n";
    if (part.is_array()) {
      text += part.dump();
      continue;
    }
    text += fmt::format("{{\"box\": {},\n\"steps\": [", part["box"].dump());
    for (const Json& step : part["steps"])
      text += (&step == &part["steps"].front() ? "\n" : ",\n") + step.dump();
    text += "]}";
  }
  return text + "]\n}\n";
}

}  // namespace filippov
