// The built-in az end to end: every command of az_transcripts/*.txt, one after the other against a simulated Azure,
// prints byte for byte what stands below it. AZLAB_UPDATE_TRANSCRIPTS=1 writes what is printed into the files, to be
// read before it is committed.
#include "tests/harness/run/az_transcript.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "harness/az/command.hpp"
#include "harness/run/run_directory.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;
using namespace azlab::run::testing;

namespace {

std::vector<std::filesystem::path> transcripts() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(AZLAB_SOURCE_DIR "/tests/harness/run/az_transcripts")) {
    if (entry.path().extension() == ".txt") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("az prints what its transcripts show", "[az]") {
  const char* update = std::getenv("AZLAB_UPDATE_TRANSCRIPTS");
  for (const auto& path : transcripts()) {
    const auto text = read_file(path.string());
    REQUIRE(text);
    const Transcript transcript = read_transcript(*text);
    Terminal terminal;
    std::string written;
    for (const Exchange& exchange : transcript.exchanges) {
      INFO(path.filename().string() << ":" << exchange.number << " $ " << exchange.line);
      const std::string printed = terminal.carry_out(exchange);
      if (update == nullptr) CHECK(printed == exchange.expected);
      for (const std::string& line : exchange.before) written += line + "\n";
      written += "$ " + exchange.line + "\n";
      std::string typed = exchange.typed;
      if (!typed.empty()) typed.pop_back();
      if (!exchange.typed.empty()) written += "< " + replace_all(typed, "\n", "\n< ") + "\n";
      written += printed;
    }
    for (const std::string& line : transcript.after) written += line + "\n";
    if (update != nullptr && written != *text) std::ofstream(path, std::ios::binary) << written;
  }
}

TEST_CASE("every command that the built-in az serves stands in a transcript", "[az]") {
  std::set<std::string> missing;
  for (const az::CommandRow& row : az::command_rows()) missing.insert(std::string(row.words));
  for (const auto& path : transcripts()) {
    const auto text = read_file(path.string());
    REQUIRE(text);
    for (const Exchange& exchange : read_transcript(*text).exchanges) {
      const auto words = shell_words(exchange.line);
      std::string line;
      for (const std::string& word : words) {
        if (word == "az" || word.find('=') != std::string::npos) continue;
        line += (line.empty() ? "" : " ") + word;
        missing.erase(line);
      }
    }
  }
  CHECK(missing == std::set<std::string>{});
}
