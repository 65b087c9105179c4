#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace filippov::apps {

/// The arguments after the program's name, with `--option -value` joined to `--option=-value`:
/// a value may begin with a minus sign.
std::vector<std::string> joined_arguments(const CLI::App& program, int argc, char** argv);

}  // namespace filippov::apps
