#include "arrangement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "origin.hpp"

namespace network_checker {

namespace {

/// Per plane '+', '-', or '0' on it.
using Signs = std::string;

char mark(int sign) { return sign > 0 ? '+' : sign < 0 ? '-' : '0'; }

Vector operator+(const Vector& a, const Vector& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
Vector operator*(const mpz_class& a, const Vector& b) { return {a * b[0], a * b[1], a * b[2]}; }

Box around(const Vector& a) {
  return {number(a[0].get_str()), number(a[1].get_str()), number(a[2].get_str())};
}
Range length(const Vector& a) { return length_of(around(a)); }
Box unit(const Vector& a) {
  Box u = around(a);
  const Range norm = length(a);
  for (Range& entry : u) entry = entry / norm;
  return u;
}

using Near = std::array<double, 3>;

Near near(const Vector& a) { return {a[0].get_d(), a[1].get_d(), a[2].get_d()}; }

/// From normal.u < 0 to normal.u > 0 the gradient changes by `jump`.
struct Plane {
  Vector normal;
  Near near_normal;
  Vector jump;
  std::vector<int> rows;
};

/// The parts of {F = 0}: what touches one cell is in one part, as cells are pointed cones.
class ZeroParts {
 public:
  void touch(const std::vector<Signs>& cells, bool transversal, bool vertex) {
    const std::size_t part = parents_.size();
    parents_.push_back(part);
    transversal_.push_back(transversal);
    for (const Signs& signs : cells) {
      const auto [place, is_new] = cells_.try_emplace(signs, Cell{part, 0});
      if (!is_new) parents_[root(place->second.part)] = root(part);
      place->second.vertices += vertex ? 1 : 0;
    }
  }
  /// F = 0 and critical on an edge of the cell, or on all of it.
  void flatten(const Signs& cell) { flat_.insert(cell); }

  int transversal_parts() {
    for (const auto& [signs, cell] : cells_) {
      // F = 0 at two vertices, hence between them.
      if (cell.vertices > 1 && flat_.count(signs) == 0) transversal_[cell.part] = true;
    }
    std::unordered_set<std::size_t> parts;
    for (std::size_t part = 0; part < parents_.size(); ++part) {
      if (transversal_[part]) parts.insert(root(part));
    }
    return static_cast<int>(parts.size());
  }

 private:
  struct Cell {
    std::size_t part;
    int vertices;
  };
  std::size_t root(std::size_t part) {
    while (parents_[part] != part) part = parents_[part] = parents_[parents_[part]];
    return part;
  }

  std::vector<std::size_t> parents_;
  std::vector<bool> transversal_;
  std::unordered_map<Signs, Cell> cells_;
  std::unordered_set<Signs> flat_;
};

class Arrangement {
 public:
  explicit Arrangement(const Problem& problem) {
    if (problem.d != 3 || !problem.two_layer || !problem.exact) {
      throw Refusal("complete lists are proved for data as they are written");
    }
    make_planes(problem);
  }

  CriticalSets run() {
    const std::size_t count = planes_.size();
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = i + 1; j < count; ++j) {
        const Vector at = vector_product(planes_[i].normal, planes_[j].normal);
        Signs signs = signs_of(at);
        signs[i] = signs[j] = '0';
        if (signs.find('0') != i || signs.find('0', i + 1) != j) continue;  // of another pair
        vertex(at, signs);
        for (char& sign : signs) sign = sign == '+' ? '-' : sign == '-' ? '+' : '0';
        vertex(mpz_class(-1) * at, signs);
      }
    }
    for (auto& [signs, set] : flat_) result_.sets.push_back(std::move(set));
    result_.zero_curves = zeros_.transversal_parts();
    if (std::none_of(result_.sets.begin(), result_.sets.end(),
                     [](const CriticalSet& set) { return set.zero; })) {
      result_.at_zero = hull_has_origin(gradients_);
    }
    return std::move(result_);
  }

 private:
  /// An edge that leaves a vertex.
  struct Ray {
    std::size_t plane;
    int side;  ///< 1: counterclockwise about the normal
    Vector towards;
    Signs signs;
    Vector below;  ///< the gradients on its two sides
    Vector above;
  };

