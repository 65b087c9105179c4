#include "relay_oracle.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

namespace filippov::oracle {

namespace {

namespace mp = boost::multiprecision;
using Real = mp::number<mp::cpp_bin_float<50>, mp::et_off>;
using State = std::vector<Real>;

/// Both for Real, with the signs given, and for expressions.
template <class T, class Sign>
std::vector<T> velocity(const Relays& system, const T& t, const std::vector<T>& x,
                        const std::vector<Sign>& signs) {
  std::vector<T> f;
  const T bounded = 1.0 / (1.0 + x[0] * x[0]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    T sum = system.b[i] + system.a[i] * t + system.q[i] * x[0] * x[i] + system.r[i] * bounded;
    for (std::size_t k = 0; k < x.size(); ++k) sum = sum + system.A[i][k] * x[k];
    for (std::size_t j = 0; j < signs.size(); ++j) sum = sum + system.G[j][i] * signs[j];
    f.push_back(sum);
  }
  return f;
}

template <class T>
T height(const Relays& system, std::size_t j, const T& t, const std::vector<T>& x) {
  T sum = system.d[j] + system.s[j] * t + system.p[j] * x[0] * x[0];
  for (std::size_t k = 0; k < x.size(); ++k) sum = sum + system.C[j][k] * x[k];
  return sum;
}

/// A mode: signs, and perhaps one surface slid on.
struct Mode {
  std::vector<Real> signs;
  int sliding = -1;
};

class Run {
 public:
  Run(const Relays& system, double t0, const std::vector<double>& x0, double direction)
      : system_(system), direction_(direction), t_(t0), x_(x0.begin(), x0.end()) {
    for (int j = 0; j < system.surfaces(); ++j) {
      const Real h = height(system_, static_cast<std::size_t>(j), t_, x_);
      reliable_ = reliable_ && abs(h) > 1e-9;
      mode_.signs.push_back(h > 0 ? 1 : -1);
    }
  }

  /// False if it stops before.
  bool advance_to(const Real& target, std::vector<ExactEvent>& events) {
    while (reliable_ && direction_ * (target - t_) > 0) {
      const Real longest = 1.0 / 64;
      const Real left = direction_ * (target - t_);
      const Real step = left < longest ? left : longest;
      const State after = integrate(step);
      for (const Real& entry : after) reliable_ = reliable_ && abs(entry) < 20;
      if (!reliable_) return false;
      Real first = step;
      int monitor = -1;
      for (int j = 0; j < monitors(); ++j) {
        if (value(j, t_ + direction_ * step, after) >= 0) continue;
        const Real root = find(j, step);
        if (root < first || monitor < 0) {
          // Another one close by is beyond this oracle.
          if (monitor >= 0 && abs(root - first) < 1e-6) reliable_ = false;
          first = root;
          monitor = j;
        }
      }
      x_ = integrate(first);
      t_ = left < longest && monitor < 0 ? target : t_ + direction_ * first;
      if (monitor >= 0) pass(monitor, events);
    }
    return reliable_;
  }

  const Real& t() const { return t_; }
  const State& x() const { return x_; }

 private:
  /// Surfaces; while sliding also 1 - u and 1 + u.
  int monitors() const { return system_.surfaces() + (mode_.sliding >= 0 ? 2 : 0); }

  Real value(int monitor, const Real& t, const State& x) const {
    const int m = system_.surfaces();
    if (monitor >= m) {
      const Real u = multiplier(t, x);
      return monitor == m ? Real(1 - u) : Real(1 + u);
    }
    if (monitor == mode_.sliding) return 1;
    return mode_.signs[static_cast<std::size_t>(monitor)] *
           height(system_, static_cast<std::size_t>(monitor), t, x);
  }

