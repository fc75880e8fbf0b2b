#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace azlab::bench {

/// One measured figure. `budget` is what the design allows, 0 where it says nothing; `peer` is the same work done by
/// something else on this machine in this run, with its name.
struct Figure {
  std::string what;
  double value = 0;
  std::string unit{};
  double budget = 0;
  bool more_is_better = false;
  std::string peer{};

  bool misses() const { return budget > 0 && (more_is_better ? value < budget : value > budget); }
};

/// What a chapter of the page shows: figures in the order they were measured, and sentences that explain them.
struct Chapter {
  std::string title;
  std::vector<Figure> figures{};
  std::vector<std::string> notes{};

  void add(std::string what, double value, std::string unit, double budget = 0, std::string peer = {}) {
    figures.push_back({.what = std::move(what), .value = value, .unit = std::move(unit), .budget = budget, .peer = std::move(peer)});
  }
};

/// What a run was asked for.
struct Options {
  std::string self{};          ///< this program, for figures that need a process of their own
  std::string azlab{};         ///< the program under measure
  std::string seed_labs{};     ///< directory of the two labs that the project was given; empty: not at hand
  bool quick = false;          ///< fewer repetitions and no million: for trying the benchmark itself
};

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Processor seconds that this process has used. What runs in process is measured in these, so that a machine which
/// has other things to do gives the same figures.
double processor_seconds();

/// Processor seconds of one call of `work`.
inline double time_once(const std::function<void()>& work) {
  const double start = processor_seconds();
  work();
  return processor_seconds() - start;
}

/// Median processor seconds of a call of `work` over `runs` runs of `calls` calls each.
inline double median_seconds(int runs, int calls, const std::function<void()>& work) {
  std::vector<double> each;
  for (int run = 0; run < runs; ++run) {
    each.push_back(time_once([&] {
      for (int call = 0; call < calls; ++call) work();
    }) / calls);
  }
  return median(std::move(each));
}

/// Resident memory of this process in bytes, as the kernel counts it.
double resident_bytes();

struct Child {
  int status = -1;
  double real_s = 0;
  std::string output{};  ///< its standard output
};

/// Runs a program to its end, without a shell; its standard error goes nowhere.
Child run_child(const std::vector<std::string>& command, const std::vector<std::string>& variables = {});
/// Seconds from start to end of the quickest of `runs` such processes (others share the machine); nothing when one fails.
std::optional<double> quickest_child_seconds(int runs, const std::vector<std::string>& command, const std::vector<std::string>& variables = {});

/// "3.2 us", "1,000,000": numbers as the page prints them.
std::string with_unit(double value, const std::string& unit);
std::string with_commas(std::size_t value);

// The chapters, one file each.
Chapter measure_start(const Options& options);
Chapter measure_calls(const Options& options);
Chapter measure_deployments(const Options& options);
Chapter measure_templates(const Options& options);
Chapter measure_sizes(const Options& options);
Chapter measure_mlflow(const Options& options);
Chapter measure_reading(const Options& options);
Chapter measure_labs(const Options& options);
Chapter measure_notebooks(const Options& options);
Chapter measure_languages(const Options& options);
Chapter measure_sweep(const Options& options);
Chapter measure_site(const Options& options);

/// Bodies of processes that this program starts of itself: they print one number a line.
int run_idle_process();
int run_size_process(std::size_t resources);

}  // namespace azlab::bench
