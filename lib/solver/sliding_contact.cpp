#include "sliding_contact.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "../geometry/least_squares.hpp"

namespace filippov::detail {

namespace {

constexpr double zero_tolerance = 1e-9;

/// A smooth field next to the face, in elapsed time, with its derivatives.
struct Corner {
  Face face;
  Eigen::VectorXd velocity;
  Eigen::MatrixXd dfdx;
  Eigen::VectorXd dfdt;
};

/// Of one sign, or of none?
enum class Sign { positive, negative, zero, mixed };

Sign common_sign(Sign a, Sign b) { return a == b ? a : Sign::mixed; }

class ContactTest {
 public:
  ContactTest(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
              const Face& face)
      : inclusion_(inclusion), fields_(fields), point_(point), face_(face) {}

  Contact run() {
    for (const int j : face_.sliding) {
      const SwitchingGradient g =
          inclusion_.switching_gradient(j, point_.t, point_.x, face_.signature);
      if (!g.x.allFinite() || g.x.isZero(0)) return Contact::none;
    }
    if (face_.sliding.size() > most_enumerated) return affine(idle_rows());
    const LocalPoint local{point_.t,      point_.x,    face_.signature,
                           face_.sliding, point_.size, point_.balanced};
    const std::vector<Cell> cells = feasible_cells(inclusion_, local, fields_.direction());
    if (cells.empty()) return Contact::none;
    const Eigen::MatrixXd combinations = idle_combinations(cells);
    if (combinations.cols() == 0) return Contact::none;
    for (const Cell& cell : cells) add_corner({with_signs(local, cell.signs), {}});
    const Contact found = judge(combinations);
    if (found != Contact::undecided) return found;
    // The tangent elements are fewer. Where the field is affine they are in the hull of those that
    // slide on the others.
    return affine(single_surfaces(combinations));
  }

 private:
  /// Columns: weights of the surfaces slid on, such that the rate of the combination is zero in all
  /// cells. Single surfaces first.
  Eigen::MatrixXd idle_combinations(const std::vector<Cell>& cells) const {
    const auto k = static_cast<Eigen::Index>(face_.sliding.size());
    Eigen::MatrixXd rates(k, static_cast<Eigen::Index>(cells.size()));
    double speed = 0;
    for (const Cell& cell : cells) {
      speed = std::max(speed, cell.velocity.lpNorm<Eigen::Infinity>());
    }
    std::vector<Eigen::Index> idle;
    std::vector<Eigen::Index> others;
    for (Eigen::Index i = 0; i < k; ++i) {
      double scale = 0;
      for (std::size_t c = 0; c < cells.size(); ++c) {
        rates(i, static_cast<Eigen::Index>(c)) = cells[c].rates(i);
        scale = std::max(scale, cells[c].normals.col(i).lpNorm<1>() * speed);
      }
      const double largest = rates.row(i).cwiseAbs().maxCoeff();
      if (largest <= zero_tolerance * scale) {
        idle.push_back(i);
      } else {
        rates.row(i) /= largest;
        others.push_back(i);
      }
    }
    Eigen::MatrixXd rest(static_cast<Eigen::Index>(others.size()), rates.cols());
    for (std::size_t i = 0; i < others.size(); ++i) {
      rest.row(static_cast<Eigen::Index>(i)) = rates.row(others[i]);
    }
    Eigen::MatrixXd dependent(rest.rows(), 0);
    if (rest.rows() > 1) dependent = LeastSquares(rest, zero_tolerance).complement();
    const auto single = static_cast<Eigen::Index>(idle.size());
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, single + dependent.cols());
    for (Eigen::Index i = 0; i < single; ++i) result(idle[static_cast<std::size_t>(i)], i) = 1;
    for (Eigen::Index c = 0; c < dependent.cols(); ++c) {
      for (std::size_t i = 0; i < others.size(); ++i) {
        // The rows were scaled to size 1.
        double largest = 0;
        for (const Cell& cell : cells) largest = std::max(largest, std::abs(cell.rates(others[i])));
        result(others[i], single + c) = dependent(static_cast<Eigen::Index>(i), c) / largest;
      }
    }
    return result;
  }

  static std::vector<Eigen::Index> single_surfaces(const Eigen::MatrixXd& combinations) {
    std::vector<Eigen::Index> result;
    for (Eigen::Index c = 0; c < combinations.cols(); ++c) {
      if ((combinations.col(c).array() != 0).count() != 1) continue;
      Eigen::Index row = 0;
      combinations.col(c).cwiseAbs().maxCoeff(&row);
      result.push_back(row);
    }
    return result;
  }

