#pragma once

#include <vector>

#include "filippov/function/expression.hpp"
#include "filippov/function/function.hpp"

namespace filippov::detail {

/// f(inner) as an expression in the graph of `inner`, which has as many entries as f coordinates.
Expression compose(const Function& f, const std::vector<Expression>& inner,
                   const std::shared_ptr<Graph>& graph);

}  // namespace filippov::detail
