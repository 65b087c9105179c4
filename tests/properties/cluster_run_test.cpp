// Systems of many parts, solved as a whole and cluster by cluster: the same events and states.

#include "../../lib/solver/cluster_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "../../lib/solver/run.hpp"
#include "../../lib/solver/start.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"

namespace filippov {
namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

struct System {
  FilippovMap map;
  InitialValueProblem problem;
};

Solution whole(const System& system, const SolverOptions& options) {
  const InitialValueProblem& p = system.problem;
  return detail::run(system.map, detail::start_point(system.map, p.t0, p.x0), p.t1, options);
}

Solution by_clusters(const System& system, const SolverOptions& options) {
  const auto parts = detail::separable(system.map, options);
  REQUIRE(parts);
  const InitialValueProblem& p = system.problem;
  return detail::cluster_run(parts, p.t0, p.x0, p.t1, options);
}

void check_same(const Solution& one, const Solution& other, double tolerance) {
  CHECK(name(one.status) == name(other.status));
  CHECK(one.message == other.message);
  CHECK(one.start.active == other.start.active);
  CHECK(one.start.sliding == other.start.sliding);
  CHECK(one.start.verdict == other.start.verdict);
  CHECK(std::abs(one.t - other.t) <= tolerance);
  REQUIRE(one.x.size() == other.x.size());
  for (std::size_t i = 0; i < one.x.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(one.x[i] - other.x[i]) <= tolerance * std::max(1.0, std::abs(one.x[i])));
  }
  REQUIRE(one.events.size() == other.events.size());
  for (std::size_t k = 0; k < one.events.size(); ++k) {
    const Event& a = one.events[k];
    const Event& b = other.events[k];
    CAPTURE(k);
    CAPTURE(a);
    CAPTURE(b);
    CHECK(std::abs(a.t - b.t) <= tolerance);
    CHECK(a.kind == b.kind);
    CHECK(a.surfaces == b.surfaces);
    CHECK(a.sliding == b.sliding);
    Signature sides = a.signature;
    Signature other_sides = b.signature;
    for (const int j : a.sliding) {
      sides[static_cast<std::size_t>(j)] = other_sides[static_cast<std::size_t>(j)] = 0;
    }
    CHECK(sides == other_sides);
    REQUIRE(a.x.size() == b.x.size());
    for (std::size_t i = 0; i < a.x.size(); ++i) {
      CHECK(std::abs(a.x[i] - b.x[i]) <= tolerance * std::max(1.0, std::abs(a.x[i])));
    }
  }
  REQUIRE(one.continuations.size() == other.continuations.size());
  for (std::size_t c = 0; c < one.continuations.size(); ++c) {
    const Continuation& a = one.continuations[c];
    const Continuation& b = other.continuations[c];
    CAPTURE(c);
    CHECK(a.kind == b.kind);
    CHECK(a.face.sliding == b.face.sliding);
    CHECK((a.velocity - b.velocity).norm() <= tolerance * std::max(1.0, a.velocity.norm()));
  }
  REQUIRE(one.branches.size() == other.branches.size());
  for (std::size_t b = 0; b < one.branches.size(); ++b) {
    CAPTURE(b);
    check_same(one.branches[b], other.branches[b], tolerance);
  }
  if (one.trajectory.empty()) return;
  for (int k = 0; k <= 20; ++k) {
    const double t = one.trajectory.start() +
                     (one.trajectory.end() - one.trajectory.start()) * std::min(k / 20.0, 0.999999);
    CAPTURE(t);
    const std::vector<double> x = one.trajectory(t);
    const std::vector<double> y = other.trajectory(t);
    REQUIRE(x.size() == y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(std::abs(x[i] - y[i]) <= tolerance * std::max(1.0, std::abs(x[i])));
    }
  }
}

void check_same(const System& system, const SolverOptions& options, double tolerance) {
  check_same(whole(system, options), by_clusters(system, options), tolerance);
}

void check_family(unsigned long seed, int count, const std::function<System(Random&)>& make,
                  double tolerance = 1e-8) {
  Random random(seed);
  for (int k = 0; k < count; ++k) {
    CAPTURE(k);
    const System system = make(random);
    check_same(system, {.rtol = 1e-10, .atol = 1e-12}, tolerance);
  }
}

std::vector<double> random_state(Random& random, int n, double size) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i) x.push_back(uniform(random, -size, size));
  return x;
}

