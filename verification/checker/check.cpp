#include "check.hpp"

#include <fstream>
#include <optional>

#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "tube.hpp"

namespace checker {

namespace {

filippov::FilippovMap read_problem(const Value& problem) {
  const std::vector<std::string> variables = problem["variables"].texts();
  const std::vector<std::string> formulas = problem["formulas"].texts();
  const std::string flow = problem["flow"].text();
  if (flow != "system" && flow != "gradient") problem["flow"].fail("system or gradient");
  problem["formulas"].list(flow == "system" ? static_cast<int>(variables.size()) : 1);
  filippov::FilippovMap map =
      flow == "system" ? filippov::FilippovMap(filippov::parse_field(formulas, {variables}))
                       : filippov::ascent(filippov::parse(formulas[0], {variables}));
  const filippov::Graph& graph = *map.field().graph();
  std::vector<std::string> surfaces;
  for (const auto& h : graph.switches()) surfaces.push_back(graph.text(h.node));
  if (surfaces != problem["surfaces"].texts()) problem["surfaces"].fail("those of the formulas");
  return map;
}

/// Every state of the box is in one of the boxes.
bool covered(const Box& box, const std::vector<Box>& boxes, int depth = 0) {
  const auto all = [&](const Box& other, auto test) {
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (!test(box[i], other[i])) return false;
    }
    return true;
  };
  for (const Box& other : boxes) {
    if (all(other, [](const Range& a, const Range& b) { return a.inside(b); })) return true;
  }
  for (const Box& other : boxes) {
    for (std::size_t i = 0; i < box.size() && depth < 60; ++i) {
      for (const double cut : {other[i].lower(), other[i].upper()}) {
        if (!(box[i].lower() < cut && cut < box[i].upper())) continue;
        Box low = box;
        Box high = box;
        low[i] = Range(box[i].lower(), cut);
        high[i] = Range(cut, box[i].upper());
        return covered(low, boxes, depth + 1) && covered(high, boxes, depth + 1);
      }
    }
  }
  return false;
}

void compare(const Box& proved, const Box& claimed, const std::string& what) {
  for (std::size_t i = 0; i < proved.size(); ++i) {
    if (proved[i].inside(claimed[i])) continue;
    throw Refusal(what + ": coordinate " + std::to_string(i + 1) + " is proved to be in " +
                  proved[i].text() + ", not in the claimed " + claimed[i].text());
  }
}

}  // namespace

std::string check(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Malformed("it cannot be read");
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(file);
  } catch (const nlohmann::json::exception& error) {
    throw Malformed(std::string("it is no JSON, or cut off: ") + error.what());
  }
  const Value all{json, "certificate"};
  if (all["format"].text() != "filippov certificate 1")
    all["format"].fail("filippov certificate 1");
  if (all["kind"].text() != "tube") all["kind"].fail("tube");
  const Value problem = all["problem"];
  const Value claims = all["claims"];
  const filippov::FilippovMap map = read_problem(problem);
  const int n = map.dimension();
  const double t0 = problem["t0"].number();
  const double t1 = claims["t"].number();
  if (claims["uniqueness"].text() != "certified") claims["uniqueness"].fail("certified");
  const std::vector<Value> events = claims["events"].list();
  const std::vector<Value> parts = all["parts"].list();
  std::vector<Box> boxes;
  std::size_t steps = 0;
  for (const Value& part : parts) {
    boxes.push_back(part["box"].box(n));
    steps += part["steps"].json.size();
    TubeCheck tube(map, t1 < t0 ? -1 : 1, part, all["order"].integer(1, 100));
    tube.run(t0, boxes.back());
    if (tube.t != t1) throw Refusal(part.place + " does not reach the claimed time");
    compare(tube.end, claims["box"].box(n), "the end of " + part.place);
    // Parts may differ after the events that they have in common.
    if (parts.size() == 1 ? events.size() != tube.events.size()
                          : events.size() > tube.events.size()) {
      throw Refusal(part.place + " has another number of events than claimed");
    }
    for (std::size_t k = 0; k < events.size(); ++k) {
      const Event& proved = tube.events[k];
      if (proved.kind != events[k]["kind"].text() ||
          proved.surfaces != events[k]["surfaces"].surfaces(map.switch_count()) ||
          proved.face != events[k]["face"].face(map.switch_count())) {
        throw Refusal(events[k].place + " is proved to be another: a " + proved.kind);
      }
      compare({proved.window}, {events[k]["window"].range()}, events[k].place + ".window");
      compare(proved.box, events[k]["box"].box(n), events[k].place);
    }
  }
  if (!covered(problem["box"].box(n), boxes)) {
    throw Refusal("the parts do not cover the initial box");
  }
  return "accepted: " + std::to_string(steps) + " steps and " + std::to_string(events.size()) +
         " events to t = " + Range(t1).text() + " are proved again";
}

}  // namespace checker
