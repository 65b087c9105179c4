#pragma once

#include <string>

#include "filippov/arithmetic/interval.hpp"

/// What is wrong with the sums, products and quotients of x and y by the intervals of hot loops, or
/// of their ends by those of twice the digits; empty if nothing is.
std::string check_inner(filippov::Interval x, filippov::Interval y);
