#pragma once

#include <string>

#include "problem.hpp"

namespace network_checker {

/// Whether a certificate (see FORMAT.md) is about a network: its "kind" says so. False, too, for
/// what cannot be read.
bool is_network_certificate(const std::string& file);

/// Proves again what the certificate in a file claims; says what that was. Throws Refusal where it
/// is not proved, Malformed if that is no certificate.
std::string check(const std::string& file);

}  // namespace network_checker
