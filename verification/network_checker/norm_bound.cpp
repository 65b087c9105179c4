#include "norm_bound.hpp"

#include <cmath>

namespace network_checker {

namespace {

constexpr std::size_t most_vertices = 4000000;

std::vector<double> axis(int d, int k, double sign) {
  std::vector<double> e(d, 0.0);
  e[k] = sign;
  return e;
}

double inner(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

}  // namespace

bool solve(std::vector<std::vector<double>> a, std::vector<std::vector<double>>& b) {
  const std::size_t n = a.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::fabs(a[i][k]) > std::fabs(a[pivot][k])) pivot = i;
    }
    if (!(std::fabs(a[pivot][k]) > 0)) return false;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      for (std::size_t j = 0; j < b[i].size(); ++j) b[i][j] -= factor * b[k][j];
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (double& entry : b[k]) entry /= a[k][k];
  }
  return true;
}

NormBound::NormBound(const Problem& problem) : problem_(problem) {
  for (const Box& row : problem.x) {
    std::vector<double>& near = rows_.emplace_back();
    std::vector<double>& error = errors_.emplace_back();
    for (const Range& entry : row) {
      near.push_back(entry.middle());
      error.push_back(magnitude(entry - Range(near.back())).upper());
    }
  }
}

Range NormBound::value(const std::vector<double>& point) const {
  Range sum = 0;
  const Box u(point.begin(), point.end());
  for (const Box& row : problem_.x) {
    const Range power = squared(activation(scalar_product(row, u), problem_.leak));
    sum += problem_.two_layer ? power : squared(power);
  }
  return problem_.two_layer ? root(sum) : root(root(sum));
}

/// t_i near x_i.u, |t_i - x_i.u| <= e_i, gives g(u) <= |sigma(t)| + |e|, as sigma grows no faster
/// than its argument. In units of 2^-53, a sum of d products has an error of at most d times (1 +
/// a little) the sum of their sizes; sigma(t), its powers, n sums and two roots have one of less
/// than n + 12. What underflows is far less than `least`.
double NormBound::value_above(const std::vector<double>& point) const {
  constexpr double unit = 0x1p-53;
  constexpr double least = 1e-70;
  const double products = (problem_.d + 4) * unit;
  const double leak = problem_.leak.middle();
  const auto power = [&](double t) { return problem_.two_layer ? t * t : t * t * (t * t); };
  double sum = 0;
  double errors = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    double t = 0;
    double size = 0;
    double unknown = 0;
    for (std::size_t k = 0; k < point.size(); ++k) {
      t += rows_[i][k] * point[k];
      size += std::fabs(rows_[i][k] * point[k]);
      unknown += errors_[i][k] * std::fabs(point[k]);
    }
    sum += power(std::max(t, leak * t));
    errors += power(products * size + unknown + least);
  }
  const auto norm = [&](double powers) {
    return problem_.two_layer ? std::sqrt(powers) : std::sqrt(std::sqrt(powers));
  };
  const double rounding = 2 * (problem_.n + problem_.d + 20) * unit;
  return (norm(sum) + norm(errors)) * (1 + rounding);
}

int NormBound::add(const std::vector<double>& point) {
  points_.push_back(point);
  // Two vertices alone are no work.
  values_.push_back(problem_.d == 1 ? value(point).upper() : value_above(point));
  lengths_.push_back(std::sqrt(inner(point, point)));
  if (points_.size() > most_vertices) throw Refusal("beta: too many cones are needed");
  return static_cast<int>(points_.size()) - 1;
}

int NormBound::middle(int a, int b) {
  const auto [place, inserted] = middles_.try_emplace(std::minmax(a, b), -1);
  if (!inserted) return place->second;
  std::vector<double> point = points_[a];
  for (std::size_t k = 0; k < point.size(); ++k) {
    const double sum = point[k] + points_[b][k];
    if (sum - point[k] != points_[b][k] || sum - points_[b][k] != point[k]) {
      throw Refusal("beta: a cone would have to be split further than doubles allow");
    }
    point[k] = 0.5 * sum;
  }
  return place->second = add(point);
}

