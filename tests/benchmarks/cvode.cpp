#include "cvode.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include <cmath>
#include <memory>

namespace filippov::benchmarks {
namespace {

/// Mode of the system: control +-1, or sliding.
struct Mode {
  const RelaySystem* system;
  std::vector<double> side;
  std::vector<char> sliding;
  std::vector<double> control;  // scratch
  long rhs_evaluations = 0;
  long jacobian_evaluations = 0;

  explicit Mode(const RelaySystem& s)
      : system(&s),
        side(static_cast<std::size_t>(s.relays), 1),
        sliding(static_cast<std::size_t>(s.relays), 0),
        control(static_cast<std::size_t>(s.relays)) {}

  /// What relay j does when its surface is reached at (t, x) from `side`.
  void arrive(int j, double t, double* x) {
    const auto i = static_cast<std::size_t>(j);
    if (std::abs(system->equivalent_control(j, t, x)) < 1) {
      sliding[i] = 1;
      system->project(j, t, x);
    } else {
      side[i] = -side[i];
    }
  }

  /// What is left of h by rounding may have the wrong sign, which would be a crossing.
  void leave(int j, double t, double* x) {
    const auto i = static_cast<std::size_t>(j);
    sliding[i] = 0;
    system->project(j, t, x);
    side[i] = system->equivalent_control(j, t, x) > 0 ? 1 : -1;
  }

  void start(double t, double* x) {
    for (int j = 0; j < system->relays; ++j) {
      const auto i = static_cast<std::size_t>(j);
      const double h = system->surface(j, t, x);
      side[i] = h > 0 ? 1 : -1;
      if (h == 0) {
        if (std::abs(system->equivalent_control(j, t, x)) < 1) {
          sliding[i] = 1;
        } else {
          leave(j, t, x);
        }
      }
    }
  }
};

int rhs(realtype t, N_Vector x, N_Vector f, void* data) {
  auto& mode = *static_cast<Mode*>(data);
  ++mode.rhs_evaluations;
  const double* state = N_VGetArrayPointer(x);
  for (std::size_t j = 0; j < mode.side.size(); ++j) {
    mode.control[j] = mode.sliding[j]
                          ? mode.system->equivalent_control(static_cast<int>(j), t, state)
                          : mode.side[j];
  }
  mode.system->rhs(t, state, mode.control.data(), N_VGetArrayPointer(f));
  return 0;
}

int roots(realtype t, N_Vector x, realtype* g, void* data) {
  const auto& mode = *static_cast<Mode*>(data);
  const double* state = N_VGetArrayPointer(x);
  for (std::size_t j = 0; j < mode.side.size(); ++j) {
    if (mode.sliding[j]) {
      const double u = mode.system->equivalent_control(static_cast<int>(j), t, state);
      g[j] = 1 - u * u;
    } else {
      g[j] = mode.system->surface(static_cast<int>(j), t, state);
    }
  }
  return 0;
}

int jacobian(realtype t, N_Vector x, N_Vector, SUNMatrix j, void* data, N_Vector, N_Vector,
             N_Vector) {
  auto& mode = *static_cast<Mode*>(data);
  ++mode.jacobian_evaluations;
  mode.system->jacobian(mode.sliding[0] != 0, t, N_VGetArrayPointer(x), SUNDenseMatrix_Data(j));
  return 0;
}

/// Owns what SUNDIALS allocates.
template <class T, auto free>
struct Deleter {
  void operator()(T* p) const { free(p); }
};
void free_cvode(void* memory) { CVodeFree(&memory); }

}  // namespace

std::vector<PeerRun> solve_with_cvode(const RelaySystem& system, CvodeMethod method,
                                      double tolerance, double max_step) {
  SUNContext raw_context = nullptr;
  SUNContext_Create(nullptr, &raw_context);
  const auto free_context = [](SUNContext c) { SUNContext_Free(&c); };
  const std::unique_ptr<std::remove_pointer_t<SUNContext>, decltype(free_context)> context(
      raw_context, free_context);

  Mode mode(system);
  const auto n = static_cast<sunindextype>(system.x0.size());
  const std::unique_ptr<_generic_N_Vector, Deleter<_generic_N_Vector, N_VDestroy>> state(
      N_VNew_Serial(n, context.get()));
  double* x = N_VGetArrayPointer(state.get());
  std::copy(system.x0.begin(), system.x0.end(), x);
  double t = 0;
  mode.start(t, x);

  const bool adams = method == CvodeMethod::adams;
  const std::unique_ptr<void, Deleter<void, free_cvode>> cvode(
      CVodeCreate(adams ? CV_ADAMS : CV_BDF, context.get()));
  CVodeInit(cvode.get(), rhs, t, state.get());
  CVodeSStolerances(cvode.get(), tolerance, tolerance);
  CVodeSetUserData(cvode.get(), &mode);
  CVodeRootInit(cvode.get(), system.relays, roots);
  CVodeSetMaxNumSteps(cvode.get(), 1000000);
  CVodeSetNoInactiveRootWarn(cvode.get());
  if (max_step > 0) CVodeSetMaxStep(cvode.get(), max_step);

  std::unique_ptr<_generic_SUNNonlinearSolver,
                  Deleter<_generic_SUNNonlinearSolver, SUNNonlinSolFree>>
      iteration;
  std::unique_ptr<_generic_SUNMatrix, Deleter<_generic_SUNMatrix, SUNMatDestroy>> matrix;
  std::unique_ptr<_generic_SUNLinearSolver, Deleter<_generic_SUNLinearSolver, SUNLinSolFree>>
      linear_solver;
  if (adams) {
    iteration.reset(SUNNonlinSol_FixedPoint(state.get(), 0, context.get()));
    CVodeSetNonlinearSolver(cvode.get(), iteration.get());
  } else {
    matrix.reset(SUNDenseMatrix(n, n, context.get()));
    linear_solver.reset(SUNLinSol_Dense(state.get(), matrix.get(), context.get()));
    CVodeSetLinearSolver(cvode.get(), linear_solver.get(), matrix.get());
    if (system.jacobian != nullptr) CVodeSetJacFn(cvode.get(), jacobian);
  }

  PeerRun run;
  run.method = adams ? "CVODE Adams" : "CVODE BDF";
  for (;;) {
    CVodeSetStopTime(cvode.get(), system.end);
    const int flag = CVode(cvode.get(), system.end, state.get(), &t, CV_NORMAL);
    if (flag != CV_ROOT_RETURN) {
      run.finished = flag == CV_TSTOP_RETURN || flag == CV_SUCCESS;
      break;
    }
    std::vector<int> found(static_cast<std::size_t>(system.relays));
    CVodeGetRootInfo(cvode.get(), found.data());
    for (int j = 0; j < system.relays; ++j) {
      if (found[static_cast<std::size_t>(j)] == 0) continue;
      ++run.events;
      if (mode.sliding[static_cast<std::size_t>(j)]) {
        mode.leave(j, t, x);
      } else {
        mode.arrive(j, t, x);
      }
    }
    CVodeReInit(cvode.get(), t, state.get());
    if (run.events > 10000) break;
  }
  run.rhs_evaluations = mode.rhs_evaluations;
  run.jacobian_evaluations = mode.jacobian_evaluations;
  run.x.assign(x, x + n);
  return {run};
}

}  // namespace filippov::benchmarks
