// The constants of Theorem 5.1 for the data of the paper's Figure 1 and for the iris data: beta,
// beta_hat and beta_tilde as intervals.

#include "filippov/verify/constants.hpp"

#include <fmt/format.h>

#include <iostream>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/network_certificate.hpp"

using namespace filippov;

namespace {

constexpr const char* data_directory = FILIPPOV_DATA;

/// The exact value is in the interval, which is no wider than `gap` relative to it.
void check_value(Claims& claims, const std::string& what, const std::string& known, Interval found,
                 Interval exact, double gap) {
  const bool close = found.width() <= gap * found.magnitude();
  claims.add_proof(what, known, to_string(found), intersect(found, exact).has_value() && close);
}

/// 50 points at the angles 2 pi i/50, labels 5 max(0, x1)^2 + 4 max(0, -x1)^2 (Figure 1). With n
/// points at equal angles, sum_i max(0, cos)^4 = 3n/16 and sum_i max(0, cos)^2 = n/4 at every
/// angle: beta = sqrt(75/8) and 5 / (2 sqrt 2). The labels are written with 17 digits.
void equally_spaced(Claims& claims) {
  const DataSet data = read_csv(std::string(data_directory) + "/equally_spaced.csv");
  constexpr double rounded = 1e-14;  // of data and labels, relative
  const auto near = [](double x) { return Interval::around(x, rounded * x); };
  const ConstantsOptions tight{.relative_gap = 1e-9, .max_cones = 1000000};
  const TheoremConstants squared =
      theorem_constants(parse_network("squared-relu"), data, {}, tight);
  check_value(claims, "beta, squared ReLU, equally spaced data", "sqrt(75/8)", squared.beta,
              near(3.06186217847897262), 1e-9);
  check_value(claims, "|l'(0, y)| there, square loss", "|y|", squared.label_norm,
              near(19.6054839266976524), 1e-9);
  check_value(claims, "beta_tilde = beta_hat beta + |l'(0, y)|", "beta + |y|", squared.beta_tilde,
              near(22.6673461051766250), 1e-9);
  check_value(claims, "ln C of T_bar = 1: 4 beta beta_tilde", "277.617...", squared.ln_C(1),
              near(277.617158903731826), 2e-9);
  const TheoremConstants mean =
      theorem_constants(parse_network("squared-relu"), data, {.mean = true}, tight);
  check_value(claims, "beta_tilde of the mean loss", "a 50th of it", mean.beta_tilde,
              near(0.453346922103532501), 1e-9);
  const TheoremConstants layers = theorem_constants(parse_network("relu"), data, {}, tight);
  check_value(claims, "beta, two layers, equally spaced data", "5/(2 sqrt 2)", layers.beta,
              near(1.76776695296636881), 1e-9);
}

/// 150 examples in four dimensions: beta has no closed form; the best values known come from local
/// searches.
void iris(Claims& claims) {
  const DataSet data = read_csv(std::string(data_directory) + "/iris.csv");
  const Network network = parse_network("squared-relu");
  const TheoremConstants squared = theorem_constants(network, data, {});
  write_file(claims.certificate("constants_iris.json", "the constants for iris, squared ReLU"),
             certificate({network, data, data, {}, {}}, squared));
  claims.add_proof("beta, squared ReLU, iris", ">= 37.1549483649", to_string(squared.beta),
                   squared.beta_tight && squared.beta.upper() >= 37.1549483649);
  const TheoremConstants layers = theorem_constants(parse_network("relu"), data, {});
  claims.add_proof("beta, two layers, iris", ">= 7.98369842230", to_string(layers.beta),
                   layers.beta_tight && layers.beta.upper() >= 7.98369842230);
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "The constants of Theorem 5.1");
  equally_spaced(claims);
  iris(claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "constants: " << error.what() << '\n';
  return 2;
}