  /// Surfaces slid on whose rate is zero whatever the signs of all, where those are many.
  std::vector<Eigen::Index> idle_rows() const {
    const auto columns =
        inclusion_.affine_columns(face_.sliding, point_.t, point_.x, face_.signature);
    std::vector<Eigen::Index> result;
    if (!columns) return result;
    Eigen::VectorXd f(static_cast<Eigen::Index>(point_.x.size()));
    inclusion_.selection(point_.t, point_.x, face_.signature, {f.data(), point_.x.size()});
    const double speed = f.lpNorm<Eigen::Infinity>();
    for (std::size_t i = 0; i < face_.sliding.size(); ++i) {
      const SwitchingGradient g =
          inclusion_.switching_gradient(face_.sliding[i], point_.t, point_.x, face_.signature);
      const double zero = zero_tolerance * g.x.lpNorm<1>() * speed;
      bool idle = std::abs(g.x.dot(f) + g.t) <= zero;
      for (std::size_t j = 0; idle && j < columns->size(); ++j) {
        double product = 0;
        for (const auto& [component, value] : (*columns)[j]) product += g.x(component) * value;
        idle = std::abs(product) <= zero;
      }
      if (idle) result.push_back(static_cast<Eigen::Index>(i));
    }
    return result;
  }

  /// Corners that slide on all but the idle surfaces.
  Contact affine(const std::vector<Eigen::Index>& idle) {
    constexpr std::size_t most_idle = 4;
    if (idle.empty()) return corners_.empty() ? Contact::none : Contact::undecided;
    if (idle.size() > most_idle ||
        !inclusion_.affine_columns(face_.sliding, point_.t, point_.x, face_.signature)) {
      return Contact::undecided;
    }
    corners_.clear();
    for (std::size_t p = 0; p < std::size_t{1} << idle.size(); ++p) {
      Face corner{face_.signature, {}};
      for (std::size_t i = 0; i < face_.sliding.size(); ++i) {
        const auto place = std::find(idle.begin(), idle.end(), static_cast<Eigen::Index>(i));
        const int j = face_.sliding[i];
        if (place == idle.end()) {
          corner.sliding.push_back(j);
        } else {
          corner.signature[static_cast<std::size_t>(j)] =
              (p >> (place - idle.begin())) & 1 ? 1 : -1;
        }
      }
      add_corner(corner);
    }
    const auto k = static_cast<Eigen::Index>(face_.sliding.size());
    Eigen::MatrixXd combinations = Eigen::MatrixXd::Zero(k, static_cast<Eigen::Index>(idle.size()));
    for (std::size_t i = 0; i < idle.size(); ++i) {
      combinations(idle[i], static_cast<Eigen::Index>(i)) = 1;
    }
    return judge(combinations);
  }

  void add_corner(const Face& face) {
    FaceField& field = fields_.at(face);
    field.begin(point_.t, point_.x);
    Corner corner{face, {}, {}, {}};
    corner.velocity.resize(static_cast<Eigen::Index>(point_.x.size()));
    field.velocity(point_.t, point_.x, {corner.velocity.data(), point_.x.size()});
    field.jacobian(point_.t, point_.x, corner.dfdx, corner.dfdt);
    corners_.push_back(std::move(corner));
  }

  /// Gradient of the combination `weights` with the signs of a corner, moved by `amount` along v.
  SwitchingGradient gradient(const Eigen::VectorXd& weights, const Signature& s,
                             const Eigen::VectorXd& v, double amount) const {
    std::vector<double> x(point_.x.begin(), point_.x.end());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += amount * v(static_cast<Eigen::Index>(i));
    const double t = point_.t + fields_.direction() * amount;
    SwitchingGradient sum{Eigen::VectorXd::Zero(v.size()), 0};
    for (std::size_t i = 0; i < face_.sliding.size(); ++i) {
      const double weight = weights(static_cast<Eigen::Index>(i));
      if (weight == 0) continue;
      const SwitchingGradient g = inclusion_.switching_gradient(face_.sliding[i], t, x, s);
      sum.x += weight * g.x;
      sum.t += weight * g.t;
    }
    return sum;
  }

