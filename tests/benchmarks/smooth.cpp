// What event search and mode handling cost where there is no event: dopri5 in this library against
// Boost.Odeint's dopri5 with step control, with the same right-hand side.

#include <fmt/format.h>

#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>

#include "filippov/function/double_reading.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/solver/solve.hpp"
#include "measurement.hpp"

using namespace filippov;
using namespace filippov::benchmarks;

namespace {

using State = std::vector<double>;
using NativeFunction = void (*)(double t, const double* x, double* f);

void van_der_pol(double, const double* x, double* f) {
  f[0] = x[1];
  f[1] = 2 * (1 - x[0] * x[0]) * x[1] - x[0];
}

VectorField recorded_van_der_pol() {
  return {2, [](auto, const auto& x) { return vector(x[1], 2 * (1 - x[0] * x[0]) * x[1] - x[0]); }};
}

constexpr double moon = 0.012277471;

/// Arenstorf's problem: (x, y, x', y') of a satellite in the frame that turns with earth and moon.
template <class Scalar, class Vector>
std::pair<Scalar, Scalar> arenstorf_acceleration(const Vector& x) {
  using std::sqrt;
  const double earth = 1 - moon;
  const Scalar a = x[0] + moon;
  const Scalar b = x[0] - earth;
  const Scalar r = a * a + x[1] * x[1];
  const Scalar s = b * b + x[1] * x[1];
  const Scalar d1 = r * sqrt(r);
  const Scalar d2 = s * sqrt(s);
  return {x[0] + 2 * x[3] - earth * a / d1 - moon * b / d2,
          x[1] - 2 * x[2] - earth * x[1] / d1 - moon * x[1] / d2};
}

void arenstorf(double, const double* x, double* f) {
  const auto [ax, ay] = arenstorf_acceleration<double>(x);
  f[0] = x[2];
  f[1] = x[3];
  f[2] = ax;
  f[3] = ay;
}

VectorField recorded_arenstorf() {
  return {4, [](auto, const auto& x) {
            const auto [ax, ay] = arenstorf_acceleration<Expression>(x);
            return vector(x[2], x[3], ax, ay);
          }};
}

/// A smooth system given as a class, without surfaces.
class Native : public Inclusion {
 public:
  Native(int dimension, NativeFunction function) : dimension_(dimension), function_(function) {}
  int dimension() const override { return dimension_; }
  int switch_count() const override { return 0; }
  void selection(double t, std::span<const double> x, const Signature&,
                 std::span<double> f) const override {
    function_(t, x.data(), f.data());
  }
  double switching(int, double, std::span<const double>, const Signature&) const override {
    return 0;
  }

 private:
  int dimension_;
  NativeFunction function_;
};

struct Run {
  State x;
  long rhs_evaluations = 0;
};

template <class Rhs>
Run run_odeint(const Rhs& rhs, const InitialValueProblem& problem, double tolerance) {
  Run run{problem.x0};
  boost::numeric::odeint::integrate_adaptive(
      boost::numeric::odeint::make_controlled<boost::numeric::odeint::runge_kutta_dopri5<State>>(
          tolerance, tolerance),
      [&](const State& x, State& f, double t) {
        ++run.rhs_evaluations;
        rhs(t, x, f);
      },
      run.x, problem.t0, problem.t1, 1e-3);
  return run;
}

Run run_ours(const Inclusion& inclusion, const InitialValueProblem& problem, double tolerance,
             StepperKind stepper) {
  Solution solution =
      solve(inclusion, problem,
            {.rtol = tolerance, .atol = tolerance, .stepper = stepper, .keep_trajectory = false});
  return {std::move(solution.x), solution.statistics.rhs_evaluations};
}

void compare(const char* name, NativeFunction native, const VectorField& field,
             const InitialValueProblem& problem) {
  const FilippovMap recorded(field);
  const Native by_hand(field.dimension(), native);
  const State exact = run_ours(recorded, problem, 1e-13, StepperKind::taylor).x;
  DoubleReading reading(Program(*field.graph(), field.dimension(), field.nodes()));

  fmt::print("{}\n", name);
  for (const double tolerance : {1e-6, 1e-9}) {
    const auto print = [&](const char* label, const Run& run, double seconds, double ratio) {
      double error = 0;
      for (std::size_t i = 0; i < exact.size(); ++i) {
        error = std::max(error, std::abs(run.x[i] - exact[i]));
      }
      fmt::print("  {:.0e}  {:34} {:8.4f} ms {:7} rhs  error {:7.1e}  {:5.2f} x odeint\n",
                 tolerance, label, 1e3 * seconds, run.rhs_evaluations, error, ratio);
    };
    const auto against = [&](const char* label, const auto& rhs, const char* label_of_ours,
                             const Inclusion& inclusion, StepperKind stepper) {
      const auto plain = [&] { return run_odeint(rhs, problem, tolerance); };
      const auto ours = [&] { return run_ours(inclusion, problem, tolerance, stepper); };
      const PairOfTimes times = median_pair(plain, ours);
      if (label != nullptr) print(label, plain(), times.first, 1);
      print(label_of_ours, ours(), times.second, times.ratio);
    };
    against(
        "odeint, native function",
        [&](double t, const State& x, State& f) { native(t, x.data(), f.data()); },
        "filippov dopri5, native function", by_hand, StepperKind::dopri5);
    const auto read = [&](double t, const State& x, State& f) {
      reading.evaluate(t, x);
      for (std::size_t i = 0; i < x.size(); ++i) f[i] = reading.output(static_cast<int>(i));
    };
    against("odeint, recorded function", read, "filippov dopri5, recorded function", recorded,
            StepperKind::dopri5);
    against(nullptr, read, "filippov taylor, recorded function", recorded, StepperKind::taylor);
  }
  fmt::print("\n");
}

}  // namespace

int main() {
  compare("Van der Pol, mu = 2, t = 20", van_der_pol, recorded_van_der_pol(),
          {.t1 = 20, .x0 = {2, 0}});
  compare("Arenstorf, half a period", arenstorf, recorded_arenstorf(),
          {.t1 = 17.0652165601579625588917206249 / 2,
           .x0 = {0.994, 0, 0, -2.00158510637908252240537862224}});
}