/// Whether a vector c with c.v_i >= g(v_i) is found that is short enough; else the widest edge.
bool NormBound::bounded(const Vertices& cone, const Range& square_bound, int& from, int& to) const {
  const int d = problem_.d;
  std::vector<std::vector<double>> matrix;
  std::vector<std::vector<double>> c;
  std::vector<double> centre(d, 0.0);
  double largest = 0;
  for (const int v : cone) {
    matrix.push_back(points_[v]);
    c.push_back({values_[v]});
    largest = std::max(largest, values_[v] / lengths_[v]);
    for (int k = 0; k < d; ++k) centre[k] += points_[v][k] / lengths_[v];
  }
  if (solve(std::move(matrix), c)) {
    // A little longer, as c is rounded.
    constexpr double slack = 1e-13;
    const double shift = slack * largest / std::sqrt(inner(centre, centre));
    Box exact;
    for (int k = 0; k < d; ++k) exact.emplace_back(c[k][0] * (1 + slack) + shift * centre[k]);
    bool above = scalar_product(exact, exact).inside(square_bound);
    for (const int v : cone) {
      if (!above) break;
      const Box point(points_[v].begin(), points_[v].end());
      above = (scalar_product(exact, point) - Range(values_[v])).nonnegative();
    }
    if (above) return true;
  }
  double smallest = 2;
  for (std::size_t i = 0; i < cone.size(); ++i) {
    for (std::size_t j = i + 1; j < cone.size(); ++j) {
      const double cosine =
          inner(points_[cone[i]], points_[cone[j]]) / (lengths_[cone[i]] * lengths_[cone[j]]);
      if (cosine >= smallest) continue;
      smallest = cosine;
      from = static_cast<int>(i);
      to = static_cast<int>(j);
    }
  }
  return false;
}

void NormBound::by_cones(const Range& beta) {
  const int d = problem_.d;
  if (d > 12) throw Refusal("beta: cones are too many with more than 12 features");
  const Range bound = problem_.two_layer ? Range(2) * beta : root(beta);
  const Range square_bound(0, squared(bound).lower());
  std::vector<Vertices> open;
  Vertices ends;
  for (int k = 0; k < d; ++k) {
    ends.push_back(add(axis(d, k, 1)));
    ends.push_back(add(axis(d, k, -1)));
  }
  for (int orthant = 0; orthant < 1 << d; ++orthant) {
    Vertices cone;
    for (int k = 0; k < d; ++k) cone.push_back(ends[2 * k + (orthant >> k & 1)]);
    open.push_back(cone);
  }
  while (!open.empty()) {
    const Vertices cone = open.back();
    open.pop_back();
    int from = 0;
    int to = 0;
    if (bounded(cone, square_bound, from, to)) continue;
    if (d == 1) throw Refusal("beta is not proved to be at most " + shown(beta));
    const int vertex = middle(cone[from], cone[to]);
    // A vertex where g is larger than the bound shows that it is none.
    const Box point(points_[vertex].begin(), points_[vertex].end());
    if (values_[vertex] > bound.lower() * lengths_[vertex] * (1 - 1e-14) &&
        (squared(value(points_[vertex])) - squared(bound) * scalar_product(point, point))
            .positive()) {
      throw Refusal("beta is greater than " + shown(beta));
    }
    for (const int place : {from, to}) {
      open.push_back(cone);
      open.back()[place] = vertex;
    }
  }
}

void NormBound::by_eigenvalue(const Range& beta) {
  // Of a symmetric matrix A with entries >= 0 the largest eigenvalue is at most max_i (A p)_i / p_i
  // for every p > 0; of X^T X it is less than s if s - X^T X has positive pivots.
  if (problem_.two_layer) {
    const Range s = squared(Range(2) * beta);
    std::vector<Box> a(problem_.d, Box(problem_.d));
    for (int k = 0; k < problem_.d; ++k) {
      for (int l = 0; l < problem_.d; ++l) {
        Range sum = 0;
        for (const Box& row : problem_.x) sum.add_product(row[k], row[l]);
        a[k][l] = k == l ? s - sum : -sum;
      }
    }
    for (int k = 0; k < problem_.d; ++k) {
      if (!a[k][k].positive()) throw Refusal("beta is not proved to be at most " + shown(beta));
      for (int i = k + 1; i < problem_.d; ++i) {
        const Range factor = a[i][k] / a[k][k];
        for (int j = k + 1; j < problem_.d; ++j) a[i][j] -= factor * a[k][j];
      }
    }
    return;
  }
  std::vector<Box> kernel(problem_.n, Box(problem_.n));
  for (int i = 0; i < problem_.n; ++i) {
    for (int j = 0; j <= i; ++j) {
      kernel[i][j] = kernel[j][i] = squared(scalar_product(problem_.x[i], problem_.x[j]));
    }
  }
  std::vector<double> p(problem_.n, 1.0);
  for (int step = 0; step < 300; ++step) {
    std::vector<double> next(problem_.n, 0.0);
    double greatest = 0;
    for (int i = 0; i < problem_.n; ++i) {
      for (int j = 0; j < problem_.n; ++j) next[i] += kernel[i][j].middle() * p[j];
      greatest = std::max(greatest, next[i]);
    }
    if (!(greatest > 0)) break;
    for (int i = 0; i < problem_.n; ++i) p[i] = std::max(next[i] / greatest, 1e-12);
  }
  const Range s = squared(beta);
  for (int i = 0; i < problem_.n; ++i) {
    Range image = 0;
    for (int j = 0; j < problem_.n; ++j) image.add_product(kernel[i][j], p[j]);
    if (!(s * Range(p[i]) - image).nonnegative()) {
      throw Refusal("beta is not proved to be at most " + shown(beta));
    }
  }
}

}  // namespace network_checker
