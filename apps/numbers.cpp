#include "numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov::apps {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

double read_number(std::string_view text, std::string_view what) {
  std::string_view digits = trimmed(text);
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  double value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure == std::errc::result_out_of_range) {
    throw Error(
        fmt::format("{} is '{}': expected a number that fits into double precision", what, text));
  }
  if (failure != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    throw Error(fmt::format("{} is '{}': expected a finite number", what, text));
  }
  return value;
}

long read_count(std::string_view text, std::string_view what) {
  const std::string_view digits = trimmed(text);
  long value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc() || end != digits.data() + digits.size() || value < 1) {
    throw Error(fmt::format("{} is '{}': expected a whole number, at least 1", what, text));
  }
  return value;
}

std::vector<std::string> split_list(std::string_view text, std::string_view what) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.emplace_back(trimmed(text.substr(begin, end - begin)));
    if (parts.back().empty()) {
      throw Error(fmt::format("entry {} of {} is empty: expected entries between commas, as in 1,2",
                              parts.size(), what));
    }
    begin = end + 1;
  }
  return parts;
}

std::vector<double> read_numbers(std::string_view text, std::string_view what) {
  std::vector<double> numbers;
  for (const std::string& part : split_list(text, what)) {
    numbers.push_back(read_number(part, fmt::format("entry {} of {}", numbers.size() + 1, what)));
  }
  return numbers;
}

}  // namespace filippov::apps
