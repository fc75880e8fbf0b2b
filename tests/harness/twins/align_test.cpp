#include <ctime>

#include "harness/twins/twins.hpp"
#include "tests/harness/twins/pages.hpp"

using namespace azlab;
using pages::bicycles;
using pages::bicycles_text;
using pages::page;
using pages::rules_in;

namespace {

/// A page without the lines `[first, last]`, which count from 1.
std::string without_lines(const std::string& text, int first, int last) {
  std::string out;
  int number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t end = text.find('\n', at) + 1;
    if (number < first || number > last) out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

std::vector<int> lines_of(const lab::Lab& lab, const std::vector<std::size_t>& units) {
  std::vector<int> out;
  for (const std::size_t unit : units) out.push_back(lab.units[unit].line);
  return out;
}

}  // namespace

TEST_CASE("alignment: any one step that a translation lacks is named, and nothing else", "[twins]") {
  const lab::Lab source = bicycles("en");
  for (const std::string language : {"ja", "de"}) {
    const std::string text = bicycles_text(language);
    for (const int line : {12, 15, 31, 37, 49, 50, 52, 56, 60, 67, 72, 79}) {
      const lab::Lab twin = page(without_lines(text, line, line));
      const twins::Alignment aligned = twins::align(source, twin);
      INFO(language << " without line " << line);
      CHECK(lines_of(source, aligned.only_source) == std::vector<int>{line});
      CHECK(aligned.only_twin.empty());
      CHECK(aligned.moved.empty());
      for (const twins::Pair& pair : aligned.pairs) {
        const int there = source.units[pair.source].line;
        CHECK(twin.units[pair.twin].line == (there < line ? there : there - 1));
      }
    }
  }
}

TEST_CASE("alignment: any one step that only the translation has is named", "[twins]") {
  const lab::Lab twin = bicycles("es");
  const std::string text = bicycles_text("en");
  for (const int line : {13, 15, 31, 49, 52, 60, 62, 72, 78}) {
    const twins::Alignment aligned = twins::align(page(without_lines(text, line, line)), twin);
    INFO(line);
    CHECK(lines_of(twin, aligned.only_twin) == std::vector<int>{line});
    CHECK(aligned.only_source.empty());
  }
}

TEST_CASE("alignment: answers in both directions, and every unit stands in one list", "[twins]") {
  const lab::Lab source = bicycles("en");
  const lab::Lab twin = page(without_lines(bicycles_text("ko"), 48, 52));
  const twins::Alignment aligned = twins::align(source, twin);
  CHECK(lines_of(source, aligned.only_source) == std::vector<int>{48, 49, 50, 51, 52});
  CHECK(aligned.pairs.size() + aligned.only_source.size() + aligned.moved.size() == source.units.size());
  CHECK(aligned.pairs.size() + aligned.only_twin.size() + aligned.moved.size() == twin.units.size());
  for (const twins::Pair& pair : aligned.pairs) {
    CHECK(aligned.source_of(pair.twin) == pair.source);
    CHECK(aligned.twin_of(pair.source) == pair.twin);
  }
  CHECK_FALSE(aligned.twin_of(aligned.only_source[0]).has_value());
}

TEST_CASE("alignment: an empty page lacks everything", "[twins]") {
  const lab::Lab source = bicycles("en");
  const lab::Lab empty = page("");
  CHECK(twins::align(source, empty).only_source.size() == source.units.size());
  CHECK(twins::align(empty, source).only_twin.size() == source.units.size());
  CHECK(twins::align(empty, empty).pairs.empty());
}

TEST_CASE("alignment: long pages are aligned around the diagonal", "[twins]") {
  const auto long_page = [](const std::string& step, int steps, int without) {
    std::string text = "# Nests\n\n";
    for (int i = 1; i <= steps; ++i) {
      if (i != without) text += "1. " + step + " `nest-" + std::to_string(i) + "`.\n";
    }
    return page(text);
  };
  const lab::Lab source = long_page("Select the nest called", 2500, 0);
  const lab::Lab twin = long_page("Sélectionnez dans la liste le nid appelé", 2500, 1234);
  const std::clock_t begin = std::clock();
  const twins::Alignment aligned = twins::align(source, twin);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  CHECK(lines_of(source, aligned.only_source) == std::vector<int>{1236});
  CHECK(aligned.pairs.size() == 2500);
  INFO(seconds << " s");
  CHECK(seconds < 30);
}
