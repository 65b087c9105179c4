// Read once for all subcommands; as in lib/precompiled.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>
