#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "filippov/arithmetic/interval.hpp"

namespace filippov {

/// The shortest decimal that is <= x and, read to nearest, is x again. At most 18 digits; "-inf"
/// and "inf" for the infinities. Throws Error for NaN.
std::string decimal_below(double x);
/// The shortest decimal that is >= x and, read to nearest, is x again.
std::string decimal_above(double x);

/// "[a, b]" with a = decimal_below(lower) and b = decimal_above(upper): the text, taken as exact
/// decimals, contains x, and each end, read to nearest, is the end of x again.
std::string to_string(Interval x);
std::ostream& operator<<(std::ostream& out, Interval x);

/// Reads "[a, b]", or one decimal number for the tightest interval around it; an end may be "-inf"
/// or "inf". Encloses the exact decimals, so that what to_string wrote comes back at most one unit
/// in the last place wider at each end. Throws Error for anything else.
Interval parse_interval(std::string_view text);

}  // namespace filippov
