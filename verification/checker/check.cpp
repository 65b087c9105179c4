#include "check.hpp"

#include <functional>

#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "window.hpp"

namespace checker {

namespace {

/// The states of the tube, on the surfaces where its face is 0, begin to move on another face.
void begin(Tube& at, const Face& face) {
  const Signature sides = at.f.sides_over(at.now());
  for (const int j : at.f.map.live_switches(sides)) {
    require(sides[j] == 0 ? at.face[j] == 0 : face[j] == sides[j], "the start is not on the face");
    if (sides[j] == 0 && face[j] != 0) at.departing.insert(j);
  }
  at.face = face;
}

/// Where the tube starts on surfaces, the motion on the first face is the only one from there; or
/// it starts across one, which the first step, a window, takes it off or onto.
void start(Tube& at, const Step& step) {
  Inclusion& f = at.f;
  const Signature sides = f.sides_over(at.now());
  const Surfaces on = f.open(sides);
  at.face = above(sides);
  if (step.kind == "window" && on.size() == 1) at.across = on[0];
  for (const int j : on) {
    at.face[j] = 0;
    require(at.across == j || f.over(f.surface(j), sides, at.now()).is_zero(),
            "the initial box lies across a surface");
  }
  if (step.kind != "smooth") return;
  if (!on.empty()) require_unique(f, sides, at.now(), true);
  begin(at, step.face);
}

/// All fields vanish at the start and are differentiable, |F| <= L |x - start|: no solution leaves.
Set rest(Tube& at, const Step& step, bool is_alone) {
  require(is_alone && at.f.map.is_autonomous(), "a step is of no known kind, or time matters");
  const Place here = at.now();
  const Signature sides = at.f.sides_over(here);
  at.f.over(at.f.jacobian, sides, here);
  for (const Range& v : at.f.over(at.f.field, sides, here))
    require(v.is_zero(), "the initial state does not rest");
  for (const Range& x : here.x) require((x - x).is_zero(), "the start is no point");
  require_inside(here.x, step.place.x, false, "where it rests");
  return at.set;
}

/// Afterwards a solution goes on from every state by the next step, and there may be others. Until
/// then, if not at once, one slides on a surface: as the normal velocities beside it have opposite
/// signs, an element of F is tangent (Nagumo's theorem; Aubin & Cellina 1984, ch. 4).
Set branch(Tube& at, const Step& step) {
  require(at.is_refuted, "it may branch");
  if (step.t1 == step.t0) return at.set;
  Inclusion& f = at.f;
  const Surfaces on = f.open(at.face);
  require(on.size() == 1, "it does not slide on one surface");
  const Signature sides = f.sides_over(step.place);
  Nodes speeds;
  for (const int side : {1, -1})
    speeds.push_back(f.rate(f.surface(on[0]), f.in_mode(f.field, with(at.face, on[0], side))));
  const NodeId product = f.graph.multiply(speeds[0], speeds[1]);
  require((-f.over(product, sides, step.place)).nonnegative(), "sliding may end");
  return at.drift(step, f.over(f.field, sides, step.place));
}

/// Proves the steps of a tube. Throws Refusal, with the step, if one is not proved.
void prove(Tube& at, const std::vector<Value>& steps) {
  require(!steps.empty(), "there are no steps");
  bool branches = false;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Step step(steps[k], at.f);
    const std::string& kind = step.kind;
    const bool is_last = k + 1 == steps.size();
    try {
      if (k == 0 && kind != "rest") start(at, step);
      if (branches) begin(at, step.face);
      branches = kind == "branching";
      const double time = at.f.direction * (step.t1 - step.t0);
      require(step.t0 == at.t && (time > 0 || (time == 0 && branches)),
              "it does not go on from the end of the step before");
      require(kind == "smooth" || !is_last || !at.is_refuted, "how it ends is not seen");
      require(at.disturbance.empty() || (kind == "smooth" && at.f.open(step.face).empty()),
              "a surface is met under a disturbance");
      at.set = at.set.framed(step.frame);
      at.set = kind == "smooth"   ? smooth(at, step)
               : kind == "window" ? window(at, step, is_last)
               : branches         ? branch(at, step)
                                  : rest(at, step, steps.size() == 1);
      at.t = step.t1;
      if (kind == "window") at.land();
    } catch (const Refusal& refusal) {
      throw Refusal(steps[k].place + ": " + refusal.what());
    }
  }
}

filippov::FilippovMap read_problem(const Value& problem) {
  const bool is_gradient = problem["flow"].one_of({"system", "gradient"}) == "gradient";
  const filippov::Scope scope{problem["variables"].texts()};
  const auto formulas = problem["formulas"].texts(is_gradient ? 1 : std::ssize(scope.variables));
  filippov::FilippovMap map = is_gradient
                                  ? filippov::ascent(filippov::parse(formulas[0], scope))
                                  : filippov::FilippovMap(filippov::parse_field(formulas, scope));
  std::vector<std::string> surfaces;
  for (const auto& h : map.field().graph()->switches())
    surfaces.push_back(map.field().graph()->text(h.node));
  if (problem["surfaces"].texts() != surfaces) problem["surfaces"].fail("those of the formulas");
  return map;
}

}  // namespace