/// x_i' = -a_i sign x_i + b_i cos(w_i t) + weak coupling to the signs of others, and their record.
System relays(Random& random) {
  const int n = static_cast<int>(uniform(random, 5, 20));
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> w;
  std::vector<double> c;
  std::vector<int> partner;
  for (int i = 0; i < n; ++i) {
    a.push_back(uniform(random, 0.5, 1));
    b.push_back(uniform(random, 0, 1.2));
    w.push_back(uniform(random, 0.5, 3));
    c.push_back(uniform(random, -0.3, 0.3));
    partner.push_back(static_cast<int>(uniform(random, 0, n)));
  }
  VectorField field(n + 1, [&](auto t, const auto& x) {
    std::vector<Expression> f;
    Expression sum = 0;
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      Expression rate = -a[k] * sign(x[k]) + b[k] * cos(w[k] * t);
      if (i % 3 == 0) rate += c[k] * sign(x[static_cast<std::size_t>(partner[k])]);
      if (i % 4 == 0) rate += c[k] * x[static_cast<std::size_t>(partner[k])];
      f.push_back(rate);
      sum += c[k] * sign(x[k]) + (i % 5 == 0 ? Expression(0.1 * x[k] * x[k]) : Expression(0));
    }
    f.push_back(sum / n);
    return f;
  });
  std::vector<double> x0 = random_state(random, n, 1);
  x0.push_back(0.25);
  return {FilippovMap(field), {.t1 = 4, .x0 = x0}};
}

/// The descent of sum w_i |x_i - x_{i+1}|, with or without (x - y)^2 / 4.
System total_variation_flow(Random& random) {
  const int n = static_cast<int>(uniform(random, 5, 20));
  const bool quadratic = uniform(random, 0, 1) < 0.5;
  const bool weighted = uniform(random, 0, 1) < 0.7;
  std::vector<double> weights;
  for (int i = 0; i < n; ++i) weights.push_back(weighted ? uniform(random, 0.2, 1) : 1);
  const std::vector<double> y = random_state(random, n, 2);
  const Function f(n, [&](const auto& x) {
    Expression sum = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += weights[i] * abs(x[i] - x[i + 1]);
    for (std::size_t i = 0; quadratic && i < x.size(); ++i) sum += 0.25 * pow(x[i] - y[i], 2);
    return sum;
  });
  return {descent(f), {.t1 = 3, .x0 = random_state(random, n, 2)}};
}

/// Masses on springs to the ground, with dry friction between neighbours.
System friction_chain(Random& random) {
  const int n = static_cast<int>(uniform(random, 3, 8));
  const bool coupled = uniform(random, 0, 1) < 0.5;
  std::vector<double> stiffness;
  std::vector<double> force;
  std::vector<double> mass;
  for (int i = 0; i < n; ++i) {
    stiffness.push_back(uniform(random, 0.5, 2));
    force.push_back(uniform(random, 0.1, 0.4));
    mass.push_back(uniform(random, 0.5, 2));
  }
  VectorField field(2 * n, [&](auto t, const auto& x) {
    std::vector<Expression> f;
    const auto v = [&](int i) { return x[static_cast<std::size_t>(n + i)]; };
    for (int i = 0; i < n; ++i) f.push_back(v(i));
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      Expression sum = -stiffness[k] * x[k];
      if (i == 0) sum += cos(1.3 * t);
      if (coupled && i > 0) sum += 0.2 * (x[k - 1] - x[k]);
      if (i > 0) sum += force[k - 1] * sign(v(i - 1) - v(i));
      if (i + 1 < n) sum -= force[k] * sign(v(i) - v(i + 1));
      f.push_back(sum / mass[k]);
    }
    return f;
  });
  return {FilippovMap(field), {.t1 = 4, .x0 = random_state(random, 2 * n, 1)}};
}

/// Pairs on curved surfaces, where signs also choose what is read.
System curved(Random& random) {
  const int pairs = static_cast<int>(uniform(random, 2, 6));
  std::vector<double> a;
  for (int i = 0; i < pairs; ++i) a.push_back(uniform(random, 0.3, 1.5));
  VectorField field(2 * pairs, [&](auto t, const auto& x) {
    std::vector<Expression> f;
    for (int i = 0; i < pairs; ++i) {
      const auto k = static_cast<std::size_t>(2 * i);
      const auto next = static_cast<std::size_t>((2 * i + 2) % (2 * pairs));
      const Expression h = x[k] * x[k] + x[k + 1] * x[k + 1] - a[static_cast<std::size_t>(i)];
      const Expression s = sign(h);
      f.push_back(x[k + 1] - 0.7 * x[k] * s + 0.1 * abs(x[next] - 0.3));
      f.push_back(-x[k] - 0.7 * x[k + 1] * s + 0.3 * cos(2 * t));
    }
    return f;
  });
  return {FilippovMap(field), {.t1 = 3, .x0 = random_state(random, 2 * pairs, 1.5)}};
}

