#include "saddle_point.hpp"

#include <algorithm>

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

/// Equations f(r) = 0 with their values at the centres and (Clarke's) Jacobian over the boxes.
struct Equations {
  Box values;
  std::vector<Box> jacobian;
};

bool contains(const std::vector<int>& rows, int i) {
  return std::find(rows.begin(), rows.end(), i) != rows.end();
}

/// The list of that name, 0, 1, ..., most - 1 if there is none.
std::vector<int> numbers(const Value& proof, const char* name, int most) {
  std::vector<int> result;
  if (!proof.has(name)) {
    for (int k = 0; k < most; ++k) result.push_back(k);
    return result;
  }
  for (const Value& entry : proof[name].list()) {
    result.push_back(entry.integer(0, most - 1));
    for (std::size_t k = 0; k + 1 < result.size(); ++k) {
      if (result[k] == result.back()) entry.fail("each number once");
    }
  }
  return result;
}

std::vector<int> fitted_rows(const Value& proof, int n) {
  return proof.has("fitted") ? numbers(proof, "fitted", n) : std::vector<int>();
}

/// A root in the box: the `solved` unknowns, as many as there are equations, have one while the
/// others are what they are, points.
Box root_of(const Equations& equations, const Box& centre, const Box& box,
            const std::vector<int>& solved) {
  if (solved.size() != equations.values.size()) {
    throw Refusal("the saddle: there are " + std::to_string(equations.values.size()) +
                  " equations for " + std::to_string(solved.size()) + " unknowns");
  }
  for (int k = 0; k < static_cast<int>(box.size()); ++k) {
    if (!contains(solved, k) && box[k].lower() != box[k].upper()) {
      throw Refusal("the saddle: coordinate " + std::to_string(k + 1) + " is no point");
    }
  }
  Box some_centre;
  Box some_box;
  for (const int k : solved) {
    some_centre.push_back(centre[k]);
    some_box.push_back(box[k]);
  }
  std::vector<Box> jacobian;
  for (const Box& row : equations.jacobian) {
    jacobian.emplace_back();
    for (const int k : solved) jacobian.back().push_back(row[k]);
  }
  const Box image = krawczyk(some_centre, some_box, equations.values, jacobian, "the saddle");
  Box result = box;
  for (std::size_t k = 0; k < solved.size(); ++k) result[solved[k]] = image[k];
  return result;
}