  /// The sign of c_pq.
  Sign bend(const Eigen::VectorXd& weights, const Corner& p, const Eigen::VectorXd& v) const {
    const double size = largest_entry(point_.x, std::max(point_.size, 1e-3));
    const double speed = v.lpNorm<Eigen::Infinity>();
    const double step = 1e-5 * (speed > 0 ? size / speed : 1.0);
    const SwitchingGradient here = gradient(weights, p.face.signature, v, 0);
    const SwitchingGradient ahead = gradient(weights, p.face.signature, v, step);
    const SwitchingGradient behind = gradient(weights, p.face.signature, v, -step);
    const Eigen::VectorXd turn = (ahead.x - behind.x) / (2 * step);
    const double turn_t = (ahead.t - behind.t) / (2 * step);
    const double value =
        here.x.dot(p.dfdx * v + p.dfdt) + turn.dot(p.velocity) + fields_.direction() * turn_t;
    const double terms = here.x.cwiseAbs().dot(p.dfdx.cwiseAbs() * v.cwiseAbs()) +
                         here.x.cwiseAbs().dot(p.dfdt.cwiseAbs()) +
                         turn.cwiseAbs().dot(p.velocity.cwiseAbs()) + std::abs(turn_t);
    if (!std::isfinite(value)) return Sign::mixed;
    if (std::abs(value) <= zero_tolerance * terms) return Sign::zero;
    return value > 0 ? Sign::positive : Sign::negative;
  }

  /// The sign of the first term of h, from the second on, in the series of the corners: zero when
  /// there is none (or no series), mixed when the series are not the same.
  Sign series_sign(const Eigen::VectorXd& weights) const {
    constexpr int order = 6;
    const double size = largest_entry(point_.x, std::max(point_.size, 1e-3));
    Eigen::VectorXd terms;
    for (const Corner& corner : corners_) {
      FaceSeries series;
      FaceField& field = fields_.at(corner.face);
      if (!field.series(point_.t, point_.x, order, series)) return Sign::zero;
      Eigen::VectorXd own = Eigen::VectorXd::Zero(order + 1);
      for (std::size_t m = 0; m < field.monitors().size(); ++m) {
        const Monitor& monitor = field.monitors()[m];
        const auto place =
            std::lower_bound(face_.sliding.begin(), face_.sliding.end(), monitor.surface);
        if (monitor.kind != Monitor::Kind::surface || place == face_.sliding.end() ||
            *place != monitor.surface) {
          continue;
        }
        own += weights(place - face_.sliding.begin()) *
               corner.face.signature[static_cast<std::size_t>(monitor.surface)] *
               series.monitors.col(static_cast<Eigen::Index>(m));
      }
      const double length = characteristic_length(series, size);
      const SwitchingGradient g = gradient(weights, corner.face.signature, corner.velocity, 0);
      const double zero = zero_tolerance * g.x.lpNorm<1>() * size;
      double power = 1;
      for (int k = 0; k <= order; ++k, power *= length) {
        if (k < 2 || std::abs(own(k)) * power <= zero) own(k) = 0;
      }
      if (terms.size() == 0) terms = own;
      if ((terms - own).cwiseAbs().maxCoeff() > 1e-6 * terms.cwiseAbs().maxCoeff()) {
        return Sign::mixed;
      }
    }
    for (const double term : terms) {
      if (term != 0) return term > 0 ? Sign::positive : Sign::negative;
    }
    return Sign::zero;
  }

  Contact judge(const Eigen::MatrixXd& combinations) {
    FaceField& own = fields_.at(face_);
    own.begin(point_.t, point_.x);
    Eigen::VectorXd velocity(static_cast<Eigen::Index>(point_.x.size()));
    own.velocity(point_.t, point_.x, {velocity.data(), point_.x.size()});
    if (inclusion_.is_autonomous() && velocity.isZero(0)) return Contact::stays;
    bool decided = velocity.allFinite();
    for (Eigen::Index c = 0; c < combinations.cols(); ++c) {
      const Eigen::VectorXd weights = combinations.col(c);
      Sign sign = bend(weights, corners_.front(), corners_.front().velocity);
      // Along the velocity of the field the rates must not all go to one side.
      bool up = false;
      bool down = false;
      for (const Corner& p : corners_) {
        for (const Corner& q : corners_) {
          if (sign != Sign::mixed) sign = common_sign(sign, bend(weights, p, q.velocity));
        }
        if (!decided) continue;
        const Sign own_sign = bend(weights, p, velocity);
        up = up || own_sign == Sign::positive || own_sign == Sign::zero;
        down = down || own_sign == Sign::negative || own_sign == Sign::zero;
      }
      bool balanced = up && down;
      if (sign == Sign::positive || sign == Sign::negative) return Contact::leaves;
      if (sign == Sign::zero) {
        const Sign higher = series_sign(weights);
        if (higher == Sign::positive || higher == Sign::negative) return Contact::leaves;
        balanced = balanced && higher == Sign::zero;
      }
      decided = decided && balanced;
    }
    return decided ? Contact::stays : Contact::undecided;
  }

  const Inclusion& inclusion_;
  FaceFields& fields_;
  const LocalPoint& point_;
  const Face& face_;
  std::vector<Corner> corners_;
};

}  // namespace

Contact sliding_contact(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                        const Face& face) {
  return ContactTest(inclusion, fields, point, face).run();
}

}  // namespace filippov::detail
