#include "kkt.hpp"

#include <algorithm>

#include "arrangement.hpp"
#include "circle.hpp"
#include "diagonal.hpp"
#include "points.hpp"
#include "sphere.hpp"

namespace network_checker {

namespace {

/// What a KKT point is claimed to be, or a set of them.
struct Claim {
  std::string place;
  ClaimedPoint point;
  int stable = -1;  ///< 1, 0, or -1 for not said
  int dimension = 0;
  bool arc = false;
  Range begin;  ///< angles of an arc
  Range end;
};

Claim read_claim(const Value& value, const Problem& problem) {
  Claim claim;
  claim.place = value.place;
  claim.point = {value["box"].box(problem.weights()), value["objective"].range(), {}};
  for (const Value& row : value["kinks"].list()) {
    claim.point.kinks.push_back(row.integer(0, problem.n - 1));
  }
  if (!value["stable"].json.is_null()) claim.stable = value["stable"].flag() ? 1 : 0;
  if (value.has("dimension")) claim.dimension = value["dimension"].integer(0, 2 * problem.d);
  claim.arc = value.has("arc");
  if (claim.arc) {
    const std::vector<Value> ends = value["arc"].list(2);
    claim.begin = ends[0].range();
    claim.end = ends[1].range();
  }
  return claim;
}

/// A KKT point that was found, or a connected set of them, to be compared with the claims.
struct Found {
  Box box;
  Range objective;
  int stable;
  bool arc = false;
  int dimension = 0;
  std::vector<int> kinks = {};
};

/// Where F is critical in the terms of three features.
CriticalSets sets_on_circle(const CriticalDirections& critical) {
  CriticalSets result;
  for (const CriticalDirection& point : critical.points) {
    CriticalSet& set = result.sets.emplace_back();
    set.u = point.arc ? point.box : point.u;
    set.value = point.value;
    set.zero = point.zero;
    set.extremum = point.extremum;
    set.dimension = point.arc ? 1 : 0;
    set.everywhere = point.everywhere;
    set.kinks = point.kinks;
  }
  result.at_zero = critical.at_zero;
  return result;
}

std::vector<Found> two_layer_points(const Problem& problem) {
  std::vector<Found> found;
  CriticalSets critical;
  if (problem.d == 2) {
    const CriticalDirections directions = critical_directions(problem);
    critical = sets_on_circle(directions);
    for (const Box& u : directions.zeros) found.push_back({{0.0, u[0], u[1]}, 0.0, 0});
  } else {
    critical = critical_sets(problem);
    const Found curve{{0.0, Range(-1, 1), Range(-1, 1), Range(-1, 1)}, 0.0, 0, false, 1};
    found.assign(static_cast<std::size_t>(critical.zero_curves), curve);
  }
  const Range half = root(Range(1) / Range(2));
  bool reaches_poles = false;
  for (const CriticalSet& set : critical.sets) {
    if (set.zero) {
      // Any v; where F is not 0 beside it, N > 0 for one sign of v.
      Found any{{Range(-1, 1)}, 0.0, set.everywhere ? -1 : 0, false, set.dimension + 1, set.kinks};
      for (const Range& entry : set.u) any.box.push_back(hull(0.0, entry));
      found.push_back(std::move(any));
      reaches_poles = true;
      continue;
    }
    for (const int v : {1, -1}) {
      const Range objective = Range(v) * set.value / Range(2);
      if (objective.sign() == 0) throw Refusal("the sign of N at a KKT point is not decided");
      // Where N < 0 another |v| makes it larger.
      const bool stable = objective.positive() && set.extremum == v;
      Found point{{Range(v) * half}, objective, stable ? 1 : 0, false, 0, set.kinks};
      for (const Range& entry : set.u) point.box.push_back(half * entry);
      found.push_back(std::move(point));
    }
  }
  if (!critical.at_zero || reaches_poles) return found;
  // Near the pole (v, 0), N = v F(u) to first order.
  for (const int v : {1, -1}) {
    const bool rises = std::any_of(critical.sets.begin(), critical.sets.end(),
                                   [&](const CriticalSet& set) { return set.value.sign() == v; });
    Found pole{Box(problem.weights()), 0.0, rises ? 0 : 1};
    pole.box[0] = static_cast<double>(v);
    found.push_back(std::move(pole));
  }
  return found;
}

std::vector<Found> kkt_points(const Problem& problem) {
  if (problem.two_layer) return two_layer_points(problem);
  std::vector<Found> found;
  if (problem.diagonal) {
    for (const DiagonalSet& set : diagonal_sets(problem)) {
      found.push_back({set.box, set.objective, set.stable, false, set.dimension});
    }
    return found;
  }
  for (const CriticalDirection& point : critical_directions(problem).points) {
    found.push_back({point.u, point.value, point.extremum == 1 ? 1 : 0, point.arc});
  }
  return found;
}

bool at_angle(const Range& x, const Range& y, const Range& angle) {
  // The angle is within a quarter turn, and its cosine and sine enclose the point.
  return angle.upper() - angle.lower() < 1 && x.inside(cosine(angle)) &&
         y.inside(cosine(angle - number("pi") / Range(2)));
}

bool matches(const Found& found, const Claim& claim) {
  if (found.arc != claim.arc || found.dimension != claim.dimension ||
      found.kinks != claim.point.kinks || !found.objective.inside(claim.point.objective)) {
    return false;
  }
  if (found.arc) {
    return at_angle(found.box[0], found.box[1], claim.begin) &&
           at_angle(found.box[2], found.box[3], claim.end) &&
           (claim.end - claim.begin).positive() && (claim.end - claim.begin).upper() < 6.28 &&
           cosine(hull(claim.begin, claim.end)).inside(claim.point.box[0]) &&
           cosine(hull(claim.begin, claim.end) - number("pi") / Range(2))
               .inside(claim.point.box[1]);
  }
  for (std::size_t k = 0; k < found.box.size(); ++k) {
    if (!found.box[k].inside(claim.point.box[k])) return false;
  }
  return true;
}

}  // namespace

std::string check_kkt(const Value& all, const Problem& problem) {
  const bool complete = all["claims"]["complete"].flag();
  std::vector<Claim> claims;
  for (const Value& value : all["claims"]["points"].list()) {
    claims.push_back(read_claim(value, problem));
  }
  const std::string count = std::to_string(claims.size()) + " KKT points";
  if (!complete || (problem.d == 3 && !problem.diagonal && !problem.two_layer)) {
    std::vector<ClaimedPoint> points;
    for (const Claim& claim : claims) {
      if (claim.arc || claim.dimension > 0) {
        throw Refusal(claim.place + ": sets of points are proved in complete lists only");
      }
      const int stable = prove_point(problem, claim.point);
      if (claim.stable >= 0 && claim.stable != stable) {
        throw Refusal(claim.place + ".stable is not proved");
      }
      points.push_back(claim.point);
    }
    if (complete) prove_no_others(problem, points);
    return "accepted: " + count + (complete ? ", all there are," : "") + " are proved again";
  }
  const std::vector<Found> found = kkt_points(problem);
  if (found.size() != claims.size()) {
    throw Refusal("there are " + std::to_string(found.size()) + " KKT points, not " +
                  std::to_string(claims.size()));
  }
  for (const Claim& claim : claims) {
    int matching = 0;
    for (const Found& point : found) {
      if (!matches(point, claim)) continue;
      ++matching;
      if (claim.stable >= 0 && claim.stable != point.stable) {
        throw Refusal(claim.place + ".stable is wrong");
      }
    }
    // The boxes of several sets may be nested.
    if (matching == 0 || (matching > 1 && !(problem.two_layer && claim.dimension > 0))) {
      throw Refusal(claim.place + " matches " + std::to_string(matching) +
                    " KKT points, expected one");
    }
  }
  for (const Found& point : found) {
    int matching = 0;
    for (const Claim& claim : claims) matching += matches(point, claim) ? 1 : 0;
    const bool is_set = problem.two_layer && point.dimension > 0;
    if (matching == 0 || (matching > 1 && !is_set))
      throw Refusal("a KKT point near " + shown(point.box[0]) + " is not listed");
  }
  return "accepted: " + count + ", all there are, are proved again";
}

}  // namespace network_checker
