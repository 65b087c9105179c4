#pragma once

#include <filesystem>

namespace filippov::detail {

/// A file being written beside the one it will replace. Removed again unless committed.
class PendingFile {
 public:
  /// Creates the temporary file, empty. Throws Error.
  explicit PendingFile(const std::filesystem::path& target);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  /// Where to write: the temporary file, or the target itself if that is no regular file.
  const std::filesystem::path& path() const { return path_; }
  /// Moves what was written to the target. Throws Error.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  bool committed_ = false;
};

}  // namespace filippov::detail
