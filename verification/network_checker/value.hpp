#pragma once

#include "certificate/value.hpp"

namespace network_checker {

using checker::Box;
using checker::Malformed;
using checker::Range;
using checker::Refusal;
using checker::Value;

}  // namespace network_checker
