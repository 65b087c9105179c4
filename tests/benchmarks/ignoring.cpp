#include "ignoring.hpp"

#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>

namespace filippov::benchmarks {

PeerRun solve_ignoring_surfaces(const RelaySystem& system, double tolerance, long limit) {
  using State = std::vector<double>;
  struct GaveUp {};
  PeerRun run;
  run.method = "odeint dopri5, surfaces ignored";
  run.x = system.x0;
  std::vector<double> control(static_cast<std::size_t>(system.relays));
  const auto rhs = [&](const State& x, State& f, double t) {
    if (++run.rhs_evaluations > limit) throw GaveUp{};
    for (int j = 0; j < system.relays; ++j) {
      const double h = system.surface(j, t, x.data());
      control[static_cast<std::size_t>(j)] = h > 0 ? 1 : h < 0 ? -1 : 0;
    }
    system.rhs(t, x.data(), control.data(), f.data());
  };
  try {
    boost::numeric::odeint::integrate_adaptive(
        boost::numeric::odeint::make_controlled<boost::numeric::odeint::runge_kutta_dopri5<State>>(
            tolerance, tolerance),
        rhs, run.x, 0.0, system.end, 1e-3);
    run.finished = true;
  } catch (const GaveUp&) {
  }
  return run;
}

}  // namespace filippov::benchmarks
