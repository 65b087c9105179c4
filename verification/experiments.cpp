// The experiments of Figures 1, 3 and 4: gradient descent with the paper's steps, and the gradient
// flow it follows.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numbers>
#include <numeric>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/network/initialization.hpp"
#include "filippov/solver/training_record.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/network_certificate.hpp"
#include "filippov/view/training_plot.hpp"

using namespace filippov;

namespace {

constexpr double pi = std::numbers::pi;
constexpr const char* data_directory = FILIPPOV_DATA;
constexpr double step = 5e-5;
constexpr long steps = 50000;
constexpr double end_time = step * steps;

// KKT angles of the constrained correlation function of the equally spaced data, square loss, with
// 18 digits: maxima at 0 and pi, minima between.
constexpr double upper_minimum = 1.64194734260374340;
constexpr double lower_minimum = 4.64123796457584307;

struct Run {
  TrainingResult result;
  TrainingRecord record;
};

Run descend(const TrainingField& field, const std::vector<double>& s0,
            const std::vector<double>& reference = {}) {
  Run run;
  run.result = gradient_descent(field, s0, step, steps,
                                record_into(run.record, field, {.reference = reference}));
  return run;
}

Run flow(const TrainingField& field, const std::vector<double>& s0, double t, double rtol = 1e-8) {
  Run run;
  run.result = gradient_flow(field, s0, t, record_into(run.record, field), {.rtol = rtol});
  return run;
}

double distance_on_circle(double a, double b) { return std::abs(std::remainder(a - b, 2 * pi)); }

double relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0;
  double size = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    difference = std::hypot(difference, a[k] - b[k]);
    size = std::hypot(size, b[k]);
  }
  return difference / size;
}

double loss_change(const TrainingRecord& record) {
  return std::abs(record.loss.back() / record.loss.front() - 1);
}

/// The stable KKT point in whose basin an angle is: 0 or pi.
double limit_of(double angle) {
  const double turned = angle - 2 * pi * std::floor(angle / (2 * pi));
  return turned > upper_minimum && turned < lower_minimum ? pi : 0;
}

/// Neurons whose angle never moves away from `limit` and ends within `tolerance` of it.
struct Convergence {
  int monotone = 0;
  int near = 0;
  double farthest = 0;
};

template <class Limit>
Convergence convergence(const TrainingRecord& record, std::size_t first, double tolerance,
                        const Limit& limit) {
  Convergence result;
  for (std::size_t k = first; k < record.angles.size(); ++k) {
    const std::vector<double>& angles = record.angles[k];
    const double goal = limit(angles.front());
    bool monotone = true;
    for (std::size_t i = 1; i < angles.size(); ++i) {
      monotone = monotone && distance_on_circle(angles[i], goal) <=
                                 distance_on_circle(angles[i - 1], goal) + 1e-12;
    }
    const double end = distance_on_circle(angles.back(), goal);
    result.monotone += monotone ? 1 : 0;
    result.near += end <= tolerance ? 1 : 0;
    result.farthest = std::max(result.farthest, end);
  }
  return result;
}

TrainingRecord over_iterations(TrainingRecord record) {
  for (double& t : record.t) t /= step;
  return record;
}

const char* train_command =
    "build/apps/filippov train --network squared-relu:20 --data "
    "verification/data/equally_spaced.csv --init verification/data/figure1_initialization.csv "
    "--delta 1e-5 ";

