#pragma once

/// Everything that is public, in the order of the layers.

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/double_reading.hpp"
#include "filippov/function/expression.hpp"
#include "filippov/function/function.hpp"
#include "filippov/function/graph.hpp"
#include "filippov/function/operation.hpp"
#include "filippov/function/program.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"
#include "filippov/geometry/polytope.hpp"
#include "filippov/geometry/sign_feasibility.hpp"
#include "filippov/geometry/support_function.hpp"
#include "filippov/solution/event.hpp"
#include "filippov/solution/solution.hpp"
#include "filippov/solution/trajectory.hpp"
#include "filippov/arithmetic/interval_io.hpp"