  /// dh_j/dt along v.
  Real rate(std::size_t j, const State& x, const State& v) const {
    Real sum = system_.s[j] + 2 * system_.p[j] * x[0] * v[0];
    for (std::size_t k = 0; k < x.size(); ++k) sum += system_.C[j][k] * v[k];
    return sum;
  }
  State with_sign(const Real& t, const State& x, int j, const Real& sign) const {
    std::vector<Real> signs = mode_.signs;
    signs[static_cast<std::size_t>(j)] = sign;
    return velocity(system_, t, x, signs);
  }
  Real multiplier(const Real& t, const State& x) const {
    const auto j = static_cast<std::size_t>(mode_.sliding);
    const Real above = rate(j, x, with_sign(t, x, mode_.sliding, 1));
    const Real below = rate(j, x, with_sign(t, x, mode_.sliding, -1));
    return (above + below) / (below - above);
  }
  State field(const Real& t, const State& x) const {
    State f = mode_.sliding < 0 ? velocity(system_, t, x, mode_.signs)
                                : with_sign(t, x, mode_.sliding, multiplier(t, x));
    for (Real& entry : f) entry *= direction_;
    return f;
  }

  /// The state after `step`, by extrapolation to order 2 * columns.
  State integrate(const Real& step) const {
    constexpr int columns = 10;
    std::vector<State> row;
    for (int k = 0; k < columns; ++k) {
      const std::vector<State> previous = std::move(row);
      row = {midpoint(step, 2 * (k + 1))};
      for (int j = 1; j <= k; ++j) {
        const Real ratio = Real(k + 1) / (k + 1 - j);
        const Real factor = 1 / (ratio * ratio - 1);
        State better = row.back();
        for (std::size_t i = 0; i < better.size(); ++i) {
          better[i] += (better[i] - previous[static_cast<std::size_t>(j - 1)][i]) * factor;
        }
        row.push_back(std::move(better));
      }
    }
    return row.back();
  }

  State midpoint(const Real& step, int count) const {
    const Real h = step / count;
    State before = x_;
    State now = x_;
    const State first = field(t_, x_);
    for (std::size_t i = 0; i < now.size(); ++i) now[i] += h * first[i];
    for (int k = 1; k < count; ++k) {
      const State f = field(t_ + direction_ * h * k, now);
      for (std::size_t i = 0; i < now.size(); ++i) {
        const Real next = before[i] + 2 * h * f[i];
        before[i] = now[i];
        now[i] = next;
      }
    }
    const State f = field(t_ + direction_ * step, now);
    for (std::size_t i = 0; i < now.size(); ++i) now[i] = (now[i] + before[i] + h * f[i]) / 2;
    return now;
  }

  /// The root of a monitor in (0, step), at whose end it is negative (Illinois method).
  Real find(int monitor, const Real& step) const {
    Real low = 0;
    Real high = step;
    Real at_low = value(monitor, t_, x_);
    // Just left: it may be at 0 or on the wrong side by an error.
    if (at_low <= 0) at_low = 1e-40;
    Real at_high = value(monitor, t_ + direction_ * step, integrate(step));
    int side = 0;
    for (int k = 0; k < 200 && high - low > 1e-42; ++k) {
      const Real middle = (low * at_high - high * at_low) / (at_high - at_low);
      const Real v = value(monitor, t_ + direction_ * middle, integrate(middle));
      if (abs(v) < 1e-45) return middle;
      if (v > 0) {
        low = middle;
        at_low = v;
        if (side == 1) at_high /= 2;
        side = 1;
      } else {
        high = middle;
        at_high = v;
        if (side == -1) at_low /= 2;
        side = -1;
      }
    }
    return high;
  }

