// How well the reader reads pages that nobody made for it: see corpus/README.md.
#include "tests/harness/lab/corpus.hpp"

#include <cstdlib>
#include <iostream>
#include <map>

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

const std::filesystem::path kCorpus = std::filesystem::path(AZLAB_SOURCE_DIR) / "tests/harness/lab/corpus";

}  // namespace

TEST_CASE("corpus: at least 0.98 of what the pages ask for is read, and of what is read is asked for", "[corpus]") {
  std::map<std::string, corpus::Score> scores;
  std::map<std::pair<int, std::string>, corpus::Score> batches;
  const char* show = std::getenv("AZLAB_CORPUS_SHOW");
  for (const corpus::Document& document : corpus::documents(kCorpus)) {
    if (show != nullptr && document.name.find(show) == std::string::npos) continue;
    std::vector<std::string> wrong;
    const corpus::Score one = corpus::score(document, wrong);
    scores[document.language].add(one);
    batches[{document.batch, document.language}].add(one);
    if (show != nullptr) {
      for (const std::string& line : wrong) std::cout << line << "\n";
    }
  }
  for (const auto& [key, one] : batches) {
    std::cout << "batch " << key.first << " " << key.second << ": " << one.right << " of " << one.units << " units, precision " << one.precision() << ", recall " << one.recall() << "\n";
  }
  for (const auto& [language, one] : scores) {
    std::cout << "corpus " << language << ": " << one.documents << " documents, " << one.right << " of " << one.units << " units right (" << one.unit_recall()
              << "), precision " << one.precision() << ", recall " << one.recall() << " of " << one.ops << " ops\n";
    CHECK(one.precision() >= 0.98);
    CHECK(one.recall() >= 0.98);
    CHECK(one.unit_recall() >= 0.98);
  }
}
