// Read once for the whole library, which halves the time to compile it. No file relies on it: the
// debug lane of .ci/run compiles without (-Db_pch=false).
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>
