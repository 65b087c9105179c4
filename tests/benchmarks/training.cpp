// Training: a right-hand side against its two matrix products, Figure 1's gradient flow against its
// gradient descent, and alignment of 1000 neurons against Odeint's Runge-Kutta of order 5.

#include <fmt/format.h>

#include <algorithm>
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <ctime>
#include <numbers>
#include <vector>

#include "filippov/network/initialization.hpp"
#include "filippov/solver/train.hpp"

using namespace filippov;

namespace {

using Vector = std::vector<double>;

/// Processor time of a call, which other programs on the machine disturb less than its duration.
template <class Callable>
double seconds(const Callable& call) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  call();
  return now() - start;
}

void ignore(double, std::span<const double>) {}

/// n standard normal examples in R^d with labels in {-1, 1}, the sign of a random linear function.
DataSet random_examples(int n, int d) {
  const DataSet row(d, std::vector<Interval>(static_cast<std::size_t>(d), 1), {1});
  Network source;
  source.neurons = n + 1;
  const Vector numbers = random_neurons(11, source, row);
  const auto width = static_cast<std::size_t>(d);
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(n); ++i) {
    double side = 0;
    for (std::size_t k = 0; k < width; ++k) {
      inputs.emplace_back(numbers[i * width + k]);
      side += numbers[i * width + k] * numbers[k];
    }
    labels.emplace_back(side > 0 ? 1 : -1);
  }
  return DataSet(d, std::move(inputs), std::move(labels));
}

/// Largest relative difference of a neuron's weights.
double difference(const TrainingField& field, const Vector& a, const Vector& b) {
  const Eigen::Map<const Eigen::MatrixXd> x(a.data(), field.neuron_size(), field.neurons());
  const Eigen::Map<const Eigen::MatrixXd> y(b.data(), field.neuron_size(), field.neurons());
  return ((x - y).colwise().norm().array() / y.colwise().norm().array()).maxCoeff();
}

void right_hand_side(int n, int neurons, int d) {
  fmt::print("one right-hand side, n = {}, H = {}, d = {}; fastest of the runs\n", n, neurons, d);
  const DataSet data = random_examples(n, d);
  for (const char* name : {"squared-relu", "relu"}) {
    const TrainingField field(parse_network(fmt::format("{}:{}", name, neurons)), data, {}, 1e-3);
    const Vector s = random_neurons(1, field.network(), data);
    Vector f(s.size());
    const Eigen::MatrixXd u = Eigen::MatrixXd::Random(d, neurons);
    Eigen::MatrixXd z(n, neurons);
    Eigen::MatrixXd gradient(d, neurons);
    double products = HUGE_VAL;
    double whole = HUGE_VAL;
    const int runs = n * neurons < 10000 ? 20000 : 40;
    for (int i = 0; i < runs; ++i) {
      products = std::min(products, seconds([&] {
                            z.noalias() = field.inputs().transpose() * u;
                            gradient.noalias() = field.inputs() * z;
                          }));
      whole = std::min(whole, seconds([&] { field.velocity(s, f); }));
    }
    fmt::print("  {:<13} {:9.4f} ms, its two products alone {:9.4f} ms: {:.2f} times\n", name,
               1e3 * whole, 1e3 * products, whole / products);
  }
}

void figure_1() {
  fmt::print("\nFigure 1: 20 neurons, 50 examples, mean loss, delta = 1e-5, up to t = 2.5\n");
  const DataSet data = read_csv(FILIPPOV_DATA "/equally_spaced.csv");
  const TrainingField field(parse_network("squared-relu:20"), data, {.mean = true}, 1e-5);
  Vector s0;
  for (int k = 0; k < 20; ++k) {
    s0.push_back(std::cos(0.1 + 0.1 * std::numbers::pi * k));
    s0.push_back(std::sin(0.1 + 0.1 * std::numbers::pi * k));
  }
  const Vector exact = gradient_flow(field, s0, 2.5, ignore, {.rtol = 1e-13, .samples = 1}).s;
  const TrainingOptions options{.rtol = 2e-8, .samples = 1};
  TrainingResult flow;
  TrainingResult descent;
  double flow_time = HUGE_VAL;
  double descent_time = HUGE_VAL;
  for (int i = 0; i < 5; ++i) {
    descent_time = std::min(descent_time, seconds([&] {
                              descent =
                                  gradient_descent(field, s0, 5e-5, 50000, ignore, {.samples = 1});
                            }));
    for (int j = 0; j < 20; ++j) {
      flow_time = std::min(flow_time,
                           seconds([&] { flow = gradient_flow(field, s0, 2.5, ignore, options); }));
    }
  }
  fmt::print("  gradient descent  {:9.3f} ms, 50000 gradients, {:.1e} from the flow\n",
             1e3 * descent_time, difference(field, descent.s, exact));
  fmt::print("  gradient flow     {:9.3f} ms, {} gradients, error {:.1e}: {:.0f} times faster\n",
             1e3 * flow_time, flow.statistics.rhs_evaluations, difference(field, flow.s, exact),
             descent_time / flow_time);
}

long aligned(const TrainingField& field, const Vector& s) {
  const Alignment now = alignment(field, s);
  return std::count_if(now.cosine.begin(), now.cosine.end(),
                       [](double cosine) { return std::abs(cosine) >= 0.99; });
}

void alignment_of(int neurons) {
  constexpr int n = 1000;
  constexpr int d = 20;
  constexpr double delta = 1e-10;
  fmt::print("\n{} neurons, {} examples in R^{}, mean loss, delta = {}, until 99 % are aligned\n",
             neurons, n, d, delta);
  const DataSet data = random_examples(n, d);
  const TrainingField field(parse_network(fmt::format("squared-relu:{}", neurons)), data,
                            {.mean = true}, delta);
  const Vector s0 = random_neurons(1, field.network(), data);
  double end = 0;
  do {
    end += 0.25;
  } while (aligned(field, correlation_flow(field, s0, end, 1e-5).s) < 0.99 * neurons && end < 50);
  const Vector exact = correlation_flow(field, s0, end, 1e-11).s;

  long evaluations = 0;
  Vector s = s0;
  const double peer = seconds([&] {
    namespace odeint = boost::numeric::odeint;
    odeint::integrate_adaptive(
        odeint::make_controlled(1e-8, 1e-8, odeint::runge_kutta_dopri5<Vector>()),
        [&](const Vector& x, Vector& f, double) {
          ++evaluations;
          field.velocity(x, f);
        },
        s, 0.0, end, 0.01);
  });
  fmt::print("  t = {}: {} neurons aligned\n", end, aligned(field, exact));
  fmt::print("  Odeint, dopri5 at 1e-8   {:8.2f} s, {} right-hand sides, error {:.1e}\n", peer,
             evaluations, difference(field, s, exact));
  for (const double rtol : {1e-6, 1e-8}) {
    TrainingResult result;
    const double time = seconds([&] { result = correlation_flow(field, s0, end, rtol); });
    fmt::print(
        "  neuron by neuron at {:.0e} {:7.2f} s, {:.0f} steps a neuron, error {:.1e}: {:.2f} of "
        "the "
        "time\n",
        rtol, time, static_cast<double>(result.statistics.steps) / neurons,
        difference(field, result.s, exact), time / peer);
  }
}

}  // namespace

int main() {
  right_hand_side(1000, 1000, 20);
  right_hand_side(50, 20, 2);
  figure_1();
  alignment_of(1000);
}
