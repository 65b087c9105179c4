#include "filippov/filippov.hpp"
