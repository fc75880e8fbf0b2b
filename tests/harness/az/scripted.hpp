#pragma once

#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "harness/az/az.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

namespace azlab::az::testing {

constexpr const char* kSubscription = "6a7b1c2d-3e4f-4a5b-8c6d-7e8f90a1b2c3";

/// An Azure that plays answers in order and remembers what it was asked. A request after the last answer gets 599.
class ScriptedAzure : public Transport {
 public:
  struct Answer {
    std::string expected;  // "GET /path?query", checked when not empty
    Response response;
  };

  Response send(const Request& request) override {
    std::string line(to_string(request.method));
    line += " " + request.path + (request.query.empty() ? "" : "?" + request.query);
    requests.push_back(line);
    bodies.push_back(request.body.text());
    if (answers.empty()) return Response{.status = 599, .body = Body("no answer scripted for " + line)};
    Answer answer = answers.front();
    answers.pop_front();
    if (!answer.expected.empty()) CHECK(line == answer.expected);
    return answer.response;
  }
  void sleep(Duration duration) override {
    slept += duration;
    sleeps.push_back(to_seconds(duration));
    now_ += duration;
  }
  Time now() override { return now_; }

  ScriptedAzure& then(int status, const std::string& body = "", Headers headers = {},
                      const std::string& expected = "") {
    answers.push_back({expected, Response{.status = status, .headers = std::move(headers), .body = Body(body)}});
    return *this;
  }

  std::deque<Answer> answers;
  std::vector<std::string> requests;
  std::vector<std::string> bodies;
  std::vector<double> sleeps;
  Duration slept{0};

 private:
  Time now_ = *parse_iso8601("2026-11-23T09:00:00Z");
};

/// A shell with az in it: a configuration directory of its own, signed in to one subscription.
class Shell {
 public:
  explicit Shell(bool signed_in = true) {
    static int count = 0;
    directory_ = std::filesystem::temp_directory_path() /
                 ("azlab-az-test-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(directory_);
    environment.config_dir = (directory_ / "azure").string();
    environment.working_directory = directory_.string();
    environment.signed_in = signed_in;
    if (signed_in) {
      write(
          "azure/azureProfile.json",
          std::string(R"({"subscriptions":[{"id":")") + kSubscription +
              R"(","name":"Labs","state":"Enabled","isDefault":true,"tenantId":"t1","environmentName":"AzureCloud","user":{"name":"alex@example.com","type":"user"}}]})");
    }
  }
  ~Shell() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name, std::ios::binary) << bytes;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(directory_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Splits at spaces; texts with spaces go through `run_words`.
  int run(const std::string& line, const std::string& input = "") { return run_words(split(line, ' '), input); }
  int run_words(const std::vector<std::string>& words, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    const int status = az::run(words, azure, environment, in, out_stream, err_stream);
    out = out_stream.str();
    err = err_stream.str();
    return status;
  }

  ScriptedAzure azure;
  Environment environment{};
  std::string out;
  std::string err;

 private:
  std::filesystem::path directory_;
};

}  // namespace azlab::az::testing
