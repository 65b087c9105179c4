#pragma once

#include <Eigen/Core>
#include <string_view>

#include "filippov/inclusion/face.hpp"

namespace filippov {

/// One way to go on from a point.
struct Continuation {
  enum class Kind {
    leave,  ///< into the open cell `face.signature`
    slide,  ///< along the surfaces `face.sliding`
    rest,   ///< stays at the point: 0 is in F
  };
  Kind kind = Kind::leave;
  Face face;
  Eigen::VectorXd velocity;  ///< dx/dt at the point; 0 for rest
};

std::string_view name(Continuation::Kind kind);

}  // namespace filippov
