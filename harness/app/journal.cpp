#include "harness/app/journal.hpp"

#include <fmt/format.h>

#include <iostream>

#include <nlohmann/json.hpp>

#include "harness/journal/print.hpp"
#include "harness/journal/replay.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::app {
namespace {

int wrong_use(const Error& error) {
  std::cerr << "azlab: " << error.message << "\n";
  return 2;
}

}  // namespace

int print_journal(const std::string& file, const std::map<std::string, std::string>& filters, bool json) {
  journal::Filter filter;
  filter.limit = Journal::kEntriesMax;
  for (const auto& [name, value] : filters) {
    if (const auto ok = journal::set_filter(filter, name, value); !ok) return wrong_use({400, "WrongUse", "--" + ok.error().message});
  }
  const auto lines = journal::read_file(file);
  if (!lines) return wrong_use(lines.error());
  if (!json) {
    journal::print(*lines, filter, !filters.empty(), std::cout);
    return 0;
  }
  std::size_t shown = 0;
  for (const auto& line : *lines) {
    if (line.kind != journal::Kind::request && line.kind != journal::Kind::inside) continue;
    if (shown < filter.limit && journal::fits(filter, line.record) && ++shown > 0) std::cout << dump(journal::to_json(line.record)) << "\n";
  }
  return 0;
}

int replay_journal(const std::string& file, const ReplayOptions& options) {
  journal::Changed changed{.scenario = options.scenario, .seed = options.seed, .without_faults = options.without_faults};
  for (const auto& text : options.faults) {
    auto fault = faults::parse_armed_fault(text);
    if (!fault) return wrong_use(fault.error());
    changed.faults.push_back(std::move(*fault));
  }
  const auto lines = journal::read_file(file);
  if (!lines) return wrong_use(lines.error());
  const auto replayed = journal::replay(file, *lines, changed, std::cerr);
  if (!replayed) return wrong_use(replayed.error());
  for (const auto& line : replayed->differences) std::cout << line << "\n";
  std::cout << fmt::format("azlab: {} replayed, {}\n", replayed->requests == 1 ? "1 request" : fmt::format("{} requests", replayed->requests),
                           replayed->differences.empty() ? "nothing differs" : replayed->differences.size() == 1 ? "1 difference" : fmt::format("{} differences", replayed->differences.size()));
  return replayed->differences.empty() ? 0 : 1;
}

}  // namespace azlab::app
