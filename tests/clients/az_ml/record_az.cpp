/// Types command lines to the built-in az, in front of a simulated Azure in this process, and writes down what each asked
/// of Resource Manager. `record_az LINES RESULTS`, run in the directory with the files that the lines name; LINES is a JSON list
/// of lists of arguments, RESULTS becomes a list of {"status", "err", "asked": [{"method", "path", "body"}]}.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/az/az.hpp"
#include "sim/core/json.hpp"
#include "sim/http/router.hpp"
#include "sim/simulator.hpp"

namespace azlab {
namespace {

class Recorder : public az::Transport {
 public:
  Response send(const Request& request) override {
    if (request.host == kArmHost) {
      const auto body = parse_json(request.body.text());
      asked.push_back({{"method", std::string(to_string(request.method))}, {"path", request.path}, {"body", body ? *body : Json()}});
    }
    Request sleeper = request;
    sleeper.caller.waiting = Waiting::sleeps;
    return simulator_.handle(sleeper);
  }
  void sleep(Duration duration) override { simulator_.advance(duration); }
  Time now() override { return simulator_.now(); }

  Json asked = Json::array();

 private:
  Simulator simulator_{SimulatorOptions{}};
};

int record(const std::string& lines_file, const std::string& results_file) {
  std::ifstream in(lines_file);
  const auto lines = Json::parse(in);
  Recorder azure;
  Json results = Json::array();
  const std::string here = std::filesystem::current_path().string();
  for (const auto& line : lines) {
    azure.asked = Json::array();
    const az::Environment environment{.config_dir = here + "/.azure", .working_directory = here, .input_is_terminal = false};
    std::istringstream typed;
    std::ostringstream out;
    std::ostringstream err;
    const int status = az::run(line.get<std::vector<std::string>>(), azure, environment, typed, out, err);
    results.push_back({{"status", status}, {"err", err.str()}, {"asked", azure.asked}});
  }
  std::ofstream(results_file) << results.dump(1);
  return 0;
}

}  // namespace
}  // namespace azlab

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: record_az LINES RESULTS\n";
    return 2;
  }
  return azlab::record(arguments[1], arguments[2]);
}
