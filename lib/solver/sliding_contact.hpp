#pragma once

#include "face_fields.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

/// What becomes of sliding on surfaces whose rate is the same for every element of F.
enum class Contact {
  none,       ///< there is no such surface: first order decides
  stays,      ///< the field of the face stays on all of them
  leaves,     ///< every motion leaves one of them at once
  undecided,  ///< some elements of F bend to one side and some to the other
};

/// Second order where first order says nothing: combinations h of the surfaces slid on (one of
/// them, as a rule) whose rate r_p = <grad h, f_p> + dh/dt is zero in all selections f_p next to
/// the face, as where h is touched while the state slides on others.
///
/// A motion on the face has velocities in the hull of the f_q, so that the derivative of r_p along
/// it is in the hull of c_pq = <grad r_p, f_q> + dr_p/dt, and h' in that of the r_p. If all c_pq
/// are positive, or all negative, h leaves zero at once.
Contact sliding_contact(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                        const Face& face);

}  // namespace filippov::detail