void figure_1(Claims& claims, const DataSet& data, const std::vector<double>& s0) {
  const Network network = parse_network("squared-relu:20");
  const TrainingField mean(network, data, {.mean = true}, 1e-5);
  const Run descent = descend(mean, s0);
  const TrainingRecord& record = descent.record;
  const std::string descent_command =
      std::string(train_command) + "--mean --gradient-descent 5e-5:50000";
  claims
      .add("Figure 1a: the loss after 50 000 steps of 5e-5, as a mean", "barely changes",
           fmt::format("relative change {:.1e}", loss_change(record)), loss_change(record) <= 1e-4)
      .command = descent_command;
  claims
      .add("Figure 1a: the norm of the weights", "remains small",
           fmt::format("from {:.2e} to {:.2e}", record.norm.front(), record.norm.back()),
           record.norm.back() <= 0.01)
      .command = descent_command;
  const Convergence angles = convergence(record, 0, 0.15, limit_of);
  claims
      .add("Figure 1b: the weight vectors converge in direction", "to their final location",
           fmt::format("{} of 20 come ever nearer to 0 or pi, {} within 0.15 at the end",
                       angles.monotone, angles.near),
           angles.monotone == 20 && angles.near >= 15)
      .command = descent_command;

  const TrainingField sum(network, data, {}, 1e-5);
  const Run as_defined = descend(sum, s0);
  claims
      .add("the same with the loss as eq. (2) defines it, a sum", "barely changes",
           fmt::format("falls from {:.4g} to {:.1e}: the figure shows a mean loss",
                       as_defined.record.loss.front(), as_defined.record.loss.back()),
           as_defined.record.loss.back() <= 1e-9)
      .command = std::string(train_command) + "--gradient-descent 5e-5:50000";
  const auto folded = std::count_if(record.angles.begin(), record.angles.end(),
                                    [](const auto& a) { return std::cos(a.back()) < 0; });
  claims.add("Figure 1b: the angle is arctan(u2/u1)", "from the positive x-axis",
             fmt::format("{} of 20 would be shown off by pi: it is atan2", folded), folded > 0);

  const Run exact = flow(mean, s0, end_time, 1e-12);
  const Run quick = flow(mean, s0, end_time);
  const double against_descent = relative_difference(descent.result.s, exact.result.s);
  claims
      .add("gradient descent follows the gradient flow", "step size 5e-5",
           fmt::format("relative difference {:.1e} at the end", against_descent),
           against_descent <= 1e-3)
      .command = std::string(train_command) + "--mean --until 2.5";
  const double error = relative_difference(quick.result.s, exact.result.s);
  claims
      .add("the flow at the default tolerance", "50 000 gradients by descent",
           fmt::format("relative error {:.1e} with {} gradients", error,
                       quick.result.statistics.rhs_evaluations),
           error <= 1e-6 && quick.result.statistics.rhs_evaluations <= 500)
      .command = std::string(train_command) + "--mean --until 2.5";
  plot_training(claims.figure("figure_1.svg",
                              "Figure 1: gradient descent near a small initialization (mean loss)"),
                mean, over_iterations(record),
                {.time_label = "iterations", .with_correlation = false});
}

void figure_3(Claims& claims, const DataSet& data, const std::vector<double>& s0) {
  const Network network = parse_network("squared-relu:20");
  const TrainingField field(network, data, {.mean = true}, 1e-5);
  const auto slope = [&](double angle) {
    constexpr double h = 1e-5;
    return (correlation(field, field.labels(), angle + h) -
            correlation(field, field.labels(), angle - h)) /
           (2 * h);
  };
  double steepest = 0;
  for (const double angle : {0.0, upper_minimum, pi, lower_minimum}) {
    steepest = std::max(steepest, std::abs(slope(angle)));
  }
  claims.add("Figure 3: KKT points of the constrained correlation function", "maxima and minima",
             fmt::format("0, 1.641947, pi, 4.641238: slope at most {:.1e}", steepest),
             steepest <= 1e-7);

  // From a much smaller start all have time to align while the loss stands still.
  const TrainingField tiny(network, data, {.mean = true}, 1e-30);
  const Run run = flow(tiny, s0, 20);
  const Convergence angles = convergence(run.record, 0, 1e-6, limit_of);
  claims
      .add("Corollary 5.4.1: the neurons converge in direction to KKT points",
           "as delta tends to 0",
           fmt::format("delta = 1e-30, t = 20: all within {:.1e}, loss changed by {:.1e}",
                       angles.farthest, loss_change(run.record)),
           angles.near == 20 && loss_change(run.record) <= 1e-6)
      .command =
      "build/apps/filippov train --network squared-relu:20 --data "
      "verification/data/equally_spaced.csv --init verification/data/figure1_initialization.csv "
      "--delta 1e-30 --mean --until 20";
  plot_training(claims.figure("figure_3.svg",
                              "Figure 3: directions over time (gradient flow, delta = 1e-5), and "
                              "the constrained neural correlation function above them"),
                field, flow(field, s0, end_time).record);
}

