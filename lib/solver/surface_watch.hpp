#pragma once

#include <map>
#include <memory>
#include <vector>

#include "../inclusion/separable.hpp"
#include "filippov/function/taylor_reading.hpp"

namespace filippov::detail {

/// First event of one surface.
struct SurfaceEvent {
  enum class Kind {
    none,
    hit,         ///< h = 0 at `place`
    contact,     ///< touched at `place`
    look_again,  ///< nothing up to `place`; beyond, the polynomial is not to be trusted
  };
  Kind kind = Kind::none;
  double place = 0;
};

/// Switching functions along motions whose coordinates are polynomials with origins of their own.
///
/// Affine switching functions are combined from the polynomials; of others the Taylor series is
/// computed from theirs, and zeros are refined on h itself.
class SurfaceWatch {
 public:
  /// `order`: of the series; `direction`: of time.
  SurfaceWatch(const Separable& system, double direction, int order, double relative_tolerance)
      : system_(system),
        direction_(direction),
        order_(order),
        relative_tolerance_(relative_tolerance) {}

  /// The surface to look at, from time t on, over `length`.
  void begin(int j, double t, double length);
  /// The next coordinate that h reads: column `column` of `coefficients`, whose origin is `shift`
  /// before t. Give all, increasing.
  void add(const Eigen::MatrixXd& coefficients, int column, double shift);
  /// The first zero of h from the side `side`; `left`: the surface is left at t, where h is zero.
  SurfaceEvent search(double side, bool left);

 private:
  struct Reading {
    DoubleReading value;
    TaylorReading series;
  };

  Reading& reading();
  double refined(const std::vector<double>& monitor, double side, double place);
  double height(double place);

  const Separable& system_;
  double direction_;
  int order_;
  double relative_tolerance_;
  std::map<int, std::unique_ptr<Reading>> readings_;  ///< of surfaces that are not affine

  int surface_ = -1;
  double t_ = 0;
  double length_ = 0;
  std::vector<std::vector<double>> given_;  ///< series of the coordinates, by their order in h
  std::size_t given_count_ = 0;
};

}  // namespace filippov::detail
