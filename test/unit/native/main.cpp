#include <cstdio>

#include "check.h"

int allranks::test::run(const std::string& filter) {
  int passed = 0;
  int failed = 0;
  for (const Case& test : cases()) {
    if (test.title.find(filter) == std::string::npos) continue;
    const std::string error = thrown(test.body);
    ++(error.empty() ? passed : failed);
    std::printf("%s %s%s%s\n", error.empty() ? "ok    " : "FAILED", test.title.c_str(), error.empty() ? "" : "\n       ", error.c_str());
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

int main(int argc, char** argv) { return allranks::test::run(argc > 1 ? argv[1] : ""); }