/// Integers: neighbours that are equal at the start, and events at the same time.
System total_variation_of_integers(Random& random) {
  const int n = static_cast<int>(uniform(random, 5, 14));
  const Function f(n, [&](const auto& x) {
    Expression sum = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += abs(x[i] - x[i + 1]);
    return sum;
  });
  std::vector<double> x0 = random_state(random, n, 3);
  for (double& value : x0) value = std::round(value);
  return {descent(f), {.t1 = 20, .x0 = x0}};
}

/// x_i' = a_i x_i + s_i sign x_i + ...: some surfaces repel, and solutions start on them.
System repelling(Random& random) {
  const int n = static_cast<int>(uniform(random, 3, 6));
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < n; ++i) {
    a.push_back(uniform(random, 0, 1) < 0.3 ? 1 : -1);
    b.push_back(uniform(random, -0.5, 0.5));
  }
  VectorField field(n, [&](auto, const auto& x) {
    std::vector<Expression> f;
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      f.push_back(a[k] * sign(x[k] - 0.1 * i) + b[k]);
    }
    return f;
  });
  std::vector<double> x0 = random_state(random, n, 1);
  for (std::size_t i = 0; i < x0.size(); i += 2) x0[i] = 0.1 * static_cast<double>(i);
  return {FilippovMap(field), {.t1 = 2, .x0 = x0}};
}

/// Spirals into the origin of a plane, through infinitely many crossings, beside relays.
System spirals(Random& random) {
  const int n = static_cast<int>(uniform(random, 1, 4));
  std::vector<double> a;
  for (int i = 0; i < n; ++i) a.push_back(uniform(random, 0.3, 0.7));
  VectorField field(3 * n, [&](auto t, const auto& x) {
    std::vector<Expression> f;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const Expression u = sign(x[3 * i]);
      const Expression v = sign(x[3 * i + 1]);
      f.push_back(-a[i] * u + v);
      f.push_back(-a[i] * v - u);
      f.push_back(-sign(x[3 * i + 2]) + 0.3 * cos(3 * t));
    }
    return f;
  });
  return {FilippovMap(field), {.t1 = 4, .x0 = random_state(random, 3 * n, 1)}};
}

System backward(System system) {
  system.problem.t1 = -system.problem.t1;
  return system;
}

}  // namespace

TEST_CASE("relays: the same by clusters as as a whole") { check_family(1, 12, relays); }

TEST_CASE("total variation flows: the same by clusters as as a whole") {
  check_family(2, 20, total_variation_flow);
}

TEST_CASE("chains with friction: the same by clusters as as a whole") {
  check_family(3, 10, friction_chain);
}

TEST_CASE("curved surfaces: the same by clusters as as a whole") { check_family(4, 8, curved); }

TEST_CASE("flows of integers: the same by clusters as as a whole") {
  check_family(5, 20, total_variation_of_integers);
}

TEST_CASE("accumulations: the same limits by clusters as as a whole") {
  // How many of the crossings before are found is not the same.
  Random random(6);
  for (int k = 0; k < 6; ++k) {
    CAPTURE(k);
    const System system = spirals(random);
    Solution one = whole(system, {.rtol = 1e-10, .atol = 1e-12});
    Solution other = by_clusters(system, {.rtol = 1e-10, .atol = 1e-12});
    for (Solution* s : {&one, &other}) {
      std::erase_if(s->events, [](const Event& e) { return e.kind == EventKind::crossing; });
      for (Event& e : s->events) {
        if (e.kind == EventKind::accumulation) e.surfaces.clear();  // of the cycle, or all slid on
      }
    }
    check_same(one, other, 1e-6);
  }
}

TEST_CASE("backward in time: the same by clusters as as a whole") {
  check_family(7, 6, [](Random& random) { return backward(relays(random)); });
  check_family(8, 6, [](Random& random) { return backward(friction_chain(random)); });
}

TEST_CASE("branching: the same by clusters as as a whole, whatever the policy") {
  for (const BranchPolicy policy : {BranchPolicy::stop, BranchPolicy::first, BranchPolicy::all}) {
    Random random(9);
    for (int k = 0; k < 8; ++k) {
      CAPTURE(k);
      const System system = repelling(random);
      check_same(system, {.rtol = 1e-10, .atol = 1e-12, .branches = policy}, 1e-8);
    }
  }
}

}  // namespace filippov
