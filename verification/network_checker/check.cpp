#include "check.hpp"

#include <algorithm>
#include <fstream>

#include "alignment.hpp"
#include "circle.hpp"
#include "norm_bound.hpp"
#include "points.hpp"

namespace network_checker {

Range check_constants(const Value& all, const Problem& problem) {
  const Value claims = all["claims"];
  const Value proof = all["proof"];
  const Range beta = claims["beta"].range();
  if (problem.diagonal) {
    Range largest = 0;
    for (int k = 0; k < problem.d; ++k) {
      Range sum = 0;
      for (const Box& row : problem.x) sum += squared(row[k]);
      largest = k == 0 ? sum : sum + at_least_zero(largest - sum);
    }
    compare(root(largest) / Range(2), beta, "beta");
  } else {
    const Box w = proof["argument"].point(problem.weights());
    Range sum = 0;
    for (int i = 0; i < problem.n; ++i) sum += squared(problem.output(i, w));
    const Range reached = root(sum) / scalar_product(w, w);
    if (!(reached - Range(beta.lower())).nonnegative()) {
      throw Refusal("|H(X; w)| at the argument is in " + shown(reached) +
                    ", less than the lower end of beta");
    }
    const std::string method = proof["method"].text();
    NormBound bound(problem);
    if (method == "cones") {
      bound.by_cones(Range(beta.upper()));
    } else if (method == "eigenvalue") {
      bound.by_eigenvalue(Range(beta.upper()));
    } else {
      proof["method"].fail("cones or eigenvalue");
    }
  }
  const Range terms = problem.mean ? problem.n : 1;
  const Range beta_hat = (problem.logistic ? Range(0.25) : Range(1)) / terms;
  compare(beta_hat, claims["beta_hat"].range(), "beta_hat");
  const Range label_norm = root(scalar_product(problem.z, problem.z));
  compare(label_norm, claims["label_norm"].range(), "label_norm");
  const Range beta_tilde = beta_hat * beta + label_norm;
  compare(beta_tilde, claims["beta_tilde"].range(), "beta_tilde");
  const Range rate = Range(4) * beta * beta_tilde;
  if (claims.has("ln_C")) {
    compare(rate * number(claims["time"].text()), claims["ln_C"].range(), "ln_C");
  }
  if (claims.has("T_bar")) {
    compare(number(claims["given_ln_C"].text()) / rate, claims["T_bar"].range(), "T_bar");
  }
  return rate;
}

namespace {

/// What a KKT point of a network with two features is claimed to be.
struct Claim {
  std::string place;
  ClaimedPoint point;
  int stable = -1;  ///< 1, 0, or -1 for not said
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
  claim.arc = value.has("arc");
  if (claim.arc) {
    const std::vector<Value> ends = value["arc"].list(2);
    claim.begin = ends[0].range();
    claim.end = ends[1].range();
  }
  return claim;
}

/// A KKT point that was found, to be compared with the claims.
struct Found {
  Box box;
  Range objective;
  int stable;
  bool arc = false;
};

std::vector<Found> kkt_points(const Problem& problem) {
  const CriticalDirections critical = critical_directions(problem);
  std::vector<Found> found;
  if (!problem.two_layer) {
    for (const CriticalDirection& point : critical.points) {
      found.push_back({point.u, point.value, point.extremum == 1 ? 1 : 0, point.arc});
    }
    return found;
  }
  const Range half = root(Range(1) / Range(2));
  for (const CriticalDirection& point : critical.points) {
    if (point.zero || point.arc) {
      throw Refusal("a set of KKT points with N = 0 exists: its completeness is not proved");
    }
    for (const int v : {1, -1}) {
      const Range objective = Range(v) * point.value / Range(2);
      if (objective.sign() == 0) throw Refusal("the sign of N at a KKT point is not decided");
      // Where N < 0 another |v| makes it larger.
      const bool stable = objective.positive() && point.extremum == v;
      found.push_back({{Range(v) * half, half * point.u[0], half * point.u[1]}, objective, stable});
    }
  }
  // Near the pole (v, 0), N = v F(u) to first order.
  const auto some = [&](int sign) {
    return std::any_of(critical.points.begin(), critical.points.end(),
                       [&](const CriticalDirection& point) { return point.value.sign() == sign; });
  };
  for (const Box& u : critical.zeros) found.push_back({{0.0, u[0], u[1]}, 0.0, 0});
  if (critical.at_zero) {
    for (const int v : {1, -1}) {
      found.push_back({{static_cast<double>(v), 0.0, 0.0}, 0.0, some(v) ? 0 : 1});
    }
  }
  return found;
}

bool at_angle(const Range& x, const Range& y, const Range& angle) {
  // The angle is within a quarter turn, and its cosine and sine enclose the point.
  return angle.upper() - angle.lower() < 1 && x.inside(cosine(angle)) &&
         y.inside(cosine(angle - number("pi") / Range(2)));
}

bool matches(const Found& found, const Claim& claim) {
  if (found.arc != claim.arc || !found.objective.inside(claim.point.objective)) return false;
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

std::string check_kkt(const Value& all, const Problem& problem) {
  const bool complete = all["claims"]["complete"].flag();
  std::vector<Claim> claims;
  for (const Value& value : all["claims"]["points"].list()) {
    claims.push_back(read_claim(value, problem));
  }
  const std::string count = std::to_string(claims.size()) + " KKT points";
  if (!complete) {
    for (const Claim& claim : claims) {
      if (claim.stable >= 0)
        throw Refusal(claim.place + ".stable is proved in complete lists only");
      if (claim.arc) throw Refusal(claim.place + ".arc is proved in complete lists only");
      prove_point(problem, claim.point);
    }
    return "accepted: " + count + " are proved again";
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
    if (matching != 1) {
      throw Refusal(claim.place + " matches " + std::to_string(matching) +
                    " KKT points, expected one");
    }
  }
  for (const Found& point : found) {
    int matching = 0;
    for (const Claim& claim : claims) matching += matches(point, claim) ? 1 : 0;
    if (matching != 1) throw Refusal("a KKT point near " + shown(point.box[0]) + " is not listed");
  }
  return "accepted: " + count + ", all there are, are proved again";
}

nlohmann::json read(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw Malformed("cannot be read");
  return nlohmann::json::parse(in);
}

}  // namespace

bool is_network_certificate(const std::string& file) {
  std::ifstream in(file);
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object() || !json.contains("kind") || !json["kind"].is_string()) return false;
  const std::string kind = json["kind"].get<std::string>();
  return kind == "constants" || kind == "kkt" || kind == "alignment";
}

std::string check(const std::string& file) {
  try {
    const nlohmann::json json = read(file);
    const Value all{json, "the certificate"};
    if (all["format"].text() != "filippov certificate 1") all["format"].fail("version 1");
    const std::string kind = all["kind"].text();
    const Problem problem(all["problem"]);
    if (kind == "constants") {
      check_constants(all, problem);
      return "accepted: beta in " + shown(all["claims"]["beta"].range()) +
             " and the constants that follow are proved again";
    }
    if (kind == "alignment") return check_alignment(all, problem);
    if (kind == "kkt") return check_kkt(all, problem);
    all["kind"].fail("constants, kkt or alignment");
  } catch (const nlohmann::json::exception& error) {
    throw Malformed(error.what());
  }
}

}  // namespace network_checker