  void make_planes(const Problem& problem) {
    struct Line {
      Vector normal;
      mpq_class factor;
      std::vector<int> rows;
    };
    std::map<Vector, Line> lines;
    std::array<mpq_class, 3> base;
    for (int i = 0; i < problem.n; ++i) {
      const std::vector<mpq_class>& x = problem.exact_x[i];
      const auto first = std::find_if(x.begin(), x.end(), [](const auto& e) { return e != 0; });
      if (first == x.end()) continue;
      mpz_class denominator = 1;
      for (const mpq_class& entry : x) denominator = lcm(denominator, entry.get_den());
      Vector normal;
      mpz_class divisor;
      for (int t = 0; t < 3; ++t) {
        normal[t] = mpq_class(x[t] * denominator).get_num();
        divisor = gcd(divisor, normal[t]);
      }
      if (*first < 0) divisor = -divisor;
      for (mpz_class& entry : normal) entry /= divisor;
      Line& line = lines[normal];
      line.normal = normal;
      line.rows.push_back(i);
      const mpq_class size = abs(mpq_class(divisor) / denominator);
      line.factor += (1 - problem.exact_leak) * problem.exact_z[i] * size;
      const mpq_class slope = *first > 0 ? problem.exact_leak : mpq_class(1);
      for (int t = 0; t < 3; ++t) base[t] += slope * problem.exact_z[i] * x[t];
    }
    for (const auto& entry : base) scale_ = lcm(scale_, entry.get_den());
    for (const auto& [normal, line] : lines) scale_ = lcm(scale_, line.factor.get_den());
    for (int t = 0; t < 3; ++t) base_[t] = mpq_class(base[t] * scale_).get_num();
    for (const auto& [normal, line] : lines) {
      if (line.factor == 0) continue;
      const mpz_class factor = mpq_class(line.factor * scale_).get_num();
      planes_.push_back({normal, near(normal), factor * normal, line.rows});
    }
    for (int t = 0; t < 3; ++t) {
      Vector axis;
      axis[t] = 1;
      if (std::none_of(planes_.begin(), planes_.end(),
                       [&](const Plane& plane) { return plane.normal == axis; })) {
        planes_.push_back({axis, near(axis), {}, {}});
      }
    }
  }

  /// The sign of normal.u; in double precision where its errors are too small to matter.
  static char side(const Plane& plane, const Vector& u, const Near& near_u) {
    double sum = 0;
    double size = 0;
    for (std::size_t t = 0; t < 3; ++t) {
      const double term = plane.near_normal[t] * near_u[t];
      sum += term;
      size += std::fabs(term);
    }
    constexpr double more_than_errors = 1e-14;  // of numbers cut off after 53 bits
    if (std::fabs(sum) > more_than_errors * size && size > 1e-200) return sum > 0 ? '+' : '-';
    return mark(sgn(scalar_product(plane.normal, u)));
  }

  Signs signs_of(const Vector& u) const {
    Signs signs;
    const Near near_u = near(u);
    for (const Plane& plane : planes_) signs += side(plane, u, near_u);
    return signs;
  }

  /// On the sides that `signs` has of all planes but those where it has '0'.
  bool is_inside(const Signs& signs, const Vector& u) {
    const Near near_u = near(u);
    const auto outside = [&](std::size_t l) {
      return signs[l] != '0' && side(planes_[l], u, near_u) != signs[l];
    };
    if (outside(last_)) return false;
    for (std::size_t l = 0; l < planes_.size(); ++l) {
      if (!outside(l)) continue;
      last_ = l;
      return false;
    }
    return true;
  }

  /// Without the planes across which nothing jumps.
  Signs kept(Signs signs) const {
    for (std::size_t l = 0; l < planes_.size(); ++l) {
      if (planes_[l].rows.empty()) signs[l] = '*';
    }
    return signs;
  }

  static bool is_flat_edge(const Ray& ray, const Vector& normal) {
    return is_zero(vector_product(ray.below, normal)) &&
           sgn(scalar_product(ray.below, normal)) * sgn(scalar_product(ray.above, normal)) <= 0;
  }

