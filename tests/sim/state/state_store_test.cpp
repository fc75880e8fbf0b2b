#include "sim/state/state_store.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path = std::filesystem::temp_directory_path() / ("azlab-state-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("a simulator goes on where a saved one stopped, with what was under way", "[state]") {
  const Folder folder;
  const std::string file = folder.path + "/state.db";
  Azure first;
  first.make_workspace();
  first.put(first.workspace() + "/computes/ci1", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}});
  REQUIRE(state::save(file, first.simulator.snapshot()));
  const Time stopped = first.simulator.now();

  Azure second;
  const auto loaded = state::load(file);
  REQUIRE(loaded);
  second.simulator.restore(*loaded);
  CHECK(second.simulator.now() == stopped);
  CHECK(second.get_json(second.workspace() + "/computes/ci1")["properties"]["properties"]["state"] == "Creating");
  second.settle();
  first.settle();
  CHECK(second.get(second.workspace() + "/computes/ci1").body.text() == first.get(first.workspace() + "/computes/ci1").body.text());
}

TEST_CASE("bytes with zeros survive, and a second saving replaces the first", "[state]") {
  const Folder folder;
  const std::string file = folder.path + "/state.db";
  auto world = std::make_shared<World>();
  world->put(Table::blob_content, std::string("a\0b", 3), Row{.body = std::string("\0x\xff", 3)});
  REQUIRE(state::save(file, {.world = world, .now = Time(Duration(5))}));
  CHECK(state::load(file)->world->find(Table::blob_content, std::string("a\0b", 3))->body == std::string("\0x\xff", 3));
  REQUIRE(state::save(file, {.world = std::make_shared<World>(), .now = Time(Duration(6))}));
  CHECK(state::load(file)->world->size(Table::blob_content) == 0);
  CHECK(state::load(file)->now == Time(Duration(6)));
}

TEST_CASE("a file that is no state is refused in one line", "[state]") {
  const Folder folder;
  std::ofstream(folder.path + "/other") << "not a database, but long enough to look like one might";
  CHECK(state::load(folder.path + "/other").error().message.find("/other' holds no state of azlab") != std::string::npos);
  CHECK(state::load(folder.path + "/none").error().message.find("unable to open database file") != std::string::npos);
}
