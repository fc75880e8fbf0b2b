// A simulated Azure inside a program of your own: no sockets, no waiting, the same answers every time.
#include <azlab/simulator.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

using namespace azlab;

namespace {

nlohmann::json send(Simulator& azure, Method method, const std::string& url, const std::string& body = {}) {
  const auto response = azure.handle(Request::make(method, url, body));
  auto answer = nlohmann::json::parse(response.body.text(), nullptr, /*allow_exceptions=*/false);
  return {{"status", response.status}, {"body", answer.is_discarded() ? nlohmann::json{} : std::move(answer)}};
}

}  // namespace

int main() {
  SimulatorOptions options;
  options.seed = 7;  // the same seed, the same names, durations and answers
  Simulator azure(options);

  const auto subscriptions = send(azure, Method::get, "/subscriptions?api-version=2022-12-01");
  const auto subscription = subscriptions["body"]["value"][0]["id"].get<std::string>();
  const auto group = subscription + "/resourceGroups/rg-example";
  const auto account = group + "/providers/Microsoft.Storage/storageAccounts/stexample7?api-version=2023-01-01";

  send(azure, Method::put, group + "?api-version=2022-09-01", R"({"location": "westeurope"})");
  const auto before = azure.snapshot();  // cheap: rows are shared

  // The account is asked for now and is there some simulated seconds later. Nothing passes until somebody lets it.
  const auto asked_at = azure.now();
  send(azure, Method::put, account, R"({"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}})");
  auto ready = send(azure, Method::get, account);
  while (ready["body"]["properties"]["provisioningState"] != "Succeeded") {
    const auto due = azure.next_due();
    if (!due) return 1;  // nothing will ever happen again
    azure.advance_to(*due);
    ready = send(azure, Method::get, account);
  }
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(azure.now() - asked_at);
  std::cout << "the account is " << ready["body"]["properties"]["provisioningState"].get<std::string>() << " after "
            << took.count() << " simulated seconds\n";

  // Back to before: the account, and the time it took, never happened.
  azure.restore(before);
  const auto gone = send(azure, Method::get, account);
  std::cout << "restored: " << gone["status"] << ", " << (azure.now() == asked_at ? "the clock too" : "but not the clock")
            << '\n';
  return ready["status"] == 200 && gone["status"] == 404 ? 0 : 1;
}
