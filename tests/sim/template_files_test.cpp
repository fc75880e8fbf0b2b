#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/template_files.hpp"
#include "tests/support/world.hpp"

// Whole templates of tests/templates, with what they come to (golden/): outputs, and what-if before and after.

using namespace azlab;
using namespace azlab::test;

namespace {

/// One template in a fresh Azure.
class Case {
 public:
  explicit Case(std::string name) : name_(std::move(name)) {
    azure_.make_group("westeurope");
    const TemplateFile file(name_);
    Json properties = {{"mode", "Incremental"}, {"parameters", file.parameters}};
    const bool subscription = file.is_for_subscription();
    path_ = (subscription ? azure_.subscription() : azure_.group()) + "/providers/Microsoft.Resources/deployments/" + name_;
    if (name_ == "linked-main") {
      properties["templateLink"] = {{"uri", publish()}};
    } else {
      properties["template"] = Json::parse(file.text);
    }
    body_ = {{"properties", properties}};
    if (subscription) body_["location"] = "westeurope";
  }

  Response validate() { return azure_.post(path_ + "/validate", body_); }
  Json deploy() {
    const Response accepted = azure_.put(path_, body_);
    if (!accepted.ok()) return Azure::json(accepted);
    azure_.settle();
    return azure_.get_json(path_);
  }
  /// "Create Microsoft.Storage/storageAccounts/x", and of what is modified which properties.
  Json what_if() {
    const Response accepted = azure_.post(path_ + "/whatIf", body_);
    if (accepted.status != 202) return Azure::json(accepted);
    azure_.settle();
    const Json result = Azure::json(azure_.simulator.handle(Request::make(Method::get, accepted.headers.get("Location"))));
    Json lines = Json::array();
    for (const Json& change : result["properties"]["changes"]) {
      std::string line = change["changeType"].get<std::string>() + " " + change["resourceId"].get<std::string>().substr(azure_.subscription().size());
      for (const Json& one : change.value("delta", Json::array())) line += " " + one["propertyChangeType"].get<std::string>() + ":" + one["path"].get<std::string>();
      lines.push_back(line);
    }
    return lines;
  }

 private:
  /// Puts all templates into a public container; the address of this one.
  std::string publish() {
    const std::string account = azure_.subscription() + "/resourceGroups/rg-links/providers/Microsoft.Storage/storageAccounts/sttemplates";
    azure_.make_group("westeurope");
    azure_.put(azure_.group("rg-links"), {{"location", "westeurope"}});
    azure_.put(account, {{"location", "westeurope"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}, {"properties", {{"allowBlobPublicAccess", true}}}});
    azure_.settle();
    azure_.put(account + "/blobServices/default/containers/templates", {{"properties", {{"publicAccess", "Blob"}}}});
    const std::string base = "https://sttemplates.blob.core.windows.net/templates/";
    for (const char* file : {"linked-main.json", "linked-account.json"}) {
      Request request = Request::make(Method::put, base + file, Body(read_text(kTemplates / file)));
      request.headers.set("x-ms-blob-type", "BlockBlob");
      REQUIRE(azure_.simulator.handle(request).status == 201);
    }
    return base + "linked-main.json";
  }

  std::string name_;
  Azure azure_;
  std::string path_;
  Json body_;
};

Json outputs_of(const Json& deployment) {
  Json out = Json::object();
  const Json properties = deployment.value("properties", Json::object());
  const Json outputs = properties.value("outputs", Json::object());
  for (const auto& item : outputs.items()) out[item.key()] = item.value().contains("value") ? item.value()["value"] : Json("(not shown)");
  return out;
}

}  // namespace

TEST_CASE("whole templates are validated, foreseen, deployed, and foreseen and deployed again", "[templates]") {
  std::size_t lines = 0;
  for (const std::string& name : template_names()) {
    DYNAMIC_SECTION(name) {
      Case one(name);
      Json seen;
      const Response valid = one.validate();
      INFO(valid.body.text());
      CHECK(valid.status == 200);
      seen["whatIfBefore"] = one.what_if();
      const Json done = one.deploy();
      INFO(done.dump(1));
      CHECK(string_at(done, "properties.provisioningState") == "Succeeded");
      seen["outputs"] = outputs_of(done);
      seen["whatIfAfter"] = one.what_if();
      const Json again = one.deploy();
      CHECK(string_at(again, "properties.provisioningState") == "Succeeded");
      CHECK(outputs_of(again) == seen["outputs"]);
      const auto golden = kTemplates / "golden" / (name + ".json");
      if (std::getenv("AZLAB_UPDATE_TEMPLATES") != nullptr) std::ofstream(golden, std::ios::binary) << seen.dump(1) << "\n";
      CHECK(Json::parse(read_text(golden), nullptr, false) == seen);
    }
    for (const char* end : {".json", ".parameters.json"}) {
      const std::string text = read_text(kTemplates / (name + end));
      lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
  }
  CHECK(lines >= 2000);
}
