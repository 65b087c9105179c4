#include "filippov/view/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "pending_file.hpp"

namespace filippov {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, int reason) {
  throw Error(fmt::format("cannot write {}: {}", file.string(), std::strerror(reason)));
}

}  // namespace

namespace detail {

PendingFile::PendingFile(const std::filesystem::path& target) : target_(target) {
  std::error_code ignored;
  if (target.empty()) throw Error("cannot write a file without a name: expected a path");
  // A link stays a link: what it points to is replaced.
  if (std::filesystem::is_symlink(target, ignored)) {
    const auto resolved = std::filesystem::weakly_canonical(target, ignored);
    if (!ignored) target_ = resolved;
  }
  const auto status = std::filesystem::status(target_, ignored);
  if (std::filesystem::is_directory(status)) refuse(target, EISDIR);
  const bool exists = std::filesystem::exists(status);
  if (exists && access(target_.c_str(), W_OK) != 0) refuse(target, errno);
  if (exists && !std::filesystem::is_regular_file(status)) {
    path_ = target_;
    return;
  }
  std::random_device random;
  int descriptor = -1;
  for (int attempt = 0; attempt < 100 && descriptor < 0; ++attempt) {
    path_ = target_;
    path_.replace_filename(fmt::format(".{}.{:08x}", target_.filename().string(), random()));
    descriptor = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno != EEXIST) refuse(target, errno);
  }
  if (descriptor < 0) refuse(target, EEXIST);
  if (exists) fchmod(descriptor, static_cast<mode_t>(status.permissions()));
  close(descriptor);
}

PendingFile::~PendingFile() {
  std::error_code ignored;
  if (!committed_ && path_ != target_) std::filesystem::remove(path_, ignored);
}

void PendingFile::commit() {
  std::error_code failure;
  if (path_ != target_) std::filesystem::rename(path_, target_, failure);
  if (failure) refuse(target_, failure.value());
  committed_ = true;
}

}  // namespace detail

void require_writable(const std::filesystem::path& file) { const detail::PendingFile probe(file); }

void write_file(const std::filesystem::path& file, std::string_view text) {
  detail::PendingFile pending(file);
  errno = 0;
  std::ofstream stream(pending.path(), std::ios::binary);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  if (!stream) refuse(file, errno != 0 ? errno : EIO);
  pending.commit();
}

}  // namespace filippov
