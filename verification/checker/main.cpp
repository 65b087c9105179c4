// check_certificate FILE: proves again what a certificate claims. Exit code 0: accepted; 1:
// refused, with the reason; 2: no certificate.

#include <cstdio>

#include "check.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) throw checker::Malformed("expected one argument, the file of the certificate");
  std::printf("%s\n", checker::check({checker::read(argv[1]), argv[1]}).c_str());
} catch (const checker::Refusal& refusal) {
  std::printf("refused: %s\n", refusal.what());
  return 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "check_certificate: %s\n", error.what());
  return 2;
}
