#include "input_origin.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <memory>
#include <optional>
#include <random>

#include "activation_cell.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"
#include "linear_enclosure.hpp"

namespace filippov::detail {

namespace {

/// F times the sign of v.
Function drive_along(const NeuronModel& model, int sign) {
  return {model.data().dimension(), [&](const std::vector<Expression>& u) {
            const std::shared_ptr<Graph>& graph = u.front().graph();
            const auto number = [&](Interval x) { return Expression(graph, graph->constant(x)); };
            Expression sum = 0;
            for (int i = 0; i < model.data().size(); ++i) {
              Expression t = 0;
              for (std::size_t k = 0; k < u.size(); ++k) {
                t += number(model.data().input(i)[k]) * u[k];
              }
              sum += number(sign * model.coefficients()[static_cast<std::size_t>(i)]) *
                     leaky_relu(number(model.network().leak), t);
            }
            return sum;
          }};
}

/// Rows with different hyperplanes, one for each.
std::vector<int> distinct_planes(const DataSet& data) {
  std::vector<int> rows;
  for (int i = 0; i < data.size(); ++i) {
    const std::vector<int> same = rows_parallel_to(data, i);
    const bool zero = identical(squared_norm(data.input(i)), 0);
    const auto known = [&](int j) { return std::ranges::find(same, j) != same.end(); };
    if (!zero && std::ranges::none_of(rows, known)) rows.push_back(i);
  }
  return rows;
}

/// A vector orthogonal to d - 1 rows, with 1 for one of its entries.
std::optional<Box> ray_on(const DataSet& data, const std::vector<int>& rows) {
  const std::size_t d = rows.size() + 1;
  for (std::size_t fixed = 0; fixed < d; ++fixed) {
    Box a;
    Box b;
    for (const int i : rows) {
      for (std::size_t k = 0; k < d; ++k) {
        if (k != fixed) a.push_back(data.input(i)[k]);
      }
      b.push_back(-data.input(i)[fixed]);
    }
    std::optional<Box> e = rows.empty() ? Box() : solve_linear(a, b);
    if (!e) continue;
    e->insert(e->begin() + static_cast<std::ptrdiff_t>(fixed), 1);
    return e;
  }
  return std::nullopt;
}

/// The rays on the hyperplanes of the rows, d - 1 at a time.
class Rays {
 public:
  Rays(const NeuronModel& model, int sign) : model_(model), sign_(sign) {}

  /// s F <= 0 on all of them, and some row is not orthogonal to all.
  bool lead_nowhere() {
    const std::vector<int> planes = distinct_planes(model_.data());
    return visit(planes, 0) && spanning_;
  }

 private:
  bool visit(const std::vector<int>& planes, std::size_t next) {
    const auto missing = static_cast<std::size_t>(model_.data().dimension()) - 1 - on_.size();
    if (missing == 0) return no_way_leads_out();
    for (std::size_t k = next; k + missing <= planes.size(); ++k) {
      on_.push_back(planes[k]);
      if (!visit(planes, k + 1)) return false;
      on_.pop_back();
    }
    return true;
  }

  /// Along the ray orthogonal to the rows `on_`, and against it.
  bool no_way_leads_out() {
    constexpr int most_rays = 20000;
    const std::optional<Box> ray = ray_on(model_.data(), on_);
    if (!ray || ++count_ > most_rays) return false;
    Interval along = 0;
    Interval against = 0;
    for (int i = 0; i < model_.data().size(); ++i) {
      const std::vector<int> same = rows_parallel_to(model_.data(), i);
      const bool orthogonal =
          std::ranges::any_of(on_, [&](int j) { return std::ranges::find(same, j) != same.end(); });
      if (orthogonal) continue;
      const Interval t = dot(model_.data().input(i), *ray);
      spanning_ = spanning_ || certainly_nonzero(t);
      const Interval z = sign_ * model_.coefficients()[static_cast<std::size_t>(i)];
      const Interval leak = model_.network().leak;
      along += z * (max(t, Interval(0)) - leak * max(-t, Interval(0)));
      against += z * (max(-t, Interval(0)) - leak * max(t, Interval(0)));
    }
    return certainly_less_equal(along, 0) && certainly_less_equal(against, 0);
  }

