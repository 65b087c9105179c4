#pragma once

#include <CLI/App.hpp>
#include <functional>

namespace filippov::apps {

/// Adds a subcommand. When it was given, `run` becomes what it does; it returns the exit code:
/// 0 done, 1 the answer to a yes/no request is no. Bad input throws Error.
using Run = std::function<int()>;
void add_flow(CLI::App& program, Run& run);
void add_classify(CLI::App& program, Run& run);
void add_enclose(CLI::App& program, Run& run);
void add_check(CLI::App& program, Run& run);
void add_constants(CLI::App& program, Run& run);
void add_align(CLI::App& program, Run& run);
void add_saddle(CLI::App& program, Run& run);
void add_train(CLI::App& program, Run& run);
void add_kkt(CLI::App& program, Run& run);

}  // namespace filippov::apps
