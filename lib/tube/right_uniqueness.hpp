#pragma once

#include <string>
#include <vector>

#include "filippov/inclusion/face.hpp"
#include "surface_reading.hpp"

namespace filippov::detail {

/// Why the solution through every state near these surfaces is unique forward in (elapsed) time,
/// or why that is not proved.
struct Uniqueness {
  bool proved = false;
  std::string reason;
};

/// Right uniqueness on t x box, where the surfaces `touched` meet the box and `sides` holds the
/// sides of all others (their own entries are ignored).
///
/// Nothing is proved where one of their functions jumps with the side of another. Surfaces that
/// every element of F crosses with one sign are passed once, at an isolated time, and do not
/// matter. What remains is unique if it is
///  - no surface: F is locally Lipschitz between the crossings;
///  - one surface with <grad h, f-> > 0 throughout or <grad h, f+> < 0 throughout (Filippov 1988,
///    section 10, theorem 2);
///  - surfaces of a Clarke gradient flow across which the potential is concave where it ascends,
///    convex where it descends: then F is one-sided Lipschitz (a function whose derivative along
///    almost every segment only jumps downward is semi-concave);
///  - surfaces in whose signs F is affine, with jumps along the normals, towards the surface from
///    both sides (FilippovMap::jumps_along_normal);
///  - surfaces with constant gradients c_i and jumps g_j such that [<c_i, g_j>] is symmetric
///    negative definite, or diagonal and negative: then P with P g_j = -d_j c_j, d_j > 0, exists
///    and F is one-sided Lipschitz in the norm of P;
///  - surfaces in whose signs F is affine, with the jumps g_j and m_ij = <grad h_i, g_j> at every
///    point such that m_jj < 0 and d_j |m_jj| > sum_i d_i |m_ij| for some d > 0. The gradients are
///    independent then (the matrix is not singular), so that the h_i and some linear W x are
///    coordinates. Of two solutions x, y let e_i = h_i(x) - h_i(y), and r_j the difference of the
///    signs, which has the sign of e_j: along them (sum d_i |e_i|)' <= L |x - y| - mu sum |r_j|
///    with mu > 0 (where e_i = 0 for some time, e_i' = 0 there, and the sign of r_i serves as that
///    of e_i), and |W (x - y)|' <= L |x - y| + K sum |r_j|: their sum, the second times mu / K,
///    stays 0 by Gronwall's inequality.
Uniqueness right_uniqueness(SurfaceReading& reading, const FilippovMap& map, Interval t,
                            const Box& box, const std::vector<int>& touched, Signature sides);

/// The same for solutions that slide on the surfaces `held` and meet one more, c, which they cross
/// to its side on the face `after`, even where it drives them apart; of those held they leave the
/// ones that are not slid on there to their sides. On both faces the velocity is in F on the box.
///
/// No solution leaves a surface b that is slid on further if
///  - for every choice of the sides of c and of those held, <grad h_b, f> leads towards it; or
///  - all are, b are planes, F is affine in the signs, and jumps by m_b u_b grad h_b, m_b <= 0, u_b
///    in Sign(h_b): on either side of c, so for every mean, the part in the span of the normals of
///    the rest of F (less the velocity of the planes) is -sum m_b u_b grad h_b, |u_b| <= 1, as the
///    face has a velocity in F there; so with the distance D from the planes' intersection (D^2/2)'
///    <= sum m_b (|h_b| - u_b h_b) + L D^2, where selects that are continuous across b give L.
/// For all velocities v in F that solutions have <grad h_b, v> = 0 then. So of what is said about
/// those v, sums with multiples y_b <grad h_b, f> may be proved for the fields f in the modes
/// instead. Of an a that is left, to the side h_a > 0, r_a = <grad h_a, v> is
///  - negative above a before c, so that it is not left too early;
///  - positive below a, so that no solution gets there;
///  - positive behind c, so that it is left there.
/// At last, with some z_a >= 0, side <grad h_c, v> - sum z_a r_a > 0 in every mode: side h_c - sum
/// z_a h_a grows along every solution, and from where they meet side h_c > sum z_a h_a >= 0. On
/// either side of c the motion is unique.
Uniqueness crosses_while_sliding(SurfaceReading& reading, const FilippovMap& map, Interval t,
                                 const Box& box, const std::vector<int>& held, int crossed,
                                 const Face& after, Signature sides);

}  // namespace filippov::detail
