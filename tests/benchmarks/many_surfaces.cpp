// Relays and total variation flows with up to ten and twenty thousand surfaces: time and memory.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>

#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"
#include "scale.hpp"

using namespace filippov;
using namespace filippov::problems;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

const SolverOptions options{.rtol = 1e-9, .atol = 1e-11, .keep_trajectory = false};

/// Solves and prints; `error` is the distance of the solution from the exact one.
template <class Error>
void report(const std::string& name, const Inclusion& inclusion, const InitialValueProblem& problem,
            double recording, const Error& error) {
  const auto start = Clock::now();
  const Solution solution = solve(inclusion, problem, options);
  const double solving = seconds_since(start);
  fmt::print("{}: {}; recorded in {:.3f} s, solved in {:.3f} s, {} events, {} rhs, error {:.1e}\n",
             name, filippov::name(solution.status), recording, solving, solution.events.size(),
             solution.statistics.rhs_evaluations, error(solution));
}

void relays(int count) {
  const auto start = Clock::now();
  const FilippovMap map(many_relays(count));
  const double recording = seconds_since(start);
  report(fmt::format("relays_{}", count), map, {.t1 = 8, .x0 = many_relays_start(count)}, recording,
         [&](const Solution& s) { return std::abs(s.x.back() - many_relays_sum(count, 8)); });
}

/// The error is that of the optimality conditions and, of 20 001 values, of two with known ends.
void total_variation_flow(int count) {
  const auto start = Clock::now();
  const FilippovMap map = descent(total_variation(count));
  const double recording = seconds_since(start);
  const std::vector<double> x0 = wavy_start(count);
  report(fmt::format("flow_tv_{}", count), map, {.t1 = 1, .x0 = x0}, recording,
         [&](const Solution& s) {
           const double defect = total_variation_defect(x0, s.x, 1, 1e-9);
           if (count != 20001) return defect;
           return std::max({defect, std::abs(s.x[0] - 0.14093174945407691647),
                            std::abs(s.x[10000] + 0.51097267066244304659)});
         });
}

/// Runs in a process of its own, whose peak memory is then its own. False: it did not end well.
bool in_own_process(const std::function<void()>& task) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    task();
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (status != 0) fmt::print("ended with status {}\n", status);
  fmt::print("  peak memory {:.0f} MB\n", static_cast<double>(usage.ru_maxrss) / 1024);
  return status == 0;
}

}  // namespace

int main() {
  bool good = true;
  for (const int count : {100, 1000, 10000}) good &= in_own_process([=] { relays(count); });
  for (const int count : {101, 2001, 20001}) {
    good &= in_own_process([=] { total_variation_flow(count); });
  }
  return good ? 0 : 1;
}
