#include "sim/core/resource_id.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("an id is read into its parts and printed again as it was") {
  const std::string text = "/subscriptions/S1/resourceGroups/Rg/providers/Contoso.Things/things/T/parts/P";
  const auto id = ResourceId::parse(text);
  REQUIRE(id);
  CHECK(id->subscription == "S1");
  CHECK(id->resource_group == "Rg");
  CHECK(id->provider == "Contoso.Things");
  CHECK(id->type() == "Contoso.Things/things/parts");
  CHECK(id->name() == "P");
  CHECK(id->to_string() == text);
  CHECK(id->key() == "/subscriptions/s1/resourcegroups/rg/providers/contoso.things/things/t/parts/p");
  CHECK(id->parent().to_string() == "/subscriptions/S1/resourceGroups/Rg/providers/Contoso.Things/things/T");
  CHECK(id->parent().parent().to_string() == "/subscriptions/S1/resourceGroups/Rg");
}

TEST_CASE("segments of any case, groups, subscriptions and a last slash are read") {
  CHECK(ResourceId::parse("/SUBSCRIPTIONS/s/resourcegroups/g/")->to_string() == "/subscriptions/s/resourceGroups/g");
  CHECK(ResourceId::parse("/subscriptions/s")->name() == "s");
  CHECK(ResourceId::parse("/subscriptions/s/providers/A.B/c/d")->resource_group.empty());
}

TEST_CASE("other texts are no ids") {
  for (const char* text : {"", "/", "subscriptions/s", "/subscriptions", "/tenants/t", "/subscriptions/s/resourceGroups", "/subscriptions/s/providers/A.B",
                           "/subscriptions/s/providers/A.B/c", "/subscriptions/s/providers/A.B/c/d/e"}) {
    INFO(text);
    CHECK_FALSE(ResourceId::parse(text));
  }
}
