// check_certificate FILE: proves again what a certificate claims.
//
// Exit code 0: accepted. 1: refused, with the reason. 2: no certificate.

#include <cstdio>
#include <exception>

#include "check.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "check_certificate: expected one argument, the file of the certificate\n");
    return 2;
  }
  try {
    std::printf("%s\n", checker::check(argv[1]).c_str());
    return 0;
  } catch (const checker::Refusal& refusal) {
    std::printf("refused: %s\n", refusal.what());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "check_certificate: %s: %s\n", argv[1], error.what());
    return 2;
  }
}
