#pragma once

/// Everything that is public, in the order of the layers.

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"
