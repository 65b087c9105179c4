#pragma once

#include "command_line.hpp"

namespace filippov::apps {

// Each adds a subcommand. Its exit code is 0: done, or 1: the answer to a yes/no request is no. Bad
// input throws Error.
void add_flow(CommandLine& program);
void add_classify(CommandLine& program);
void add_enclose(CommandLine& program);
void add_check(CommandLine& program);
void add_constants(CommandLine& program);
void add_align(CommandLine& program);
void add_saddle(CommandLine& program);
void add_train(CommandLine& program);
void add_kkt(CommandLine& program);

}  // namespace filippov::apps
