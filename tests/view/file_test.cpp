#include "filippov/view/file.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <string>

#include "filippov/arithmetic/error.hpp"
#include "scratch_directory.hpp"

using namespace filippov;

namespace {

std::ptrdiff_t files_in(const std::filesystem::path& directory) {
  return std::distance(std::filesystem::directory_iterator(directory), {});
}

}  // namespace

TEST_CASE("a file is written whole and replaced whole") {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "a.txt";
  require_writable(file);
  CHECK(files_in(scratch.path()) == 0);
  write_file(file, "first\n");
  CHECK(contents(file) == "first\n");
  std::filesystem::permissions(file, std::filesystem::perms(0640));
  require_writable(file);
  CHECK(contents(file) == "first\n");
  write_file(file, std::string_view("\0second", 7));
  CHECK(contents(file) == std::string("\0second", 7));
  CHECK(std::filesystem::status(file).permissions() == std::filesystem::perms(0640));
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("what a link points to is replaced, not the link") {
  const ScratchDirectory scratch;
  const auto link = scratch.path() / "link";
  write_file(scratch.path() / "a.txt", "old");
  std::filesystem::create_symlink("a.txt", link);
  write_file(link, "new");
  CHECK(std::filesystem::is_symlink(link));
  CHECK(contents(scratch.path() / "a.txt") == "new");
}

TEST_CASE("a device is written directly") {
  require_writable("/dev/null");
  write_file("/dev/null", "nothing");
  CHECK(!std::filesystem::is_regular_file("/dev/null"));
}

TEST_CASE("what cannot be written is refused with its name and the reason") {
  const ScratchDirectory scratch;
  const std::string missing = scratch.path() / "no" / "a.txt";
  CHECK_THROWS_WITH_AS(require_writable(missing),
                       ("cannot write " + missing + ": No such file or directory").c_str(), Error);
  CHECK_THROWS_WITH_AS(write_file(scratch.path(), ""),
                       ("cannot write " + scratch.path().string() + ": Is a directory").c_str(),
                       Error);
  write_file(scratch.path() / "file", "");
  CHECK_THROWS_AS(require_writable(scratch.path() / "file" / "a.txt"), Error);
  CHECK_THROWS_AS(require_writable(""), Error);
  CHECK_THROWS_AS(write_file("/dev/full", "text"), Error);
}
