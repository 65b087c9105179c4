#pragma once

#include <string>
#include <vector>

#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov::detail {

/// `scaled_flow` as formulas in w1, w2, ... (the neurons one after another) and p, as certificates
/// have it (verification/network_checker/FORMAT.md): one per coordinate, the last "0". `written`
/// are the data before `options` change them: standardized inputs stand there as exact formulas;
/// rows are normalized where their outputs are divided by their lengths, so that the hyperplanes
/// keep the numbers as they are. Throws Error for numbers that are not known as decimals.
std::vector<std::string> flow_formulas(const Network& network, const DataSet& written,
                                       const Loss& loss, const DataOptions& options = {});

}  // namespace filippov::detail
