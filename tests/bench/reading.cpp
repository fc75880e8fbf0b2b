// How fast labs are read.
#include "harness/lab/lab.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {

Chapter measure_reading(const Options& options) {
  Chapter chapter{.title = "Reading labs"};
  std::vector<std::string> texts;
  for (const auto& path : fixtures::list("fixtures/course/Instructions/")) {
    if (path.ends_with(".md")) texts.emplace_back(fixtures::get(path));
  }
  if (!options.seed_labs.empty()) {
    for (const char* name : {"04-Work-with-compute.md", "08-Script-mlflow-tracking.md"}) {
      if (auto text = run::read_file(options.seed_labs + "/" + name)) texts.push_back(std::move(*text));
    }
  }
  std::size_t bytes = 0;
  for (const auto& text : texts) bytes += text.size();
  const double each = median_seconds(options.quick ? 3 : 11, 5, [&] {
    for (const auto& text : texts) static_cast<void>(lab::read_lab(text, "lab.md"));
  });
  chapter.add("the reader on " + std::to_string(texts.size()) + " labs (" + with_commas(bytes) + " bytes)", static_cast<double>(bytes) / 1e6 / each, "MB/s");
  chapter.add("one lab of them", each / static_cast<double>(texts.size()) * 1e3, "ms");
  std::string large;
  while (large.size() < 1'000'000) large += texts.front() + "\n";
  const double whole = median_seconds(3, 1, [&] { static_cast<void>(lab::read_lab(large, "lab.md")); });
  chapter.add("the reader on one document of " + with_commas(large.size()) + " bytes", static_cast<double>(large.size()) / 1e6 / whole, "MB/s");
  return chapter;
}

}  // namespace azlab::bench
