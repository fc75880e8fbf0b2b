// What tracking costs: single writes, batches, and searches over many runs, beside `mlflow server` with SQLite.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/python/python.hpp"
#include "sim/core/json.hpp"
#include "sim/net/plain_listener.hpp"
#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

constexpr const char* kMlflowHost = "eastus.api.azureml.ms";
constexpr std::int64_t kStart = 1'760'000'000'000;
const std::string kScript = AZLAB_SOURCE_DIR "/tests/bench/mlflow_ask.py";

using Seconds = std::map<std::string, double>;

/// A workspace in a simulator, and its tracking.
struct Tracking : Azure {
  Tracking() { make_workspace(); }

  std::string path() const { return "/mlflow/v2.0" + resource("Microsoft.MachineLearningServices/workspaces", "lab"); }
  Json post(const std::string& method, const Json& body) {
    Request request = Request::make(Method::post, "https://" + std::string(kMlflowHost) + path() + "/api/2.0/mlflow/" + method, dump(body));
    request.headers.set("Content-Type", "application/json");
    return *parse_json(simulator.handle(request).body.text());
  }
};

/// The runs that mlflow_ask.py expects; seconds a run.
double fill(Tracking& tracking, const std::string& experiment, std::size_t runs) {
  const double all = time_once([&] {
    for (std::size_t n = 0; n < runs; ++n) {
      const double loss = static_cast<double>(n * 7919 % 100'003) / 100'003;
      const std::int64_t at = kStart + static_cast<std::int64_t>(n);
      const Json made = tracking.post("runs/create", {{"experiment_id", experiment}, {"start_time", at}});
      const Json metrics = {{{"key", "loss"}, {"value", loss}, {"timestamp", at}, {"step", 0}}, {{"key", "accuracy"}, {"value", 1 - loss}, {"timestamp", at}, {"step", 0}}};
      tracking.post("runs/log-batch", {{"run_id", made["run"]["info"]["run_id"]},
                                       {"metrics", metrics},
                                       {"params", {{{"key", "depth"}, {"value", std::to_string(n % 10)}}}},
                                       {"tags", {{{"key", "kind"}, {"value", "bench"}}}}});
    }
  });
  return all / static_cast<double>(runs);
}

/// What the script printed; empty when it could not.
Seconds run_script(const std::vector<std::string>& command) {
  const Child child = run_child(command);
  Seconds out;
  std::istringstream lines(child.status == 0 ? child.output : std::string());
  std::string name;
  for (double seconds = 0; lines >> name >> seconds;) out[name] = seconds;
  return out;
}

/// The Python of the environment that has MLflow, where somebody prepared it.
std::string mlflow_python() {
  const auto environment = python::find_environment("ml");
  if (!environment) return {};
  const auto prepared = python::prepare(*environment, {.install = false});
  return prepared ? prepared->directory + "/bin/python" : std::string();
}

Seconds ask_peer(const std::string& python, std::size_t runs, bool quick) {
  std::string directory = (std::filesystem::temp_directory_path() / "azlab-bench-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) return {};
  const Seconds out = run_script({python, kScript, "peer", directory, std::to_string(runs), quick ? "1" : "0"});
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return out;
}

struct Row {
  const char* name;
  const char* what;
  double times;  ///< how many times faster than the peer the design wants it to be
};

constexpr Row kRows[] = {{"log-metric", "log-metric: one value", 20},
                         {"create", "a run created", 20},
                         {"log-batch", "log-batch: 100 metrics, 10 params, 10 tags", 50},
                         {"search", "search by metric and param, sorted by the metric, 100 of {}", 50},
                         {"search-first", "search without a filter, the newest 100 of {}", 50},
                         {"search-order", "search sorted by a metric, 100 of {}", 50}};

}  // namespace

Chapter measure_mlflow(const Options& options) {
  Chapter chapter{.title = "MLflow"};
  const std::size_t runs = options.quick ? 2'000 : 100'000;
  Tracking tracking;
  const std::string experiment = tracking.post("experiments/create", {{"name", "filled"}})["experiment_id"];
  const double each = fill(tracking, experiment, runs);

  auto listener = net::PlainListener::open(
      0,
      [&](const Request& sent) {
        Request request = sent;
        request.host = kMlflowHost;
        return tracking.simulator.handle(request);
      },
      std::filesystem::temp_directory_path().string());
  if (!listener) {
    chapter.notes.push_back("Nothing was measured: " + listener.error().message);
    return chapter;
  }
  const std::string url = fmt::format("http://127.0.0.1:{}{}#{}", (*listener)->port(), tracking.path(), experiment);
  const std::string quick = options.quick ? "1" : "0";
  const Seconds ours = run_script({"python3", kScript, "ask", url, std::to_string(runs), quick});
  const std::string python = mlflow_python();
  const Seconds peers = python.empty() ? Seconds{} : ask_peer(python, runs, options.quick);
  for (const auto& row : kRows) {
    const auto own = ours.find(row.name);
    const auto peer = peers.find(row.name);
    if (own == ours.end()) continue;
    const std::string what = fmt::format(fmt::runtime(row.what), with_commas(runs));
    if (peer == peers.end()) {
      chapter.add(what, own->second * 1e3, "ms");
      continue;
    }
    chapter.figures.push_back({.what = what + ", times the peer's speed", .value = peer->second / own->second, .unit = "x", .budget = row.times, .more_is_better = true,
                               .peer = fmt::format("mlflow server, SQLite: {}; azlab: {}", with_unit(peer->second * 1e3, "ms"), with_unit(own->second * 1e3, "ms"))});
  }
  chapter.add("a run created and filled in process, of " + with_commas(runs), each * 1e6, "us");
  chapter.notes.push_back("One Python client asks both over one kept connection, in real time, the median of each; its own part, about half a millisecond, is in both figures and holds the ratios down.");
  if (ours.empty()) chapter.notes.push_back("The client could not be run, or found other runs than there are.");
  if (peers.empty()) chapter.notes.push_back("`mlflow server` could not be had here (`azlab prepare` makes its environment): nothing stands beside the figures.");
  return chapter;
}

}  // namespace azlab::bench
