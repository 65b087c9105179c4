#pragma once

#include "certificate/value.hpp"

namespace checker {

/// Proves again what the certificate of a tube (see FORMAT.md) claims; says what that was. Throws
/// Refusal where it is not proved, Malformed if that is no certificate.
std::string check(const Value& all);

}  // namespace checker
