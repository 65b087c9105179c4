#include "check.hpp"

#include <fstream>

#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "tube.hpp"

namespace checker {

namespace {

filippov::FilippovMap read_problem(const Json& problem) {
  const auto variables = problem.at("variables").get<std::vector<std::string>>();
  const bool is_gradient = problem.at("flow") == "gradient";
  if (!is_gradient && problem.at("flow") != "system")
    throw Malformed("flow: expected system or gradient");
  const auto formulas =
      list<std::string>(problem.at("formulas"), is_gradient ? 1 : variables.size());
  filippov::FilippovMap map =
      is_gradient ? filippov::ascent(filippov::parse(formulas[0], {variables}))
                  : filippov::FilippovMap(filippov::parse_field(formulas, {variables}));
  const Graph& graph = *map.field().graph();
  std::vector<std::string> surfaces;
  for (const auto& h : graph.switches()) surfaces.push_back(graph.text(h.node));
  if (problem.at("surfaces") != Json(surfaces))
    throw Malformed("surfaces: expected those of the formulas");
  return map;
}

/// Every state of the box is in one of the boxes, along whose sides it is cut.
bool covered(const Box& box, const std::vector<Box>& boxes) {
  for (const Box& other : boxes) {
    bool is_inside = true;
    for (std::size_t i = 0; i < box.size(); ++i) is_inside = is_inside && box[i].inside(other[i]);
    if (is_inside) return true;
  }
  for (const Box& other : boxes) {
    for (std::size_t i = 0; i < box.size(); ++i) {
      for (const double cut : {other[i].lower(), other[i].upper()}) {
        if (!(box[i].lower() < cut && cut < box[i].upper())) continue;
        Box low = box, high = box;
        low[i] = Range(box[i].lower(), cut);
        high[i] = Range(cut, box[i].upper());
        return covered(low, boxes) && covered(high, boxes);
      }
    }
  }
  return false;
}

std::string prove(const Json& all) {
  if (all.at("format") != "filippov certificate 2")
    throw Malformed("format: expected filippov certificate 2");
  if (all.at("kind") != "tube") throw Malformed("kind: expected tube");
  const Json& problem = all.at("problem");
  const Json& claims = all.at("claims");
  const filippov::FilippovMap map = read_problem(problem);
  const std::size_t n = map.dimension();
  const double t0 = problem.at("t0").get<double>();
  const double t1 = claims.at("t").get<double>();
  const bool is_refuted = claims.at("uniqueness") == "refuted";
  if (!is_refuted && claims.at("uniqueness") != "certified")
    throw Malformed("uniqueness: expected certified or refuted");
  const Json& order = all.at("order");
  if (!order.is_number_integer() || order < 1 || order > 100)
    throw Malformed("order: " + order.dump() + ": expected an integer from 1 to 100");
  const Box initial = list(problem.at("box"), n);
  Box disturbance;
  if (problem.contains("disturbance")) disturbance = list(problem["disturbance"], n);
  for (const Range& s : disturbance)
    if (!s.nonnegative()) throw Malformed("disturbance: expected none below 0");
  const Json& events = array(claims.at("events"));
  const Json& parts = array(all.at("parts"));
  std::vector<Box> boxes;
  for (const Json& part : parts) {
    const std::string place = "part " + std::to_string(boxes.size());
    boxes.push_back(list(part.at("box"), n));
    const Tube tube(map, t1 < t0 ? -1 : 1, disturbance, order, t0, part);
    require(tube.t == t1, place, " does not reach the claimed time");
    require(tube.branches == is_refuted, place, (is_refuted ? " does not branch" : " branches"));
    require_inside(tube.end, list(claims.at("box"), n), false, "the end of " + place);
    if (is_refuted) require_inside(boxes.back(), initial, false, "the branching part");
    // Parts may differ after the events that they have in common.
    require(parts.size() == 1 ? events.size() == tube.events.size()
                              : events.size() <= tube.events.size(),
            place, " has another number of events than claimed");
    for (std::size_t k = 0; k < events.size(); ++k) {
      const std::string what = "event " + std::to_string(k);
      const Event& proved = tube.events[k];
      require(events[k].at("kind") == proved.kind &&
                  events[k].at("surfaces") == Json(proved.surfaces) &&
                  read_face(events[k].at("face"), map.switch_count()) == proved.face,
              what, " is proved to be another: a ", proved.kind);
      require_inside({proved.window}, {events[k].at("window").get<Range>()}, false, what);
      require_inside(proved.box, list(events[k].at("box"), n), false, what);
    }
  }
  require(is_refuted ? !boxes.empty() : covered(initial, boxes),
          "the parts do not cover the initial box");
  return "accepted: " + std::to_string(boxes.size()) + " tubes and " +
         std::to_string(events.size()) + " events to t = " + text(Range(t1)) + " are proved again";
}

}  // namespace

std::string check(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Malformed("it cannot be read");
  try {
    return prove(Json::parse(file));
  } catch (const Json::parse_error& error) {
    throw Malformed(std::string("it is no JSON, or cut off: ") + error.what());
  } catch (const Json::exception& error) {  // "[kind of error] (place) what is wrong"
    const std::string words = error.what();
    throw Malformed(words.substr(words.find("] ") + 2));
  }
}

}  // namespace checker
