#pragma once

#include <string>
#include <vector>

#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov::detail {

/// `scaled_flow` as formulas in w1, w2, ... (the neurons one after another) and p, as certificates
/// have it (verification/network_checker/FORMAT.md): one per coordinate, the last "0". Rows are
/// normalized, if so, where their outputs are divided by their length: the hyperplanes keep the
/// numbers as they are written. Throws Error for numbers that are not known as decimals.
std::vector<std::string> flow_formulas(const Network& network, const DataSet& data,
                                       const Loss& loss, bool normalize_rows = false);

}  // namespace filippov::detail
