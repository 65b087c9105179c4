#pragma once

#include <string>

#include "value.hpp"

namespace checker {

/// Proves again what the certificate in a file (see FORMAT.md) claims; says what that was. Throws
/// Refusal where it is not proved, Malformed if that is no certificate.
std::string check(const std::string& file);

}  // namespace checker
