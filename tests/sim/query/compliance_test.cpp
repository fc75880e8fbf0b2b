#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/query/jmespath.hpp"
#include "tests/support/catch.hpp"

// JMESPath's public compliance cases. They are not kept here: the launcher unpacks them from a registry package
// (sim/query/README.md says which) into the build directory.

namespace fs = std::filesystem;
using azlab::Json;
using azlab::Query;

namespace {

fs::path compliance_directory() {
  if (const char* given = std::getenv("AZLAB_JMESPATH_COMPLIANCE")) return given;
  return fs::path(AZLAB_BINARY_DIR) / "compliance";
}

std::string outcome(const Json& document, const std::string& expression) {
  auto query = Query::parse(expression);
  if (!query) return "error: " + query.error().message;
  auto found = query->search(document);
  return found ? azlab::dump(*found) : "error: " + found.error().message;
}

}  // namespace

TEST_CASE("jmespath: the public compliance cases", "[query][compliance]") {
  const fs::path directory = compliance_directory();
  if (!fs::is_directory(directory)) {
    WARN("no compliance cases in " << directory.string() << "; set AZLAB_JMESPATH_COMPLIANCE");
    return;
  }
  std::size_t cases = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const Json groups = azlab::parse_json(text).value();
    for (const Json& group : groups) {
      for (const Json& row : group.at("cases")) {
        const std::string expression = row.at("expression").get<std::string>();
        if (row.contains("bench")) continue;
        ++cases;
        INFO(entry.path().filename().string() << ": " << expression);
        const std::string got = outcome(group.at("given"), expression);
        if (row.contains("error")) {
          CHECK(got.starts_with("error: "));
          if (row["error"] == "syntax") CHECK_FALSE(Query::parse(expression).has_value());
        } else {
          const bool same = !got.starts_with("error: ") && azlab::parse_json(got).value() == row.at("result");
          INFO("got " << got << ", expected " << azlab::dump(row.at("result")));
          CHECK(same);
        }
      }
    }
  }
  CHECK(cases > 800);
}
