#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace filippov::apps {

/// The finite decimal number `text`; `what` says in the error what it was to be: "--until".
double read_number(std::string_view text, std::string_view what);

/// An integer >= 1.
long read_count(std::string_view text, std::string_view what);

/// Finite decimal numbers between commas.
std::vector<double> read_numbers(std::string_view text, std::string_view what);

/// The parts of `text` between commas, without surrounding blanks. No part may be empty.
std::vector<std::string> split_list(std::string_view text, std::string_view what);

}  // namespace filippov::apps
