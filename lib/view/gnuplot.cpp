#include "gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>  // mkdtemp
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "filippov/arithmetic/error.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/plot.hpp"
#include "pending_file.hpp"

extern char** environ;

namespace filippov {

void require_gnuplot() {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path != nullptr ? path : "");
  for (std::string directory; std::getline(directories, directory, ':');) {
    const std::filesystem::path program = std::filesystem::path(directory) / "gnuplot";
    if (access(program.c_str(), X_OK) == 0) return;
  }
  throw Error("cannot plot: the program gnuplot is not on the PATH; install it to draw plots");
}

namespace detail {

namespace {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "filippov-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      throw Error(
          fmt::format("cannot plot: no temporary directory {}: {}", name, std::strerror(errno)));
    }
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Runs gnuplot on `script` with its messages going to the file `messages`; its wait status.
int run(const std::string& script, const std::string& messages) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages.c_str(), O_WRONLY | O_CREAT,
                                   0600);
  std::string arguments[] = {"gnuplot", "--default-settings", script};
  char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  pid_t process = 0;
  const int failure = posix_spawnp(&process, "gnuplot", &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw Error(fmt::format("cannot plot: gnuplot does not start: {}", std::strerror(failure)));
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// The line that says what was wrong: gnuplot shows the statement and a caret before it.
std::string last_line(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string last = "no message";
  for (std::string line; std::getline(stream, line);) {
    if (line.find_first_not_of(" \t^") != std::string::npos) last = line;
  }
  return last;
}

}  // namespace

std::string gnuplot_string(std::string_view text) {
  std::string constant = "'";
  for (const char c : text) {
    constant += c == '\n' ? ' ' : c;
    if (c == '\'') constant += c;
  }
  return constant + "'";
}

void run_gnuplot(const std::filesystem::path& file, const std::string& script) {
  require_gnuplot();
  PendingFile pending(file);
  const TemporaryDirectory scratch;
  const std::filesystem::path script_file = scratch.path() / "plot.gp";
  const std::filesystem::path messages = scratch.path() / "messages";
  write_file(script_file, "set output " + gnuplot_string(pending.path().string()) + "\n" + script);
  const int status = run(script_file, messages);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(
        fmt::format("cannot plot {}: gnuplot failed: {}", file.string(), last_line(messages)));
  }
  pending.commit();
}

}  // namespace detail
}  // namespace filippov
