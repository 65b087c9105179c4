#include <filippov/filippov.hpp>
#include <iostream>

// A program from outside: its headers, its symbols, and exceptions that cross the library's border.
int main() {
  try {
    throw filippov::Error("line 1: expected a number");
  } catch (const filippov::Error& error) {
    std::cout << error.what() << '\n';
  }
}
