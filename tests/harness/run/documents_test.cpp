// Labs in other people's words (documents/*.md), each with the verdict of every step and all findings beside it
// (documents/*.json), judged by reading the document: what a reader could do passes, what nobody could do fails,
// what was not carried out or not understood never passes.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/report/report.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/run_directory.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

std::vector<std::filesystem::path> documents() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(AZLAB_SOURCE_DIR "/tests/harness/run/documents")) {
    if (entry.path().extension() == ".md") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("a document in anybody's words gets the verdicts and findings that its reader would give it", "[documents]") {
  for (const auto& path : documents()) {
    INFO(path.filename().string());
    const auto text = read_file(path.string());
    auto sidecar = path;
    const auto expected_text = read_file(sidecar.replace_extension(".json").string());
    REQUIRE(text);
    REQUIRE(expected_text);
    const auto expected = nlohmann::json::parse(*expected_text);
    const auto lab = lab::read_lab(*text, path.filename().string());
    REQUIRE(lab);
    const auto record = run_lab(*lab, {.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
    REQUIRE(record);
    std::vector<std::string> verdicts;
    for (const auto& step : record->steps) verdicts.push_back(std::to_string(step.line) + " " + step.verdict);
    std::vector<std::string> findings;
    for (const auto& f : record->findings) findings.push_back(std::to_string(f.line) + " " + f.severity + " " + f.rule);
    CHECK(verdicts == expected["steps"].get<std::vector<std::string>>());
    CHECK(findings == expected["findings"].get<std::vector<std::string>>());
    CHECK(exit_status({*record}, "error") == expected["exit"].get<int>());
  }
}
