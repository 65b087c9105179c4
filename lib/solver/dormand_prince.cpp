#include "dormand_prince.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace filippov::detail {

namespace {

constexpr double a21 = 1.0 / 5;
constexpr double a31 = 3.0 / 40, a32 = 9.0 / 40;
constexpr double a41 = 44.0 / 45, a42 = -56.0 / 15, a43 = 32.0 / 9;
constexpr double a51 = 19372.0 / 6561, a52 = -25360.0 / 2187, a53 = 64448.0 / 6561,
                 a54 = -212.0 / 729;
constexpr double a61 = 9017.0 / 3168, a62 = -355.0 / 33, a63 = 46732.0 / 5247, a64 = 49.0 / 176,
                 a65 = -5103.0 / 18656;
constexpr double b1 = 35.0 / 384, b3 = 500.0 / 1113, b4 = 125.0 / 192, b5 = -2187.0 / 6784,
                 b6 = 11.0 / 84;
constexpr double e1 = 71.0 / 57600, e3 = -71.0 / 16695, e4 = 71.0 / 1920, e5 = -17253.0 / 339200,
                 e6 = 22.0 / 525, e7 = -1.0 / 40;
constexpr double d1 = -12715105075.0 / 11282082432, d3 = 87487479700.0 / 32700410799,
                 d4 = -10690763975.0 / 1880347072, d5 = 701980252875.0 / 199316789632,
                 d6 = -1453857185.0 / 822651844, d7 = 69997945.0 / 29380423;

}  // namespace

DormandPrince::DormandPrince(Field field, Matrix x0, double rtol)
    : field_(std::move(field)), rtol_(rtol), x_(std::move(x0)), old_(x_), stage_(x_) {
  for (Matrix& k : k_) k.setZero(x_.rows(), x_.cols());
  evaluate(x_, k_[0]);
  next_ = first_step();
}

void DormandPrince::evaluate(const Matrix& x, Matrix& f) {
  field_(x, f);
  ++evaluations_;
}

/// The largest norm of a column relative to that of `size`; columns that are zero in both do not
/// count.
double DormandPrince::relative(const Matrix& difference, const Matrix& size) const {
  double largest = 0;
  for (Eigen::Index k = 0; k < size.cols(); ++k) {
    const double norm = difference.col(k).stableNorm();
    if (norm == 0) continue;
    const double ratio = norm / size.col(k).stableNorm();
    if (std::isnan(ratio)) return ratio;
    largest = std::max(largest, ratio);
  }
  return largest;
}

double DormandPrince::first_step() {
  // A column at rest in the origin may be pushed out of it: there the estimate is infinite.
  const double rate = relative(k_[0], x_);
  return rate > 0 && std::isfinite(rate) ? 0.1 * std::pow(rtol_, 0.2) / rate : 1e-6;
}

double DormandPrince::error(double h) const {
  const Matrix difference =
      h * (e1 * k_[0] + e3 * k_[2] + e4 * k_[3] + e5 * k_[4] + e6 * k_[5] + e7 * k_[6]);
  return relative(difference, old_.cwiseAbs().cwiseMax(stage_.cwiseAbs())) / rtol_;
}

bool DormandPrince::step(double end) {
  constexpr double exponent = 0.17;  // 1/5 - 3/4 beta
  constexpr double beta = 0.04;
  old_.swap(x_);
  for (;;) {
    const double h = std::min(next_, end - t_);
    if (!(h > 4 * std::numeric_limits<double>::epsilon() * t_) || !std::isfinite(h)) {
      old_.swap(x_);
      return false;
    }
    stage_ = old_ + h * a21 * k_[0];
    evaluate(stage_, k_[1]);
    stage_ = old_ + h * (a31 * k_[0] + a32 * k_[1]);
    evaluate(stage_, k_[2]);
    stage_ = old_ + h * (a41 * k_[0] + a42 * k_[1] + a43 * k_[2]);
    evaluate(stage_, k_[3]);
    stage_ = old_ + h * (a51 * k_[0] + a52 * k_[1] + a53 * k_[2] + a54 * k_[3]);
    evaluate(stage_, k_[4]);
    stage_ = old_ + h * (a61 * k_[0] + a62 * k_[1] + a63 * k_[2] + a64 * k_[3] + a65 * k_[4]);
    evaluate(stage_, k_[5]);
    stage_ = old_ + h * (b1 * k_[0] + b3 * k_[2] + b4 * k_[3] + b5 * k_[4] + b6 * k_[5]);
    evaluate(stage_, k_[6]);
    const double size = error(h);
    if (size <= 1) {
      const double factor =
          0.9 * std::pow(std::max(size, 1e-10), -exponent) * std::pow(last_error_, beta);
      next_ = h * std::clamp(factor, 0.2, 10.0);
      last_error_ = std::max(size, 1e-4);
      x_ = stage_;
      // The last stage is the first one of the next step; what was first is needed to interpolate.
      k_[1] = k_[0];
      k_[0] = k_[6];
      h_ = h;
      t_ = h == end - t_ ? end : t_ + h;
      ++steps_;
      return true;
    }
    ++rejected_;
    next_ = h * (std::isfinite(size) ? std::clamp(0.9 * std::pow(size, -0.2), 0.1, 0.9) : 0.1);
  }
}

void DormandPrince::interpolate(double t, Matrix& x) const {
  const double theta = h_ > 0 ? std::clamp(1 - (t_ - t) / h_, 0.0, 1.0) : 1.0;
  const double rest = 1 - theta;
  const Matrix& first = k_[1];
  const Matrix change = x_ - old_;
  const Matrix slope = h_ * first - change;
  x = old_ +
      theta * (change + rest * (slope + theta * (change - h_ * k_[6] - slope +
                                                 rest * h_ *
                                                     (d1 * first + d3 * k_[2] + d4 * k_[3] +
                                                      d5 * k_[4] + d6 * k_[5] + d7 * k_[6]))));
}

}  // namespace filippov::detail