  std::vector<Ray> rays_from(const Vector& at, const Signs& signs,
                             const std::vector<std::size_t>& through, const Vector& low) const {
    std::vector<Ray> rays;
    for (const std::size_t l : through) {
      const Vector ahead = vector_product(planes_[l].normal, at);
      for (const int side : {1, -1}) {
        Ray ray{l, side, mpz_class(side) * ahead, signs, low, {}};
        for (const std::size_t m : through) {
          if (m == l) continue;
          ray.signs[m] = mark(sgn(scalar_product(planes_[m].normal, ray.towards)));
          if (ray.signs[m] == '+') ray.below = ray.below + planes_[m].jump;
        }
        ray.above = ray.below + planes_[l].jump;
        rays.push_back(std::move(ray));
      }
    }
    return rays;
  }

  static Signs beside(const Ray& ray, char side) {
    Signs signs = ray.signs;
    signs[ray.plane] = side;
    return signs;
  }

  void vertex(const Vector& at, const Signs& signs) {
    std::vector<std::size_t> through;
    Vector low = base_;  // the gradient where none of the planes through it is positive
    for (std::size_t l = 0; l < planes_.size(); ++l) {
      if (signs[l] == '0') through.push_back(l);
      if (signs[l] == '+') low = low + planes_[l].jump;
    }
    const std::vector<Ray> rays = rays_from(at, signs, through, low);
    const int value = sgn(scalar_product(low, at));
    std::map<Signs, Vector> cells;
    bool in_set = false;
    for (const Ray& ray : rays) {
      cells.emplace(beside(ray, '-'), ray.below);
      cells.emplace(beside(ray, '+'), ray.above);
      const bool flat_cell = is_zero(ray.below) || is_zero(ray.above);
      for (const auto& [gradient, side] :
           {std::pair(&ray.below, '-'), std::pair(&ray.above, '+')}) {
        if (is_zero(*gradient)) enclose(kept(beside(ray, side)), 2, at, ray);
      }
      const bool flat_edge = !flat_cell && is_flat_edge(ray, planes_[ray.plane].normal);
      if (flat_edge) enclose(kept(ray.signs), 1, at, ray);
      if (flat_cell || flat_edge) {
        zeros_.flatten(beside(ray, '-'));
        zeros_.flatten(beside(ray, '+'));
      }
      in_set = in_set || flat_cell || flat_edge;
      if (ray.side > 0 && !flat_cell && !flat_edge) edge(at, ray);
    }
    for (const auto& [cell_signs, gradient] : cells) cell(cell_signs, gradient);
    const bool critical =
        is_critical(cells, planes_[through[0]].normal, planes_[through[1]].normal);
    if (value == 0) {
      std::vector<Signs> touched;
      for (const auto& entry : cells) touched.push_back(entry.first);
      zeros_.touch(touched, !critical, true);
    }
    if (!critical || in_set) return;
    bool rises = false;
    bool falls = false;
    bool level = false;
    for (const Ray& ray : rays) {
      const int slope = sgn(scalar_product(ray.below, ray.towards));
      rises = rises || slope > 0;
      falls = falls || slope < 0;
      level = level || slope == 0;
    }
    // F(u + p) = (F(u) + F'(u; p)) / |u + p| near u, F' linear in each cell.
    const int extremum = !rises && (!level || value > 0)   ? 1
                         : !falls && (!level || value < 0) ? -1
                                                           : 0;
    const mpz_class height = scalar_product(low, at);
    add(at, number(height.get_str()) / (length(at) * scale()), value == 0, extremum, through);
  }

  /// 0 is in the hull of the gradients' parts along the sphere.
  static bool is_critical(const std::map<Signs, Vector>& cells, const Vector& p, const Vector& q) {
    std::vector<std::pair<mpz_class, mpz_class>> g;
    for (const auto& [signs, gradient] : cells) {
      g.emplace_back(scalar_product(gradient, p), scalar_product(gradient, q));
      if (g.back().first == 0 && g.back().second == 0) return true;
    }
    // If not, counterclockwise from one of them all others follow within less than half a turn.
    return std::none_of(g.begin(), g.end(), [&](const auto& a) {
      return std::all_of(g.begin(), g.end(), [&](const auto& b) {
        const int turn = sgn(mpz_class(a.first * b.second - a.second * b.first));
        return turn > 0 || (turn == 0 && a.first * b.first + a.second * b.second > 0);
      });
    });
  }

