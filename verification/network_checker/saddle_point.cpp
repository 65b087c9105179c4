#include "saddle_point.hpp"

#include <cmath>

#include "norm_bound.hpp"

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

mpq_class product(const std::vector<mpq_class>& a, const std::vector<mpq_class>& b) {
  mpq_class sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

}  // namespace

SaddlePoint exact_saddle(const Problem& problem, const std::vector<Value>& rows) {
  std::vector<std::vector<mpq_class>> weights;
  SaddlePoint result;
  Range square = 0;
  for (const Value& row : rows) {
    result.neurons.push_back(row.point(problem.d));
    square += scalar_product(result.neurons.back(), result.neurons.back());
    std::vector<mpq_class>& w = weights.emplace_back();
    for (const Value& entry : row.list(problem.d)) w.emplace_back(entry.number());
  }
  if (rows.empty() || !square.positive()) throw Refusal("there is no neuron at the saddle");
  result.norm = root(square);
  const auto pull = [&](const mpq_class& t) -> mpq_class {  // sigma sigma'
    return t > 0 ? t : t * problem.exact_leak * problem.exact_leak;
  };
  std::vector<std::vector<mpq_class>> gradient(rows.size(), std::vector<mpq_class>(problem.d));
  for (int i = 0; i < problem.n; ++i) {
    mpq_class left = problem.exact_z[i];
    std::vector<mpq_class> t;
    for (const std::vector<mpq_class>& w : weights) {
      t.push_back(product(problem.exact_x[i], w));
      left -= t.back() * pull(t.back());
    }
    for (std::size_t k = 0; k < t.size(); ++k) {
      for (int l = 0; l < problem.d; ++l) {
        gradient[k][l] += left * pull(t[k]) * problem.exact_x[i][l];
      }
    }
    result.residual.push_back(range(left));
  }
  for (const std::vector<mpq_class>& g : gradient) {
    for (const mpq_class& entry : g) {
      if (entry != 0) throw Refusal("the gradient at the saddle is not 0");
    }
  }
  return result;
}

SaddlePoint prove_saddle(const Problem& problem, const std::vector<Value>& values) {
  std::vector<Box> boxes;
  std::vector<Box> centres;
  for (const Value& value : values) {
    boxes.push_back(value["box"].box(problem.d));
    centres.emplace_back();
    for (const Range& entry : boxes.back()) centres.back().emplace_back(entry.middle());
  }
  const Box value = gradient(problem, centres);
  const std::vector<Box> slopes = jacobian(problem, boxes);
  const std::size_t size = value.size();
  std::vector<std::vector<double>> middle(size);
  std::vector<std::vector<double>> inverse(size, std::vector<double>(size, 0.0));
  for (std::size_t i = 0; i < size; ++i) {
    for (const Range& entry : slopes[i]) middle[i].push_back(entry.middle());
    inverse[i][i] = 1;
  }
  if (!solve(middle, inverse)) throw Refusal("the Jacobian of the gradient is singular");
  std::vector<Box> rays = boxes;
  for (std::size_t i = 0; i < size; ++i) {
    const auto coordinate = [&](std::vector<Box>& of, std::size_t j) -> Range& {
      return of[j / problem.d][j % problem.d];
    };
    Range image = coordinate(centres, i);
    for (std::size_t k = 0; k < size; ++k) image -= Range(inverse[i][k]) * value[k];
    for (std::size_t j = 0; j < size; ++j) {
      Range entry = i == j ? 1 : 0;
      for (std::size_t k = 0; k < size; ++k) entry -= Range(inverse[i][k]) * slopes[k][j];
      image += entry * (coordinate(boxes, j) - coordinate(centres, j));
    }
    if (!image.strictly_inside(coordinate(boxes, i))) {
      throw Refusal("no saddle is proved: Krawczyk's operator leads to " + shown(image));
    }
    coordinate(rays, i) = image;
  }
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
  return result;
}

}  // namespace network_checker
