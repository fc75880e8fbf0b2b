// Whether cost stays flat while the number of resources grows. Each size has a process of its own, so that memory is its own.
#include <cstdio>
#include <cstdlib>

#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

constexpr const char* kBody = R"({"location":"eastus","kind":"web","tags":{"team":"benchmark","purpose":"size"}})";
constexpr int kOperationsAtOnce = 10'000;

struct Column {
  const char* what;
  double factor;
  const char* unit;
  double budget;
};

// In the order in which the process prints them.
constexpr Column kColumns[] = {
    {"PUT of one more", 1e6, "us", 0},
    {"GET of one", 1e6, "us", 0},
    {"PUT of a compute instance (region-wide name, quota)", 1e6, "us", 0},
    {"snapshot", 1e6, "us", 0},
    {"first PUT after a snapshot", 1e6, "us", 0},
    {"restore", 1e6, "us", 0},
    {"memory a resource", 1, "bytes", 3072},
    {"mean PUT while it grew", 1e6, "us", 0},
};

}  // namespace

int run_size_process(std::size_t resources) {
  Azure azure;
  azure.put(Azure::resource("Microsoft.Storage/storageAccounts", "stbench"), R"({"location":"eastus","sku":{"name":"Standard_LRS"}})");
  azure.put(Azure::resource("Microsoft.KeyVault/vaults", "kv-bench"), R"({"location":"eastus","properties":{"tenantId":"t","sku":{"name":"standard","family":"A"}}})");
  azure.put(Azure::resource("Microsoft.Insights/components", "ai-bench"), R"({"location":"eastus"})");
  azure.settle();
  const std::string workspace = Azure::resource("Microsoft.MachineLearningServices/workspaces", "lab");
  azure.put(workspace, R"({"location":"eastus","properties":{"storageAccount":")" + Azure::resource("Microsoft.Storage/storageAccounts", "stbench") + R"(","keyVault":")" +
                           Azure::resource("Microsoft.KeyVault/vaults", "kv-bench") + R"(","applicationInsights":")" + Azure::resource("Microsoft.Insights/components", "ai-bench") + R"("}})");
  azure.settle();

  const double memory_before = resident_bytes();
  std::size_t number = 0;
  bool good = true;
  const double grown = time_once([&] {
    for (; number < resources; ++number) good = good && azure.put(Azure::component(number), kBody).ok();
  });
  const double memory = resident_bytes() - memory_before;

  const double put = median_seconds(5, 200, [&] { good = good && azure.put(Azure::component(number++), kBody).ok(); });
  std::size_t at = 0;
  const double get = median_seconds(5, 2000, [&] { good = good && azure.get(Azure::component((at += 7919) % resources)).ok(); });
  int instance = 0;
  const Snapshot clean = azure.simulator.snapshot();
  const double compute = median_seconds(3, 1, [&] {  // the quota of a fresh subscription has room for three
    const Response made = azure.put(workspace + "/computes/ci-bench-a" + std::to_string(instance++) + "x",
                                    R"({"location":"eastus","properties":{"computeType":"ComputeInstance","properties":{"vmSize":"STANDARD_DS11_V2"}}})");
    good = good && made.ok();
  });
  azure.simulator.restore(clean);
  Snapshot shot = azure.simulator.snapshot();
  const double snapshot = median_seconds(5, 10, [&] { shot = azure.simulator.snapshot(); });
  const double first_put = median_seconds(5, 1, [&] {
    shot = azure.simulator.snapshot();
    good = good && azure.put(Azure::component(number++), kBody).ok();
  });
  const double restore = median_seconds(5, 1, [&] { azure.simulator.restore(shot); });
  std::printf("%.9f\n%.9f\n%.9f\n%.9f\n%.9f\n%.9f\n%f\n%.9f\n", put, get, compute, snapshot, first_put, restore,
              memory / static_cast<double>(resources), grown / static_cast<double>(resources));
  return good ? 0 : 1;
}

Chapter measure_sizes(const Options& options) {
  Chapter chapter{.title = "Growth"};
  std::vector<std::size_t> sizes = {1'000, 100'000};
  if (!options.quick) sizes.push_back(1'000'000);
  std::vector<std::vector<double>> values;
  for (const auto size : sizes) {
    const Child child = run_child({options.self, "--size-process", std::to_string(size)});
    if (child.status != 0) chapter.notes.push_back("requests failed at " + with_commas(size) + " resources: its figures are worthless");
    auto& row = values.emplace_back();
    const char* rest = child.output.c_str();
    for ([[maybe_unused]] const auto& column : kColumns) {
      char* end = nullptr;
      row.push_back(std::strtod(rest, &end));
      rest = end;
    }
  }
  for (std::size_t c = 0; c < std::size(kColumns); ++c) {
    for (std::size_t s = 0; s < sizes.size(); ++s) {
      // At 1,000 the memory is mostly what the first use of everything takes.
      const double budget = sizes[s] == 1'000 ? 0 : kColumns[c].budget;
      chapter.add(std::string(kColumns[c].what) + ", " + with_commas(sizes[s]) + " resources", values[s][c] * kColumns[c].factor, kColumns[c].unit, budget);
    }
  }
  Azure azure;
  int made = 0;
  const double started = time_once([&] {
    for (; made < kOperationsAtOnce; ++made) {
      azure.put(Azure::resource("Microsoft.KeyVault/vaults", "kv-" + std::to_string(made)), R"({"location":"eastus","properties":{"tenantId":"t","sku":{"name":"standard","family":"A"}}})");
    }
  });
  const double ended = time_once([&] { azure.settle(); });
  chapter.add("PUT of a vault, " + with_commas(kOperationsAtOnce) + " creations under way at once", started / kOperationsAtOnce * 1e6, "us");
  chapter.add("end of each of those creations", ended / kOperationsAtOnce * 1e6, "us");
  return chapter;
}

}  // namespace azlab::bench