  Range scale() const { return number(scale_.get_str()); }

  void add(const Vector& u, const Range& value, bool zero, int extremum,
           const std::vector<std::size_t>& planes) {
    CriticalSet set{unit(u), zero ? Range(0) : value, zero, extremum};
    for (const std::size_t l : planes) {
      set.kinks.insert(set.kinks.end(), planes_[l].rows.begin(), planes_[l].rows.end());
    }
    std::sort(set.kinks.begin(), set.kinks.end());
    result_.sets.push_back(std::move(set));
  }

  /// The set grows by a vertex, and an edge that leaves it.
  void enclose(const Signs& key, int dimension, const Vector& at, const Ray& ray) {
    const auto include = [](CriticalSet& set, std::size_t t, const Range& entry) {
      set.u[t] = hull(set.u[t], entry);
    };
    const Box u = unit(at);
    const auto [place, is_new] = flat_.try_emplace(key);
    CriticalSet& set = place->second;
    if (is_new) {
      set = {u, 0, true, 0, dimension};
      set.everywhere = key.find_first_not_of('*') == Signs::npos;
      if (dimension == 1) set.kinks = planes_[ray.plane].rows;
    }
    const Vector& n = planes_[ray.plane].normal;
    for (std::size_t t = 0; t < 3; ++t) {
      include(set, t, u[t]);
      Vector summit = mpz_class(-n[t]) * n;
      summit[t] += scalar_product(n, n);
      if (is_zero(summit)) continue;
      for (const int side : {1, -1}) {
        const Vector p = mpz_class(side) * summit;
        if (is_inside(ray.signs, p)) include(set, t, unit(p)[t]);
      }
    }
  }

  void edge(const Vector& from, const Ray& ray) {
    const Vector& n = planes_[ray.plane].normal;
    const mpz_class part = scalar_product(ray.below, n);
    const int below = sgn(part);
    const int above = sgn(scalar_product(ray.above, n));
    if (below * above <= 0) {
      const mpz_class square = scalar_product(n, n);
      const Vector p = square * ray.below + mpz_class(-part) * n;
      for (const int side : {1, -1}) {
        const Vector u = mpz_class(side) * p;
        if (!is_inside(ray.signs, u)) continue;
        // F is `side` |u| here; F' = 0 along the edge, and linear on its two sides.
        const int extremum = side > 0 && below >= 0 && above <= 0   ? 1
                             : side < 0 && below <= 0 && above >= 0 ? -1
                                                                    : 0;
        add(u, Range(side) * length(p) / (number(square.get_str()) * scale()), false, extremum,
            {ray.plane});
      }
    }
    if (scalar_product(ray.below, from) == 0) return;
    Vector zero = vector_product(ray.below, n);
    if (scalar_product(n, vector_product(from, zero)) < 0) zero = mpz_class(-1) * zero;
    if (is_inside(ray.signs, zero)) {
      zeros_.touch({beside(ray, '-'), beside(ray, '+')}, true, false);
    }
  }

  void cell(const Signs& signs, const Vector& gradient) {
    if (!cells_.insert(signs).second) return;
    gradients_.push_back(gradient);
    if (is_zero(gradient)) return;
    for (const int side : {1, -1}) {
      const Vector u = mpz_class(side) * gradient;
      if (is_inside(signs, u)) {
        add(u, Range(side) * length(gradient) / scale(), false, side, {});
      }
    }
  }

  std::vector<Plane> planes_;
  Vector base_;          ///< the gradient where no plane is positive
  mpz_class scale_ = 1;  ///< of all gradients
  std::size_t last_ = 0;
  std::unordered_set<Signs> cells_;
  std::vector<Vector> gradients_;
  std::map<Signs, CriticalSet> flat_;
  ZeroParts zeros_;
  CriticalSets result_;
};

}  // namespace

CriticalSets critical_sets(const Problem& problem) { return Arrangement(problem).run(); }

}  // namespace network_checker
