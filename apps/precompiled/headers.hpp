// Read once for all subcommands; as in lib/precompiled.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <Eigen/Core>
#include <algorithm>
#include <string>
#include <vector>
