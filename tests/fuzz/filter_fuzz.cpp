#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/mlflow/run_search.hpp"

/// A filter, a line break, an order: nothing may crash, hang or grow without end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace azlab::mlflow;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line != std::string_view::npos) {
    auto order = parse_order(text.substr(line + 1));
    if (order) {
      std::vector<Order> orders = {*order};
      static_cast<void>(fit_run_order(orders));
    }
  }
  auto filter = parse_filter(text.substr(0, line));
  if (!filter || !fit_run_filter(*filter)) return 0;
  static const RunView kRun = [] {
    RunView run;
    run.id = "r1";
    run.name = "first run";
    run.status = "FINISHED";
    run.metrics = {{"AUC", 0.5}};
    run.params = {{"a b", "x"}};
    run.tags = {{"t", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}};
    return run;
  }();
  static_cast<void>(run_matches(kRun, *filter));
  return 0;
}