  const NeuronModel& model_;
  int sign_;
  std::vector<int> on_;
  int count_ = 0;
  bool spanning_ = false;
};

}  // namespace

bool leads_nowhere(const NeuronModel& model, int sign) { return Rays(model, sign).lead_nowhere(); }

BoxMaximum largest_drive(const NeuronModel& model, int sign) {
  constexpr long most_boxes = 20000;
  return maximize_on_sphere(drive_along(model, sign),
                            {.relative_gap = 0.5, .argument_width = 1, .max_boxes = most_boxes});
}

std::vector<std::vector<double>> directions_around(const NeuronModel& model) {
  const DataSet& data = model.data();
  const auto d = static_cast<Eigen::Index>(data.dimension());
  constexpr Eigen::Index samples = 2000;
  Eigen::MatrixXd directions(d, samples);
  Eigen::MatrixXd gradients = Eigen::MatrixXd::Zero(d, samples);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (Eigen::Index s = 0; s < samples; ++s) {
    for (Eigen::Index k = 0; k < d; ++k) directions(k, s) = uniform(random);
    for (int i = 0; i < data.size(); ++i) {
      const Eigen::Map<const Eigen::VectorXd> x(data.approximate_input(i).data(), d);
      const double slope = x.dot(directions.col(s)) > 0 ? 1 : model.network().leak.midpoint();
      gradients.col(s) += slope * model.coefficients()[static_cast<std::size_t>(i)].midpoint() * x;
    }
  }
  // Points that are nearly opposite to each other may be a mean of 0 by themselves.
  for (Eigen::Index count = samples; count > d; count /= 2) {
    const MinimumNormPoint nearest = minimum_norm_point(gradients.leftCols(count));
    const auto found = static_cast<Eigen::Index>(nearest.columns.size());
    if (found != d + 1 && !(found == 1 && nearest.point.isZero(0))) continue;
    std::vector<std::vector<double>> around;
    for (const Eigen::Index s : nearest.columns) {
      const Eigen::VectorXd u = directions.col(s);
      around.emplace_back(u.begin(), u.end());
    }
    return around;
  }
  return {};
}

bool has_mean_zero(const NeuronModel& model, const std::vector<std::vector<double>>& directions) {
  const std::size_t count = directions.size();
  if (count == 1) {
    const ActivationCell cell = cell_of(model, point_box(directions.front()), {});
    return cell.problem.empty() &&
           std::ranges::all_of(cell.drive, [](Interval x) { return identical(x, 0); });
  }
  if (count != static_cast<std::size_t>(model.data().dimension()) + 1) return false;
  Box rows(count * count, Interval(1));  // the weights add up to 1
  for (std::size_t k = 0; k < count; ++k) {
    const ActivationCell cell = cell_of(model, point_box(directions[k]), {});
    if (!cell.problem.empty()) return false;
    for (std::size_t l = 0; l + 1 < count; ++l) rows[l * count + k] = cell.drive[l];
  }
  Box right(count);
  right.back() = 1;
  const std::optional<Box> weights = solve_linear(rows, right);
  return weights &&
         std::ranges::all_of(*weights, [](Interval x) { return certainly_less_equal(0, x); });
}

bool slides_to_origin(const NeuronModel& model, const Box& w, const std::vector<int>& on) {
  const std::span<const Interval> u = std::span(w).subspan(1);
  const ActivationCell cell = cell_of(model, {u.begin(), u.end()}, on);
  const int sign = certainly_positive(w[0]) ? 1 : -1;
  return cell.problem.empty() && certainly_negative(sign * dot(cell.drive, u)) &&
         static_cast<int>(cell.kinks.size()) == model.data().dimension() - 1 && is_sliding(cell) &&
         holds_all_kinks(cell, sign);
}

}  // namespace filippov::detail
