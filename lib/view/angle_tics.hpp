#pragma once

#include "curves.hpp"
#include "gnuplot_script.hpp"

namespace filippov::detail {

/// Multiples of pi/2 as the tics of an axis.
void angle_tics(GnuplotScript& script, char axis, const Range& range, bool labels = true);

}  // namespace filippov::detail
