#include <nlohmann/json.hpp>

#include "sim/core/journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

const std::string kVault = "https://kv-lab.vault.azure.net";

struct Vault : Azure {
  explicit Vault(SimulatorOptions options = {}) : Azure(std::move(options)) {
    make_group();
    put(resource("Microsoft.KeyVault/vaults/kv-lab"), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}, {"accessPolicies", Json::array()}}}});
    settle();
  }
};

}  // namespace

TEST_CASE("a secret has versions, and the last one is it", "[secret]") {
  Vault vault;
  const Json first = Azure::json(vault.put(kVault + "/secrets/key?api-version=7.4", {{"value", "one"}}));
  vault.put(kVault + "/secrets/key?api-version=7.4", {{"value", "two"}, {"contentType", "text/plain"}, {"tags", {{"a", "b"}}}});
  CHECK(vault.get_json(kVault + "/secrets/key/?api-version=7.4")["value"] == "two");
  CHECK(vault.get_json(kVault + "/secrets/key?api-version=7.4")["contentType"] == "text/plain");
  CHECK(vault.get_json(first["id"].get<std::string>())["value"] == "one");
  CHECK(vault.get_json(kVault + "/secrets/key/versions")["value"].size() == 2);
  const Json list = vault.get_json(kVault + "/secrets");
  REQUIRE(list["value"].size() == 1);
  CHECK(list["value"][0]["id"] == kVault + "/secrets/key");
  CHECK(list["value"][0].contains("value") == false);
}

TEST_CASE("a deleted secret keeps its name until it is purged", "[secret]") {
  Vault vault;
  vault.put(kVault + "/secrets/key", {{"value", "one"}});
  CHECK(Azure::json(vault.del(kVault + "/secrets/key"))["recoveryId"] == kVault + "/deletedsecrets/key");
  CHECK(vault.get(kVault + "/secrets/key").status == 404);
  const Response again = vault.put(kVault + "/secrets/key", {{"value", "two"}});
  CHECK(again.status == 409);
  CHECK(Azure::json(again)["error"]["innererror"]["code"] == "ObjectIsDeletedButRecoverable");
  CHECK(vault.post(kVault + "/deletedsecrets/key/recover").status == 200);
  CHECK(vault.get_json(kVault + "/secrets/key")["value"] == "one");
  vault.del(kVault + "/secrets/key");
  CHECK(vault.del(kVault + "/deletedsecrets/key").status == 204);
  CHECK(vault.put(kVault + "/secrets/key", {{"value", "two"}}).status == 200);
}

TEST_CASE("a disabled secret is not handed out", "[secret]") {
  Vault vault;
  vault.put(kVault + "/secrets/key", {{"value", "one"}, {"attributes", {{"enabled", false}}}});
  CHECK(vault.get(kVault + "/secrets/key").status == 403);
  CHECK(Azure::json(vault.send(Method::patch, kVault + "/secrets/key", {{"attributes", {{"enabled", true}}}}))["attributes"]["enabled"] == true);
  CHECK(vault.get_json(kVault + "/secrets/key")["value"] == "one");
}

TEST_CASE("the journal never holds a secret", "[secret]") {
  Vault vault;
  vault.put(kVault + "/secrets/key", {{"value", "very-secret-value"}});
  vault.get(kVault + "/secrets/key");
  std::string all;
  for (std::uint64_t i = 1; i < vault.simulator.journal().next_number(); ++i) {
    if (const JournalEntry* entry = const_cast<Journal&>(vault.simulator.journal()).find(i)) all += std::string(entry->url) + entry->error_code;
  }
  CHECK(all.find("/secrets/key") != std::string::npos);
  CHECK(all.find("very-secret-value") == std::string::npos);
}
