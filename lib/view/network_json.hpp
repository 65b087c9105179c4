#pragma once

#include "filippov/view/network_certificate.hpp"
#include "json_text.hpp"

namespace filippov::detail {

/// The fields that all certificates about networks begin with.
Json network_json(const CertifiedNetwork& problem, const char* kind);

Json interval_json(Interval x);
Json box_json(const std::vector<Interval>& box);
/// Wider by some rounding errors, for what is proved in another order of operations.
Interval wider(Interval x);
/// The same and by `room` besides.
Json wider_box_json(const std::vector<Interval>& box, double room);

}  // namespace filippov::detail
