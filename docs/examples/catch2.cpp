// A client of your own under test with Catch2: its requests, tries and waits, against a simulated Azure in the same process.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <azlab/simulator.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/journal.hpp"
#include "sim/faults/catalogue.hpp"

namespace {

using azlab::Method, azlab::Request, azlab::Response, azlab::Simulator;

/// What is tested: makes a group, and tries again as often and as late as Azure says. It reaches Azure, and waits, through
/// what it is given.
int make_group(const std::string& url, const std::function<Response(const Request&)>& send, const std::function<void(std::chrono::seconds)>& wait) {
  for (int tries = 1;; ++tries) {
    const Response answer = send(Request::make(Method::put, url, R"({"location": "westeurope"})"));
    const std::string retry_after(answer.headers.get("Retry-After"));
    if (answer.status != 429 || tries == 4 || retry_after.empty()) return answer.status;
    wait(std::chrono::seconds(std::stoi(retry_after)));
  }
}

/// A simulator for each test, and what was asked of it.
struct Azure {
  Simulator simulator{};
  std::string group = "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg?api-version=2022-09-01";

  int make() {
    return make_group(group, [&](const Request& request) { return simulator.handle(request); }, [&](std::chrono::seconds time) { simulator.advance(time); });
  }
  void arm(const char* fault) { REQUIRE(simulator.arm(*azlab::faults::parse_armed_fault(fault))); }
  std::vector<int> statuses() const {
    std::vector<int> out;
    for (const auto& entry : simulator.journal().entries()) out.push_back(entry.status);
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(Azure, "the client tries again and waits as it was told") {
  arm("too-many-requests-generic@resourceGroups.create:request:2");
  const auto begun = simulator.now();

  CHECK(make() == 201);

  CHECK(statuses() == std::vector{429, 429, 201});
  CHECK(simulator.now() - begun == std::chrono::seconds(2 * 10));  // simulated: the test waits for none of them
}

TEST_CASE_METHOD(Azure, "the client gives up after four tries") {
  arm("too-many-requests-generic@resourceGroups.create:request:-1");
  CHECK(make() == 429);
  CHECK(simulator.fault_hits()[0].hits == 4);
}
