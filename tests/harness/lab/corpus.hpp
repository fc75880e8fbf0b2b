#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/lab/lab.hpp"

/// The corpus: pages in the manner of many courses with what each of their lines asks of a reader, written down by hand
/// (corpus/README.md says how), and how well the lab reader reads them.
namespace azlab::corpus {

/// What a line asks for, as its judgement says.
struct Expected {
  std::string kind{};
  bool guarded = false;  ///< under a condition, or as the reader likes
  std::vector<std::string> args{};
  std::string entity{};
  std::string value{};
  bool has_value = false;
  std::vector<std::string> places{};
  double least_s = 0;
  double most_s = 0;
};

struct Judgement {
  int line = 0;
  std::vector<Expected> ops{};
  std::string text{};  ///< as written
};

struct Document {
  std::string name{};      ///< "en/ferry-warehouse.md"
  std::string language{};
  int batch = 0;
  std::string markdown{};  ///< without the judgements
  std::vector<Judgement> judgements{};
};

/// How a batch was read when the reader saw it for the first time, by language; from corpus/batches.json.
struct FirstReading {
  int batch = 0;
  std::string language{};
  int right = 0;
  int units = 0;
  double precision = 0;
  double recall = 0;
};
std::vector<FirstReading> first_readings(const std::filesystem::path& root);

/// All documents, sorted by name; the batches are those of corpus/batches.json.
std::vector<Document> documents(const std::filesystem::path& root);

struct Score {
  int documents = 0;
  int units = 0;  ///< lines that ask for something
  int right = 0;  ///< of which everything was read, in order, and nothing else
  int ops = 0;    ///< what those lines ask for
  int found = 0;  ///< of which the reader read
  int read = 0;   ///< what the reader read, asked for or not

  double unit_recall() const { return units == 0 ? 1 : static_cast<double>(right) / units; }
  double recall() const { return ops == 0 ? 1 : static_cast<double>(found) / ops; }
  double precision() const { return read == 0 ? 1 : static_cast<double>(found) / read; }
  void add(const Score& other);
};

/// Reads a document and holds it against its judgements. Each line that is read wrongly is told to `wrong`.
Score score(const Document& document, std::vector<std::string>& wrong);

/// An op in the notation of the judgements.
std::string shown(const lab::Op& op);

}  // namespace azlab::corpus