std::string check(const Value& all) {
  all["format"].one_of({"filippov certificate 5"});
  all["kind"].one_of({"tube"});
  const Value problem = all["problem"], claims = all["claims"];
  const filippov::FilippovMap map = read_problem(problem);
  const int n = map.dimension();
  const double t0 = problem["t0"].number(), t1 = claims["t"].number();
  const bool is_refuted = claims["uniqueness"].one_of({"certified", "refuted"}) == "refuted";
  const Box initial = problem["box"].box(n), end = claims["box"].box(n);
  const Box start = is_refuted ? claims["start"].box(n) : initial;
  require_inside(start, initial, false, "the start");
  const Box disturbance = problem.has("disturbance") ? problem["disturbance"].point(n) : Box();
  for (const Range& s : disturbance)
    if (!s.nonnegative()) problem["disturbance"].fail("none below 0");
  const std::vector<Value> events = claims["events"].list(), parts = all["parts"].list();
  std::vector<Face> faces;  // at the ends of the tubes
  std::size_t next = 0;
  const std::function<void(const Box&)> prove_from = [&](const Box& box) {
    if (next == parts.size()) all["parts"].fail("another part");
    const Value& part = parts[next++];
    if (part.json.is_array()) {
      const int i = part.list(2)[0].integer(0, is_refuted ? -1 : n - 1);
      for (const double end : {box[i].lower(), box[i].upper()}) {
        Box side = box;
        side[i] = hull(Range(part.list(2)[1].number()), end);
        prove_from(side);
      }
      return;
    }
    Tube tube{{map, t1 < t0 ? -1 : 1},         disturbance, events, is_refuted,
              !is_refuted && parts.size() > 1, t0};
    tube.set.center = part["box"].box(n);
    require_inside(box, tube.set.center, false, part.place);
    tube.set.add(make_points(tube.set.center), true);
    prove(tube, part["steps"].list());
    require(tube.t == t1, part.place, " does not reach the claimed time");
    require_inside(tube.set.box(), end, false, "the end of " + part.place);
    require(tube.event == events.size(), part.place, " has fewer events than claimed");
    faces.push_back(tube.face);
  };
  prove_from(start);
  while (is_refuted && next < parts.size()) {
    prove_from(start);
    const Face &a = faces.front(), &b = faces.back();
    const Surfaces known = map.live_switches(b);
    const auto differs = [&](int j) { return a[j] != b[j] && std::ranges::count(known, j) > 0; };
    require(std::ranges::any_of(map.live_switches(a), differs), "the solutions may agree");
  }
  require(next == parts.size() && (!is_refuted || faces.size() > 1), "the parts are others");
  return "accepted: " + std::to_string(faces.size()) + " tubes and " +
         std::to_string(events.size()) + " events to t = " + text(Range(t1)) + " are proved again";
}

}  // namespace checker
