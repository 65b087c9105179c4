#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace filippov::detail {

/// `text` as a gnuplot string constant, taken literally.
std::string gnuplot_string(std::string_view text);

/// Runs `script` with gnuplot, output going to `file`, which is replaced when all went well.
/// Throws Error with gnuplot's message otherwise.
void run_gnuplot(const std::filesystem::path& file, const std::string& script);

}  // namespace filippov::detail
