#pragma once

#include <filesystem>
#include <string_view>

namespace filippov {

/// Throws Error, naming the file and the reason, unless `write_file(file, ...)` can be expected to
/// succeed. To be called before long work; leaves nothing behind.
void require_writable(const std::filesystem::path& file);

/// Writes `text` to `file`, replacing what was there, at once: a reader (or a crash) sees the old
/// contents or the new, never a part. The text goes to a temporary file in the same directory,
/// which is then renamed. What exists and is no regular file (/dev/null, a pipe) is written
/// directly. Throws Error, naming the file and the reason; the old contents then stay.
void write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace filippov
