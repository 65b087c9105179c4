#pragma once

#include <string>

namespace filippov::apps {

/// Writes a certificate about a network to a file, once the checker has accepted it. Throws Error
/// with the inequality that it refuses, and writes nothing, where it does not: the checker computes
/// bounds of its own, which now and then are a little wider than those of the library.
void write_checked_certificate(const std::string& file, const std::string& text);

}  // namespace filippov::apps
