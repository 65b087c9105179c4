#include "filippov/view/kkt_plot.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "filippov/arithmetic/error.hpp"
#include "scratch_directory.hpp"

using namespace filippov;

namespace {

std::string drawn(const std::filesystem::path& file, const char* network, const char* text) {
  const DataSet data = parse_csv(text, "data");
  const Network parsed = parse_network(network);
  plot_kkt(file, parsed, data, {}, kkt_points(parsed, data));
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("KKT points are drawn on the correlation function") {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "kkt.svg";
  const std::string squared = drawn(file, "squared-relu", "1,.25,1\n1,-.25,1\n");
  CHECK(squared.find("stable KKT point") != std::string::npos);
  CHECK(squared.find("set of KKT points") != std::string::npos);
  CHECK(squared.find("v &lt; 0") == std::string::npos);
  const std::string layers = drawn(file, "relu", "1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n");
  CHECK(layers.find("v &lt; 0") != std::string::npos);
  CHECK(layers.find("other KKT point") != std::string::npos);
  CHECK_THROWS_AS(drawn(file, "squared-relu", "1,0,0,1\n0,1,0,2\n"), Error);
  CHECK_THROWS_AS(drawn(file, "diagonal", "1,0,1\n0,1,2\n"), Error);
  CHECK(std::filesystem::exists(file));  // as before
}