/// That half of the negative gradient of the loss is 0, sum_i r_i sigma sigma'(x_i.w_g) x_i for ray
/// g: it is enough that r_i = 0 for the rows `fitted` and the sum over the others is. Rays without
/// an active row among these need no more.
Equations gradient(const Problem& problem, const std::vector<Box>& centres,
                   const std::vector<Box>& rays, const std::vector<int>& fitted) {
  const Box left_there = residual(problem, centres);
  const Box left = residual(problem, rays);
  const int d = problem.d;
  const int size = d * static_cast<int>(rays.size());
  Equations fits;
  Equations sums{Box(size), std::vector<Box>(size, Box(size))};
  std::vector<bool> active(rays.size(), false);
  for (int i = 0; i < problem.n; ++i) {
    const Box& x = problem.x[i];
    Box slopes;
    Box pulls;
    for (std::size_t g = 0; g < rays.size(); ++g) {
      const Range t = scalar_product(x, rays[g]);
      slopes.push_back(slope(problem, t));
      pulls.push_back(slopes.back() * t);
      const bool silent = problem.leak.is_zero() && t.nonpositive();
      if (!silent && !contains(fitted, i)) active[g] = true;
    }
    if (contains(fitted, i)) {
      fits.values.push_back(left_there[i]);
      fits.jacobian.emplace_back();
      for (int b = 0; b < size; ++b) {
        fits.jacobian.back().push_back(Range(-2) * pulls[b / d] * x[b % d]);
      }
      continue;
    }
    for (int a = 0; a < size; ++a) {
      const Range t = scalar_product(x, centres[a / d]);
      sums.values[a].add_product(left_there[i] * slope(problem, t) * t, x[a % d]);
      for (int b = 0; b < size; ++b) {
        Range share = Range(-2) * pulls[a / d] * pulls[b / d];
        if (a / d == b / d) share += left[i] * slopes[a / d];
        sums.jacobian[a][b].add_product(share * x[a % d], x[b % d]);
      }
    }
  }
  for (int a = 0; a < size; ++a) {
    if (!active[a / d]) continue;
    fits.values.push_back(sums.values[a]);
    fits.jacobian.push_back(sums.jacobian[a]);
  }
  return fits;
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
  if (!problem.exact) throw Refusal("the saddle is proved for data as they are written only");
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

SaddlePoint prove_saddle(const Problem& problem, const Value& proof) {
  const std::vector<Value> values = proof["rays"].list();
  const std::vector<int> fitted = fitted_rows(proof, problem.n);
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
  const Box root_box = root_of(gradient(problem, centres, boxes, fitted), centre, all,
                               numbers(proof, "solved", static_cast<int>(all.size())));
  std::vector<Box> rays;
  for (std::size_t g = 0; g < boxes.size(); ++g) rays.push_back(part(root_box, g, problem.d));
  SaddlePoint result;
  result.residual = residual(problem, rays);
  for (const int i : fitted) result.residual[i] = 0;
  Range square = 0;
  std::size_t count = 0;
  for (const Value& value_of_ray : values) count += value_of_ray["neurons"].list().size();
  result.neurons.resize(count);
  for (std::size_t g = 0; g < rays.size(); ++g) {
    square += scalar_product(rays[g], rays[g]);
    const std::vector<Value> members = values[g]["neurons"].list();
    const Box shares = values[g]["shares"].point(static_cast<int>(members.size()));
    const Range length = length_of(shares);
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

SaddlePoint prove_saddle_in_cells(const Problem& problem, const Value& proof) {
  const std::vector<Value> cells = proof["cells"].list();
  const std::vector<int> fitted = fitted_rows(proof, problem.n);
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
  // It is enough that r_i = 0 for the rows `fitted`, and that the sum of r_i sigma'_i x_i over the
  // others is 0 for each cell; where sigma' is 0 there, or that of an earlier cell, it is, and
  // where it is a multiple of that, both being constant there.
  const auto left_of = [&](std::size_t g) {
    std::vector<int> others;
    for (int i = 0; i < problem.n; ++i) {
      if (!contains(fitted, i)) others.push_back(sides[g][i]);
    }
    return others;
  };
  const auto is_constant = [](const std::vector<int>& all) {
    return all == std::vector<int>(all.size(), all.front());
  };
  std::vector<std::size_t> rest;
  for (std::size_t g = 0; g < cells.size(); ++g) {
    const std::vector<int> own = left_of(g);
    bool known = own.empty() || (problem.leak.is_zero() && own == std::vector<int>(own.size(), -1));
    for (const std::size_t h : rest) {
      known = known || own == left_of(h) || (is_constant(own) && is_constant(left_of(h)));
    }
    if (!known) rest.push_back(g);
  }
  const Box left = left_by(centre);
  Equations equations;
  Equations drives{Box(rest.size() * d), std::vector<Box>(rest.size() * d, Box(box.size()))};
  for (int i = 0; i < problem.n; ++i) {
    Box entries;
    for (const Box& slope : slopes) {
      for (int k = 0; k < d; ++k) entries.push_back(slope[i] * problem.x[i][k]);
    }
    if (contains(fitted, i)) {
      equations.values.push_back(left[i]);
      equations.jacobian.emplace_back();
      for (const Range& entry : entries) equations.jacobian.back().push_back(-entry);
      continue;
    }
    for (std::size_t a = 0; a < drives.values.size(); ++a) {
      const Range& entry = entries[rest[a / d] * d + a % d];
      drives.values[a].add_product(left[i], entry);
      for (std::size_t b = 0; b < entries.size(); ++b) {
        drives.jacobian[a][b].add_product(-entry, entries[b]);
      }
    }
  }
  for (std::size_t a = 0; a < drives.values.size(); ++a) {
    equations.values.push_back(drives.values[a]);
    equations.jacobian.push_back(drives.jacobian[a]);
  }
  const Box sums =
      root_of(equations, centre, box, numbers(proof, "solved", static_cast<int>(box.size())));
  SaddlePoint result;
  result.residual = left_by(sums);
  for (const int i : fitted) result.residual[i] = 0;
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
