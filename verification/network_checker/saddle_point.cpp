#include "saddle_point.hpp"

#include "krawczyk.hpp"

namespace network_checker {

namespace {

/// sigma(t)^2 = slope t^2
Range slope(const Problem& problem, const Range& t) {
  const int side = t.sign();
  const Range leaking = squared(problem.leak);
  return side > 0 ? Range(1) : side < 0 ? leaking : hull(Range(1), leaking);
}

/// y_i - sum_g sigma(x_i.r_g)^2
Box residual(const Problem& problem, const std::vector<Box>& rays) {
  Box result = problem.y;
  for (int i = 0; i < problem.n; ++i) {
    for (const Box& r : rays) result[i] -= problem.output(i, r);
  }
  return result;
}

/// Half the negative gradient of the loss.
Box gradient(const Problem& problem, const std::vector<Box>& rays) {
  const Box left = residual(problem, rays);
  Box result;
  for (const Box& r : rays) {
    Box sum(problem.d);
    for (int i = 0; i < problem.n; ++i) {
      const Range t = scalar_product(problem.x[i], r);
      const Range pull = left[i] * slope(problem, t) * t;
      for (int k = 0; k < problem.d; ++k) sum[k].add_product(pull, problem.x[i][k]);
    }
    result.insert(result.end(), sum.begin(), sum.end());
  }
  return result;
}

/// Clarke's Jacobian of that.
std::vector<Box> jacobian(const Problem& problem, const std::vector<Box>& rays) {
  const Box left = residual(problem, rays);
  const int d = problem.d;
  const int size = d * static_cast<int>(rays.size());
  std::vector<Box> result(size, Box(size));
  for (int i = 0; i < problem.n; ++i) {
    Box slopes;
    Box pulls;
    for (const Box& r : rays) {
      const Range t = scalar_product(problem.x[i], r);
      slopes.push_back(slope(problem, t));
      pulls.push_back(slopes.back() * t);
    }
    for (int a = 0; a < size; ++a) {
      for (int b = 0; b < size; ++b) {
        Range share = Range(-2) * pulls[a / d] * pulls[b / d];
        if (a / d == b / d) share += left[i] * slopes[a / d];
        result[a][b].add_product(share * problem.x[i][a % d], problem.x[i][b % d]);
      }
    }
  }
  return result;
}

Box part(const Box& all, std::size_t g, int size) {
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(g) * size;
  return {first, first + size};
}

/// The sides of the hyperplanes x_i.u = 0; 0 where they do not matter.
std::vector<int> cell_of(const Problem& problem, const Box& w) {
  const Box u(w.begin() + 1, w.end());
  std::vector<int> sides;
  for (int i = 0; i < problem.n; ++i) {
    const Box& x = problem.x[i];
    const bool smooth = problem.exact_leak == 1 || scalar_product(x, x).is_zero();
    sides.push_back(smooth ? 0 : scalar_product(x, u).sign());
    if (!smooth && sides.back() == 0) {
      throw Refusal("a neuron of the saddle may be on the hyperplane of row " + std::to_string(i));
    }
  }
  return sides;
}

mpq_class product(const std::vector<mpq_class>& a, const std::vector<mpq_class>& b) {
  mpq_class sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

}  // namespace

SaddlePoint exact_saddle(const Problem& problem, const std::vector<Value>& rows) {
  std::vector<mpq_class> factors;  // v
  std::vector<std::vector<mpq_class>> weights;
  SaddlePoint result;
  Range square = 0;
  for (const Value& row : rows) {
    result.neurons.push_back(row.point(problem.weights()));
    square += scalar_product(result.neurons.back(), result.neurons.back());
    std::vector<mpq_class>& w = weights.emplace_back();
    for (const Value& entry : row.list()) w.emplace_back(entry.number());
    factors.push_back(problem.two_layer ? w.front() : mpq_class(1));
    if (problem.two_layer) w.erase(w.begin());
  }
  if (rows.empty() || !square.positive()) throw Refusal("there is no neuron at the saddle");
  result.norm = root(square);
  const auto pull = [&](const mpq_class& t) -> mpq_class {  // sigma' or sigma sigma'
    if (problem.two_layer) return t > 0 ? mpq_class(1) : problem.exact_leak;
    return t > 0 ? t : t * problem.exact_leak * problem.exact_leak;
  };
  std::vector<std::vector<mpq_class>> drives(rows.size(), std::vector<mpq_class>(problem.d));
  for (int i = 0; i < problem.n; ++i) {
    mpq_class left = problem.exact_z[i];
    std::vector<mpq_class> t;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      t.push_back(product(problem.exact_x[i], weights[k]));
      left -= factors[k] * t.back() * pull(t.back());
    }
    for (std::size_t k = 0; k < t.size(); ++k) {
      for (int l = 0; l < problem.d; ++l) drives[k][l] += left * pull(t[k]) * problem.exact_x[i][l];
    }
    result.residual.push_back(range(left));
  }
  for (std::size_t k = 0; k < drives.size(); ++k) {
    bool zero = !problem.two_layer || product(drives[k], weights[k]) == 0;
    for (const mpq_class& entry : drives[k]) zero = zero && factors[k] * entry == 0;
    if (!zero) throw Refusal("the gradient at the saddle is not 0");
    const Range length = root(range(product(drives[k], drives[k])));
    if (length.is_zero()) result.resting.push_back(result.neurons[k]);
    result.drive += at_least_zero(length - result.drive);
  }
  return result;
}

SaddlePoint prove_saddle(const Problem& problem, const std::vector<Value>& values) {
  std::vector<Box> boxes;
  std::vector<Box> centres;
  Box all;
  Box centre;
  for (const Value& value : values) {
    boxes.push_back(value["box"].box(problem.d));
    centres.emplace_back();
    for (const Range& entry : boxes.back()) {
      centres.back().emplace_back(entry.middle());
      all.push_back(entry);
      centre.push_back(centres.back().back());
    }
  }
  const Box root_box =
      krawczyk(centre, all, gradient(problem, centres), jacobian(problem, boxes), "the saddle");
  std::vector<Box> rays;
  for (std::size_t g = 0; g < boxes.size(); ++g) rays.push_back(part(root_box, g, problem.d));
  SaddlePoint result;
  result.residual = residual(problem, rays);
  Range square = 0;
  std::size_t count = 0;
  for (const Value& value_of_ray : values) count += value_of_ray["neurons"].list().size();
  result.neurons.resize(count);
  for (std::size_t g = 0; g < rays.size(); ++g) {
    square += scalar_product(rays[g], rays[g]);
    const std::vector<Value> members = values[g]["neurons"].list();
    const Box shares = values[g]["shares"].point(static_cast<int>(members.size()));
    const Range length = root(scalar_product(shares, shares));
    for (std::size_t m = 0; m < members.size(); ++m) {
      Box& w = result.neurons[members[m].integer(0, static_cast<int>(count) - 1)];
      if (!w.empty()) members[m].fail("each neuron once");
      if (!shares[m].positive()) values[g]["shares"].fail("positive numbers");
      for (const Range& entry : rays[g]) w.push_back(shares[m] / length * entry);
    }
  }
  if (count == 0) throw Refusal("there is no neuron at the saddle");
  result.norm = root(square);
  result.resting = result.neurons;
  return result;
}

SaddlePoint prove_saddle_in_cells(const Problem& problem, const std::vector<Value>& cells) {
  const int d = problem.d;
  std::vector<std::vector<int>> sides;
  std::vector<Box> slopes;  // sigma' of every row
  Box box;
  Box centre;
  for (const Value& cell : cells) {
    const std::vector<Value> weights = cell["weights"].list();
    if (weights.empty()) cell["weights"].fail("the weights of neurons");
    sides.push_back(cell_of(problem, weights.front().point(d + 1)));
    slopes.emplace_back();
    for (const int side : sides.back()) slopes.back().push_back(side < 0 ? problem.leak : Range(1));
    for (const Range& entry : cell["box"].box(d)) {
      box.push_back(entry);
      centre.emplace_back(entry.middle());
    }
  }
  if (cells.empty()) throw Refusal("there is no neuron at the saddle");
  const auto left_by = [&](const Box& sums) {
    Box left = problem.y;
    for (int i = 0; i < problem.n; ++i) {
      for (std::size_t g = 0; g < cells.size(); ++g) {
        left[i] -= slopes[g][i] * scalar_product(problem.x[i], part(sums, g, d));
      }
    }
    return left;
  };
  // a_k of each cell, and its derivatives by the sums.
  const Box left = left_by(centre);
  Box value(box.size());
  std::vector<Box> jacobian(box.size(), Box(box.size()));
  for (int i = 0; i < problem.n; ++i) {
    Box entries;
    for (const Box& slope : slopes) {
      for (int k = 0; k < d; ++k) entries.push_back(slope[i] * problem.x[i][k]);
    }
    for (std::size_t a = 0; a < entries.size(); ++a) {
      value[a].add_product(left[i], entries[a]);
      for (std::size_t b = 0; b < entries.size(); ++b) {
        jacobian[a][b].add_product(-entries[a], entries[b]);
      }
    }
  }
  const Box sums = krawczyk(centre, box, value, jacobian, "the saddle");
  SaddlePoint result;
  result.residual = left_by(sums);
  std::size_t count = 0;
  for (const Value& cell : cells) count += cell["neurons"].list().size();
  result.neurons.resize(count);
  Range norm_square = 0;
  for (std::size_t g = 0; g < cells.size(); ++g) {
    const std::vector<Value> members = cells[g]["neurons"].list();
    const std::vector<Value> rows = cells[g]["weights"].list(static_cast<int>(members.size()));
    Range square = 0;
    Box change = part(sums, g, d);
    for (const Value& row : rows) {
      const Box w = row.point(d + 1);
      square += squared(w[0]);
      for (int k = 0; k < d; ++k) change[k] -= w[0] * w[k + 1];
    }
    if (!square.positive()) throw Refusal("all v of a cell may be 0");
    for (std::size_t m = 0; m < members.size(); ++m) {
      Box& w = result.neurons[members[m].integer(0, static_cast<int>(count) - 1)];
      if (!w.empty()) members[m].fail("each neuron once");
      w = rows[m].point(d + 1);
      for (int k = 0; k < d; ++k) w[k + 1] += w[0] * change[k] / square;
      if (cell_of(problem, w) != sides[g]) throw Refusal("a neuron is in another cell");
      norm_square += scalar_product(w, w);
    }
  }
  result.norm = root(norm_square);
  result.resting = result.neurons;
  return result;
}

}  // namespace network_checker
