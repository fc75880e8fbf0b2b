// How long until the first answer, and what an idle simulator holds.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "harness/run/run_directory.hpp"
#include "sim/clock_room.hpp"
#include "sim/net/local_channel.hpp"
#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

constexpr int kRuns = 31;

std::string peer_of(const std::string& name, const std::vector<std::string>& command) {
  const auto took = quickest_child_seconds(kRuns, command);
  return took ? name + ": " + with_unit(*took * 1e3, "ms") : std::string();
}

/// `az version` as a simulated shell starts it: our program under that name, an open channel beside it.
std::optional<double> az_version(const Options& options) {
  const auto directory = run::RunDirectory::make();
  if (!directory) return std::nullopt;
  Simulator simulator;
  ClockRoom room(simulator);
  const auto channel = net::LocalChannel::open((*directory)->channel(),
                                               {.handle = [&](const Request& request) { return simulator.handle(request); },
                                                .clock = {.enter = [&](int) { return room.enter(); },
                                                .leave = [&](int process) { room.leave(process); },
                                                .sleep = [&](int process, Duration duration) { return room.sleep(process, duration); },
                                                .now = [&] { return simulator.now(); }}},
                                               "cloud-shell");
  if (!channel) return std::nullopt;
  const std::string az = (*directory)->path() + "/az";
  std::filesystem::create_symlink(options.azlab, az);
  return quickest_child_seconds(kRuns, {az, "version"}, {"AZLAB_CHANNEL=" + (*directory)->channel(), "AZURE_CONFIG_DIR=" + (*directory)->path() + "/.azure"});
}

}  // namespace

int run_idle_process() {
  const double before = resident_bytes();
  const double start = processor_seconds();
  Simulator simulator;
  const double made = processor_seconds() - start;
  const Response response = simulator.handle(Request::make(Method::get, "/subscriptions?api-version=2022-12-01"));
  const double answered = processor_seconds() - start;
  std::printf("%f\n%f\n%f\n%f\n", before, resident_bytes(), made, answered);
  return response.ok() ? 0 : 1;
}

Chapter measure_start(const Options& options) {
  Chapter chapter{.title = "Start and idle memory"};
  std::vector<std::vector<double>> idle(4);
  for (int run = 0; run < kRuns; ++run) {
    const Child child = run_child({options.self, "--idle-process"});
    const char* rest = child.output.c_str();
    for (auto& values : idle) {
      char* end = nullptr;
      values.push_back(std::strtod(rest, &end));
      rest = end;
    }
  }
  const std::string python = peer_of("python3 -c pass", {"python3", "-c", "pass"});
  const std::string bash = peer_of("bash -c :", {"bash", "-c", ":"});
  chapter.add("`azlab --version`, process from start to end", quickest_child_seconds(kRuns, {options.azlab, "--version"}).value_or(0) * 1e3, "ms", 20, bash);
  chapter.add("`azlab operations`: start, simulator, every route printed, end", quickest_child_seconds(kRuns, {options.azlab, "operations"}).value_or(0) * 1e3, "ms", 20, python);
  chapter.add("`az version` in a simulated shell: start, channel, answer, end", az_version(options).value_or(0) * 1e3, "ms", 20, peer_of("git --version", {"git", "--version"}));
  chapter.add("Simulator constructor, first in its process", median(idle[2]) * 1e3, "ms");
  chapter.add("constructor and first answer", median(idle[3]) * 1e3, "ms", 20);
  chapter.add("resident memory of a process with an idle simulator", median(idle[1]) / 1048576, "MiB", 12);
  chapter.add("of that, the simulator", (median(idle[1]) - median(idle[0])) / 1048576, "MiB");
  return chapter;
}

}  // namespace azlab::bench
