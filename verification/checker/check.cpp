#include "check.hpp"

#include <fstream>

#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "window.hpp"

namespace checker {

namespace {

/// The states of the box, which are on the surfaces where `from` is 0, begin to move on the face.
void begin(Tube& at, const Face& from, const Face& face, const Box& box) {
  const Signature sides = at.sides_over(at.t, box);
  for (const int j : at.f.map.live_switches(sides)) {
    require(sides[j] == 0 ? from[j] == 0 : face[j] == sides[j], "the start is not on the face");
    if (sides[j] == 0 && face[j] != 0) at.departing.insert(j);
  }
  at.face = face;
}

/// The tube starts from a box: where that lies on surfaces, the motion on the first face is the
/// only one from there; or it is across one, which the first step, a window, takes it off or onto.
void start(Tube& at, const Box& box, const Step& step) {
  Inclusion& f = at.f;
  at.set.center = box;
  at.set.add(Set::round(at.set.center), true);
  const Signature sides = at.sides_over(at.t, box);
  const Surfaces on = f.open(sides);
  at.face = modes_around(sides, false)[0];
  for (const int j : on) {
    at.face[j] = 0;
    if (step.kind == "window" && on.size() == 1) at.across = j;
    require(step.kind == "rest" || at.across == j ||
                (step.kind != "window" && f.over(f.surface(j), sides, at.t, box).is_zero()),
            "the initial box lies across a surface");
  }
  if (step.kind == "rest" || step.kind == "branching" || at.across >= 0) return;
  if (!on.empty()) require_unique(f, sides, at.t, box, true);
  begin(at, at.face, step.kind == "smooth" ? step.face : at.face, box);
}

/// All fields around the initial state vanish there and are differentiable, |F| <= L |x - start|,
/// so that by Gronwall's inequality no solution leaves it.
Set rest(Tube& at) {
  require(at.f.map.is_autonomous() && at.disturbance.empty(), "time matters");
  const Box box = at.set.box();
  const Signature sides = at.sides_over(at.t, box);
  at.f.over(at.f.jacobian, sides, at.t, box);
  for (const Range& v : at.f.over(at.f.field, sides, at.t, box))
    require(v.is_zero(), "the initial state does not rest");
  for (const Range& x : box) require((x - x).is_zero(), "the start is no point");
  return at.set;
}

/// Several solutions go on from every state at the end of the step, by the smooth steps that it
/// lists. Until then, if that is not at once, one slides on a surface: along it the normal
/// velocities beside it have opposite signs, so that an element of F is tangent (Nagumo's theorem;
/// Aubin & Cellina 1984, ch. 4).
Set branch(Tube& at, const Step& step) {
  require(at.disturbance.empty(), "it branches under a disturbance");
  Inclusion& f = at.f;
  const Face from = at.face;
  const Surfaces on = f.open(from);
  Set image = at.set;
  if (step.t1 != step.t0) {
    require(on.size() == 1, "it does not slide on one surface");
    const Signature sides = at.sides_over(step.times, step.box);
    image = at.drift(step, at.over(f.field, sides, step));
    const auto speed = [&](int side) {
      return at.rate(on[0], f.field_in(with(from, on[0], side)));
    };
    require(at.over(f.graph.multiply(speed(1), speed(-1)), sides, step).nonpositive(),
            "sliding may end");
  }
  at.t = step.t1;
  std::set<Face> ways;
  for (const Json& json : step.ways) {
    const Step way(json, f);
    at.set = image.framed(way.frame);
    require(way.t0 == at.t, "a way does not begin there");
    begin(at, from, way.face, at.set.box());
    smooth(at, way);
    Face face;
    for (const int j : on) face.push_back(way.face[j]);
    ways.insert(face);
  }
  at.branches = ways.size() > 1;
  require(at.branches, "it does not branch");
  return image;
}

Set prove(Tube& at, const Step& step, bool is_last) {
  const double time = at.f.direction * (step.t1 - step.t0);
  require(time > 0 || (time == 0 && step.kind == "branching"), "time does not go on");
  if (step.kind == "smooth") return smooth(at, step);
  if (step.kind == "window") return window(at, step, is_last);
  if (step.kind == "branching") return branch(at, step);
  require(step.kind == "rest" && is_last, "a step is of no known kind");
  return rest(at);
}

/// Proves the steps of a part. Throws Refusal, with the step, if one is not proved.
void prove(Tube& at, const Json& part) {
  const auto steps = part.at("steps").get<std::vector<Json>>();
  require(!steps.empty(), "there are no steps");
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Step step(steps[k], at.f);
    try {
      if (k == 0) start(at, list(part.at("box"), at.f.n), step);
      require(step.t0 == at.t && !at.branches, "it does not begin where the step before it ends");
      at.set = at.set.framed(step.frame);
      at.set = prove(at, step, k + 1 == steps.size());
      at.t = step.t1;
      if (step.kind == "window") at.land();
    } catch (const Refusal& refusal) {
      throw Refusal("step " + std::to_string(k) + ", from t = " + text(Range(step.t0)) + ": " +
                    refusal.what());
    }
  }
}

filippov::FilippovMap read_problem(const Json& problem) {
  const auto variables = problem.at("variables").get<std::vector<std::string>>();
  const bool is_gradient = problem.at("flow") == "gradient";
  expect(is_gradient || problem.at("flow") == "system", "flow: system or gradient");
  const auto formulas =
      list<std::string>(problem.at("formulas"), is_gradient ? 1 : variables.size());
  filippov::FilippovMap map =
      is_gradient ? filippov::ascent(filippov::parse(formulas[0], {variables}))
                  : filippov::FilippovMap(filippov::parse_field(formulas, {variables}));
  std::vector<std::string> surfaces;
  for (const auto& h : map.field().graph()->switches())
    surfaces.push_back(map.field().graph()->text(h.node));
  expect(problem.at("surfaces") == Json(surfaces), "the surfaces of the formulas");
  return map;
}

/// Every state of the box is in the box of a part: it is cut as the list says, first along the
/// coordinate of its first entry there, then the lower part, then the upper one; null: no cut.
void require_covered(const Box& box, const Json& cuts, const Json& parts, std::size_t& cut,
                     std::size_t& part) {
  const Json& here = cuts.at(cut++);
  if (here.is_null())
    return require_inside(box, list(parts.at(part++).at("box"), box.size()), false, "the box");
  const auto [i, place] = here.get<std::pair<std::size_t, double>>();
  Box low = box, high = box;
  low.at(i) = hull(Range(box[i].lower()), place);
  high[i] = hull(Range(place), box[i].upper());
  require_covered(low, cuts, parts, cut, part);
  require_covered(high, cuts, parts, cut, part);
}

std::string prove(const Json& all) {
  expect(all.at("format") == "filippov certificate 3", "format: filippov certificate 3");
  expect(all.at("kind") == "tube", "kind: tube");
  const Json& problem = all.at("problem");
  const Json& claims = all.at("claims");
  const filippov::FilippovMap map = read_problem(problem);
  const std::size_t n = map.dimension();
  const double t0 = problem.at("t0").get<double>();
  const double t1 = claims.at("t").get<double>();
  const bool is_refuted = claims.at("uniqueness") == "refuted";
  expect(is_refuted || claims.at("uniqueness") == "certified", "uniqueness: certified or refuted");
  const Json& order = all.at("order");
  expect(order.is_number_integer() && order >= 1 && order <= 100,
         "order: an integer from 1 to 100");
  const Box initial = list(problem.at("box"), n);
  Box disturbance;
  if (problem.contains("disturbance")) disturbance = list(problem["disturbance"], n);
  for (const Range& s : disturbance) expect(s.nonnegative(), "disturbance: none below 0");
  const auto events = claims.at("events").get<std::vector<Json>>();
  const auto parts = all.at("parts").get<std::vector<Json>>();
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const std::string place = "part " + std::to_string(p);
    Tube tube{{map, t1 < t0 ? -1 : 1}, order, disturbance, t0};
    prove(tube, parts[p]);
    require(tube.t == t1, place, " does not reach the claimed time");
    require(tube.branches == is_refuted, place, (is_refuted ? " does not branch" : " branches"));
    require_inside(tube.set.box(), list(claims.at("box"), n), false, "the end of " + place);
    if (is_refuted) require_inside(list(parts[p].at("box"), n), initial, false, place);
    // Parts may differ after the events that they have in common.
    require(parts.size() == 1 ? events.size() == tube.events.size()
                              : events.size() <= tube.events.size(),
            place, " has another number of events than claimed");
    for (std::size_t k = 0; k < events.size(); ++k) {
      const std::string what = "event " + std::to_string(k);
      const Event& proved = tube.events[k];
      for (const auto& [key, value] : proved.what.items())
        require(events[k].at(key) == value, what, " is proved to be another: ", proved.what.dump());
      require_inside({proved.window}, {events[k].at("window").get<Range>()}, false, what);
      require_inside(proved.box, list(events[k].at("box"), n), false, what);
    }
  }
  std::size_t cut = 0, part = 0;
  if (!is_refuted) require_covered(initial, all.at("cuts"), all.at("parts"), cut, part);
  require(!parts.empty(), "nothing is proved");
  return "accepted: " + std::to_string(parts.size()) + " tubes and " +
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