void figure_4(Claims& claims, const DataSet& data) {
  const Network network = parse_network("squared-relu:20");
  const TrainingField field(network, data, {.mean = true});
  // Ten neurons at (sqrt(1/2), 0), ten at the origin.
  std::vector<double> saddle(40, 0.0);
  for (std::size_t k = 0; k < 10; ++k) saddle[2 * k] = std::sqrt(0.5);
  std::vector<double> velocity(40);
  field.velocity(saddle, velocity);
  const double speed =
      std::sqrt(std::inner_product(velocity.begin(), velocity.end(), velocity.begin(), 0.0));
  claims.add("D.3: the ten neurons (sqrt(1/2), 0) and ten zeros are a saddle point", "gradient 0",
             fmt::format("norm {:.1e}", speed), speed <= 1e-15);

  std::vector<double> w0 = saddle;
  const std::vector<double> noise = random_neurons(4, network, data);
  for (std::size_t k = 0; k < w0.size(); ++k) w0[k] += 1e-5 * noise[k];
  const Run descent = descend(field, w0, saddle);
  const TrainingRecord& record = descent.record;
  claims.add("Figure 4a: the loss near the saddle", "barely changes",
             fmt::format("relative change {:.1e}", loss_change(record)),
             loss_change(record) <= 1e-4);
  claims.add("Figure 4a: the distance from the saddle", "remains close",
             fmt::format("from {:.2e} to {:.2e}", record.norm.front(), record.norm.back()),
             record.norm.back() <= 0.01);

  // The residual at the saddle is 4 max(0, -x1)^2: its correlation function vanishes for angles up
  // to pi/50, and has its maximum 37.5 at pi.
  const Eigen::VectorXd residuals = field.residuals(field.outputs(saddle));
  const double flat = std::max(std::abs(correlation(field, residuals, 0.99 * pi / 50)),
                               std::abs(correlation(field, residuals, -0.99 * pi / 50)));
  claims.add("Figure 4b: flat KKT points", "seems to have a set of them",
             fmt::format("N = {:.1e} on |theta| < pi/50, N(pi) = {:.6g} (as a sum)", 50 * flat,
                         50 * correlation(field, residuals, pi)),
             flat <= 1e-15 && std::abs(50 * correlation(field, residuals, pi) - 37.5) <= 1e-9);
  const auto at_pi = [](double) { return pi; };
  const Convergence angles = convergence(record, 10, 0.15, at_pi);
  claims.add("Figure 4b: the small neurons turn to a KKT point", "they converge in direction",
             fmt::format("{} of 10 come ever nearer to pi, {} within 0.15 at the end",
                         angles.monotone, angles.near),
             angles.monotone == 10);
  // From a much smaller distance there is time for all.
  std::vector<double> nearer = saddle;
  for (std::size_t k = 0; k < nearer.size(); ++k) nearer[k] += 1e-30 * noise[k];
  const Run long_run = flow(field, nearer, 35);
  int at_limit = 0;
  int on_flat_part = 0;
  double largest = 0;
  for (std::size_t k = 10; k < 20; ++k) {
    const double angle = long_run.record.angles[k].back();
    const double part = correlation(field, residuals, angle) / correlation(field, residuals, pi);
    if (distance_on_circle(angle, pi) <= 0.1) {
      ++at_limit;
    } else if (part <= 1e-3) {
      ++on_flat_part;
      largest = std::max(largest, part);
    }
  }
  claims.add(
      "the same from the distance 1e-30 up to t = 35", "to pi, or stay where N is flat",
      fmt::format("{} within 0.1 of pi, {} where N <= {:.1e} N(pi); loss changed by {:.1e}",
                  at_limit, on_flat_part, largest, loss_change(long_run.record)),
      at_limit + on_flat_part == 10 && at_limit >= 5 && loss_change(long_run.record) <= 1e-4);
  const double against_descent =
      relative_difference(descent.result.s, flow(field, w0, end_time).result.s);
  claims.add("gradient descent follows the gradient flow here too", "step size 5e-5",
             fmt::format("relative difference {:.1e} at the end", against_descent),
             against_descent <= 1e-6);
  plot_training(
      claims.figure("figure_4.svg",
                    "Figure 4: gradient descent near the saddle (mean loss); directions of the ten "
                    "neurons that start near zero, and the correlation function of the residual"),
      field, over_iterations(record),
      {.time_label = "iterations",
       .norm_label = "distance from the saddle",
       .residuals = residuals,
       .first_neuron = 10});
}

/// A network of the first neuron of Figure 1 alone, from its start to near the end of training.
void certify_training(Claims& claims, const DataSet& data, std::vector<Interval> neuron) {
  const CertifiedNetwork problem{parse_network("squared-relu"), data, data, {}, {.mean = true}};
  const TrainingCertificate file = certificate(problem, {{std::move(neuron)}, "1e-5", 12});
  write_file(claims.certificate("training.json",
                                "gradient flow of one neuron of Figure 1, delta "
                                "= 1e-5, from near the origin to the next saddle"),
             file.text);
  // It fits 5 max(0, x1)^2; what is left of the loss is 3/2.
  claims.add_proof("gradient flow (3) of one neuron of Figure 1, mean loss, up to t = 12",
                   "exists for almost every start",
                   fmt::format("one solution; loss in {}, norm in {}", to_string(file.loss),
                               to_string(file.norm)),
                   file.loss.width() < 1e-12 && file.loss.contains(1.5));
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "The experiments: Figures 1, 3 and 4");
  const DataSet data = read_csv(std::string(data_directory) + "/equally_spaced.csv");
  std::vector<double> s0;
  const std::vector<Interval> weights =
      read_neurons(std::string(data_directory) + "/figure1_initialization.csv",
                   parse_network("squared-relu"), data);
  for (const Interval& weight : weights) s0.push_back(weight.midpoint());
  figure_1(claims, data, s0);
  figure_3(claims, data, s0);
  figure_4(claims, data);
  certify_training(claims, data, {weights[0], weights[1]});
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "experiments: " << error.what() << '\n';
  return 2;
}