  void pass(int monitor, std::vector<ExactEvent>& events) {
    constexpr double clear = 1e-4;  // normal velocities below it are contacts
    const int m = system_.surfaces();
    if (monitor >= m) {
      const int j = mode_.sliding;
      events.push_back({t_.str(40), EventKind::sliding_exit, j});
      mode_.signs[static_cast<std::size_t>(j)] = monitor == m ? 1 : -1;
      mode_.sliding = -1;
      return;
    }
    const auto j = static_cast<std::size_t>(monitor);
    const Real above = direction_ * rate(j, x_, with_sign(t_, x_, monitor, 1));
    const Real below = direction_ * rate(j, x_, with_sign(t_, x_, monitor, -1));
    if (mode_.sliding >= 0 || abs(above) < clear || abs(below) < clear) {
      reliable_ = false;
    } else if ((above > 0) == (below > 0)) {
      events.push_back({t_.str(40), EventKind::crossing, monitor});
      mode_.signs[j] = -mode_.signs[j];
    } else if (below > 0) {
      events.push_back({t_.str(40), EventKind::sliding_entry, monitor});
      mode_.sliding = monitor;
    } else {
      reliable_ = false;
    }
  }

  const Relays& system_;
  double direction_;
  Real t_;
  State x_;
  Mode mode_;
  bool reliable_ = true;
};

}  // namespace

FilippovMap Relays::map() const {
  return FilippovMap(VectorField(dimension, [&](auto t, const auto& x) {
    std::vector<Expression> signs;
    for (std::size_t j = 0; j < d.size(); ++j) signs.push_back(sign(height(*this, j, t, x)));
    return velocity<Expression>(*this, t, x, signs);
  }));
}

Relays random_relays(std::mt19937& random, int dimension, int surfaces) {
  const auto number = [&](int steps, int most) {
    return std::uniform_int_distribution<int>(-steps, steps)(random) * static_cast<double>(most) /
           steps;
  };
  const auto now_and_then = [&](int one_in, double value) {
    return random() % static_cast<unsigned>(one_in) == 0 ? value : 0.0;
  };
  const auto vector = [&] {
    std::vector<double> entries;
    for (int i = 0; i < dimension; ++i) entries.push_back(number(64, 1));
    return entries;
  };
  Relays system;
  system.dimension = dimension;
  for (int i = 0; i < dimension; ++i) {
    system.b.push_back(number(64, 1));
    system.a.push_back(now_and_then(3, number(64, 1)));
    system.q.push_back(now_and_then(3, number(64, 1)));
    system.r.push_back(now_and_then(3, number(64, 1)));
    system.A.push_back(vector());
  }
  for (int j = 0; j < surfaces; ++j) {
    system.d.push_back(number(64, 1) / 2);
    system.s.push_back(now_and_then(4, number(64, 1)));
    system.p.push_back(now_and_then(4, number(64, 1)));
    system.C.push_back(vector());
    // A relay that never switches is no surface, and would shift the numbers of the others.
    std::vector<double>& normal = system.C.back();
    if (std::all_of(normal.begin(), normal.end(), [](double c) { return c == 0; })) normal[0] = 0.5;
    system.G.push_back(vector());
    // Half of the relays push towards their surface.
    if (random() % 2 == 0) {
      for (int i = 0; i < dimension; ++i) {
        const auto k = static_cast<std::size_t>(i);
        system.G.back()[k] = system.G.back()[k] / 4 - 1.5 * system.C.back()[k];
      }
    }
  }
  return system;
}

ExactSolution exact_solution(const Relays& system, double t0, const std::vector<double>& x0,
                             const std::vector<double>& times) {
  ExactSolution solution;
  solution.end = t0;
  const double direction = !times.empty() && times.back() < t0 ? -1 : 1;
  Run run(system, t0, x0, direction);
  for (const double t : times) {
    if (!run.advance_to(t, solution.events)) return solution;
    ExactState state{t, {}};
    for (const Real& entry : run.x()) state.x.push_back(entry.str(40));
    solution.states.push_back(std::move(state));
    solution.end = t;
  }
  return solution;
}

bool contains(Interval x, const std::string& number) {
  const Real value(number);
  return Real(x.lower()) - value <= 1e-30 && value - Real(x.upper()) <= 1e-30;
}

}  // namespace filippov::oracle
