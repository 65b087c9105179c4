#pragma once

#include "problem.hpp"

namespace network_checker {

/// Krawczyk's operator about a point in a box, for a function with this value there and its
/// (Clarke's) Jacobian over the box: the function has one root in the box, which is in what is
/// returned. Throws Refusal, after the words `what`, unless that is strictly inside.
Box krawczyk(const Box& centre, const Box& box, const Box& value, const std::vector<Box>& jacobian,
             const std::string& what);

}  // namespace network_checker
