#pragma once

#include <stdexcept>
#include <string>

namespace checker {

/// What the certificate claims and cannot be proved again, with the reason.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What is no certificate: where, what, and what was expected.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Proves again what the certificate in a file (see FORMAT.md) claims; says what that was. Throws
/// Refusal where it is not proved, Malformed if that is no certificate.
std::string check(const std::string& file);

}  // namespace checker
