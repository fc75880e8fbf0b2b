#include "sim/core/world.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

std::vector<std::string> keys(const World& world, std::string_view prefix) {
  std::vector<std::string> out;
  world.for_each(Table::resource, prefix, [&](const std::string& key, const RowPtr&) {
    out.push_back(key);
    return true;
  });
  return out;
}

}  // namespace

TEST_CASE("rows are found by key and table, and a prefix is a scope in order") {
  World world;
  world.put(Table::resource, "/a/2", {.body = "two"});
  world.put(Table::resource, "/a/1", {.body = "one"});
  world.put(Table::resource, "/b/1", {.body = "other"});
  world.put(Table::setting, "/a/1", {.body = "setting"});
  CHECK(world.find(Table::resource, "/a/1")->body == "one");
  CHECK(world.find(Table::setting, "/a/1")->body == "setting");
  CHECK(world.find(Table::resource, "/a") == nullptr);
  CHECK(keys(world, "/a/") == std::vector<std::string>{"/a/1", "/a/2"});
  CHECK(keys(world, "").size() == 3);
  CHECK(world.size(Table::resource) == 3);
  CHECK(world.size(Table::event) == 0);
}

TEST_CASE("a copy is a snapshot: neither sees what is written to the other, and rows are shared") {
  World world;
  world.put(Table::resource, "a", {.body = "before"});
  const World snapshot = world;
  CHECK(snapshot.find(Table::resource, "a") == world.find(Table::resource, "a"));
  world.put(Table::resource, "a", {.body = "after"});
  world.put(Table::resource, "b", {.body = "new"});
  CHECK(snapshot.find(Table::resource, "a")->body == "before");
  CHECK(snapshot.find(Table::resource, "b") == nullptr);
  World restored = snapshot;
  restored.erase(Table::resource, "a");
  CHECK(snapshot.size(Table::resource) == 1);
  CHECK(world.find(Table::resource, "a")->body == "after");
}

TEST_CASE("a write set says what was before and after, and undoing it puts every row back") {
  World world;
  world.put(Table::resource, "kept", {.body = "1"});
  world.put(Table::resource, "gone", {.body = "2"});
  world.take_changes();
  world.put(Table::resource, "kept", {.body = "1b"});
  world.put(Table::resource, "kept", {.body = "1c"});
  world.erase(Table::resource, "gone");
  world.erase(Table::resource, "never-there");
  world.put(Table::counter, "made", {.body = "3"});
  const auto changes = world.take_changes();
  REQUIRE(changes.size() == 4);
  CHECK(changes[0].before->body == "1");
  CHECK(changes[1].before->body == "1b");
  CHECK(changes[2].after == nullptr);
  CHECK(changes[3].before == nullptr);
  CHECK(world.take_changes().empty());
  world.undo(changes);
  CHECK(world.find(Table::resource, "kept")->body == "1");
  CHECK(world.find(Table::resource, "gone")->body == "2");
  CHECK(world.find(Table::counter, "made") == nullptr);
}

TEST_CASE("a visitor may write: it goes on over the rows as they were") {
  World world;
  for (const char* key : {"a", "b", "c"}) world.put(Table::resource, key, {.body = key});
  int seen = 0;
  world.for_each(Table::resource, "", [&](const std::string& key, const RowPtr&) {
    ++seen;
    world.erase(Table::resource, key);
    world.put(Table::resource, key + "2", {.body = "x"});
    return true;
  });
  CHECK(seen == 3);
  CHECK(keys(world, "") == std::vector<std::string>{"a2", "b2", "c2"});
}

TEST_CASE("a visitor that answers false ends the visit") {
  World world;
  for (const char* key : {"a", "b", "c"}) world.put(Table::resource, key, {.body = key});
  int seen = 0;
  world.for_each(Table::resource, "", [&](const std::string&, const RowPtr&) { return ++seen < 2; });
  CHECK(seen == 2);
}

TEST_CASE("resources are listed by type, also after they changed, went, and came back with a write set undone") {
  World world;
  const auto of_type = [&](std::string_view type, std::string_view prefix) {
    std::vector<std::string> out;
    world.for_each_of_type(type, prefix, [&](const std::string& key, const RowPtr& row) {
      out.push_back(key + "=" + row->body);
      return true;
    });
    return out;
  };
  world.put(Table::resource, "/a/1", {.body = "1", .type = "Contoso.Things/things"});
  world.put(Table::resource, "/a/2", {.body = "2", .type = "Contoso.Things/thingsAndMore"});
  world.put(Table::resource, "/b/3", {.body = "3", .type = "Contoso.Things/things"});
  world.put(Table::setting, "/a/4", {.body = "4", .type = "Contoso.Things/things"});
  CHECK(of_type("Contoso.Things/things", "") == std::vector<std::string>{"/a/1=1", "/b/3=3"});
  CHECK(of_type("Contoso.Things/things", "/b/") == std::vector<std::string>{"/b/3=3"});
  world.take_changes();
  const World snapshot = world;
  world.put(Table::resource, "/a/1", {.body = "1b", .type = "Contoso.Things/things"});
  world.put(Table::resource, "/a/2", {.body = "2b", .type = "Contoso.Things/things"});
  world.erase(Table::resource, "/b/3");
  CHECK(of_type("Contoso.Things/things", "") == std::vector<std::string>{"/a/1=1b", "/a/2=2b"});
  CHECK(of_type("Contoso.Things/thingsAndMore", "").empty());
  world.undo(world.take_changes());
  CHECK(of_type("Contoso.Things/things", "") == std::vector<std::string>{"/a/1=1", "/b/3=3"});
  world.erase(Table::resource, "/a/1");
  world = snapshot;
  CHECK(of_type("Contoso.Things/things", "") == std::vector<std::string>{"/a/1=1", "/b/3=3"});
}
