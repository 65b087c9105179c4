#include "filippov/arithmetic/error.hpp"

namespace filippov {

Error::Error(const std::string& message) : std::runtime_error(message) {}

Error::~Error() = default;

}  // namespace filippov
