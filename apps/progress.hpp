#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace filippov::apps {

/// While it lives, and when standard error is a terminal, shows there how long the work has taken.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void show();

  std::string what_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace filippov::apps
