// How well the reader reads pages that nobody made for it: see corpus/README.md. AZLAB_CORPUS_SHOW=NAME prints what is read wrongly
// in the documents whose names, "4:en/two-web-servers.md" with the batch before them, hold NAME.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/harness/lab/corpus.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

const std::filesystem::path kSource = AZLAB_SOURCE_DIR;
const std::filesystem::path kCorpus = kSource / "tests/harness/lab/corpus";
constexpr double kEnough = 0.98;

std::string first_cell(const std::vector<corpus::FirstReading>& all, int batch, const std::string& language) {
  for (const corpus::FirstReading& one : all) {
    if (one.batch == batch && one.language == language) return fmt::format("{} of {} ({:.2f})", one.right, one.units, one.recall);
  }
  return "";
}

/// docs/reader.md: the figures of today beside those of the first readings.
std::string page_of(const std::map<std::string, corpus::Score>& scores) {
  const auto first = corpus::first_readings(kCorpus);
  std::string out =
      "# How well labs are read\n\n"
      "Made by the test `corpus` (tests/harness/lab/corpus_test.cpp; `AZLAB_UPDATE_DOCS=1` writes it) from our own pages in\n"
      "tests/harness/lab/corpus, whose README says how they are judged. A unit is a line that asks for something; it is right when\n"
      "everything it asks for is read in order, with its arguments, and nothing else. Precision and recall count single operations.\n"
      "The pages were written in batches. A batch's column tells what the reader made of it when it saw it for the first time, before\n"
      "anything was mended for it: units right, and in parentheses the recall of operations. The last batch is the nearest to a page\n"
      "that nobody here has seen.\n\n"
      "| language | pages | units | right | precision | recall |";
  static constexpr std::array<std::string_view, 5> kBatches{"first", "second", "third", "fourth", "fifth"};
  int batches = 0;
  for (const corpus::FirstReading& one : first) batches = std::max(batches, one.batch);
  for (int i = 0; i < batches; ++i) out += fmt::format(" {} batch |", kBatches.at(static_cast<std::size_t>(i)));
  out += "\n|---|---|---|---|---|---|";
  for (int i = 0; i < batches; ++i) out += "---|";
  out += "\n";
  for (const auto& [language, one] : scores) {
    out += fmt::format("| {} | {} | {} | {} | {:.3f} | {:.3f} |", language, one.documents, one.units, one.right, one.precision(), one.recall());
    for (int i = 1; i <= batches; ++i) out += fmt::format(" {} |", first_cell(first, i, language));
    out += "\n";
  }
  return out;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("corpus: of what pages in eleven languages ask for, at least 0.98 is read, and as much of what is read is asked for", "[corpus]") {
  std::map<std::string, corpus::Score> scores;
  const char* show = std::getenv("AZLAB_CORPUS_SHOW");
  for (const corpus::Document& document : corpus::documents(kCorpus)) {
    INFO(document.name);
    CHECK(document.batch > 0);
    if (show != nullptr && fmt::format("{}:{}", document.batch, document.name).find(show) == std::string::npos) continue;
    std::vector<std::string> wrong;
    scores[document.language].add(corpus::score(document, wrong));
    for (const std::string& line : wrong) {
      if (show != nullptr) std::cout << line << "\n";
    }
  }
  for (const auto& [language, one] : scores) {
    INFO(language);
    std::cout << fmt::format("corpus {}: {} pages, {} of {} units right, precision {:.3f}, recall {:.3f} of {} ops\n", language, one.documents, one.right, one.units,
                             one.precision(), one.recall(), one.ops);
    CHECK(one.precision() >= kEnough);
    CHECK(one.recall() >= kEnough);
    CHECK(one.unit_recall() >= kEnough);
  }
  if (show != nullptr) return;
  CHECK(scores.size() == 11);
  if (std::getenv("AZLAB_UPDATE_DOCS") != nullptr) std::ofstream(kSource / "docs/reader.md", std::ios::binary) << page_of(scores);
  CHECK(read_file(kSource / "docs/reader.md") == page_of(scores));
}
