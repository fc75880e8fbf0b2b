#include "sim/state/state_store.hpp"

#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/state/bundle.hpp"
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

/// Every row of a World as one text.
std::string rows_of(const World& world) {
  std::string out;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Table::last_); ++i) {
    world.for_each(static_cast<Table>(i), "", [&](const std::string& key, const RowPtr& row) {
      out += std::to_string(i) + " " + key + " " + row->type + " " + row->state + " " + row->location + " " + row->body + "\n";
      return true;
    });
  }
  return out;
}

std::string rows_of(const Simulator& simulator) { return rows_of(*simulator.snapshot().world); }

std::string error_of(const Result<std::shared_ptr<state::Store>>& opened) { return opened ? std::string() : opened.error().message; }

/// A log that takes nothing, when it is told so.
struct Full : CommitLog {
  Result<void> commit(const std::vector<Change>& changes, Time) override {
    if (full) return fail(500, "State", "the disk is full");
    commits += changes.empty() ? 0 : 1;
    clocks += changes.empty() ? 1 : 0;
    return {};
  }
  Result<void> replace(const World&, Time) override {
    if (full) return fail(500, "State", "the disk is full");
    ++replaced;
    return {};
  }
  bool full = false;
  int commits = 0, clocks = 0, replaced = 0;
};

}  // namespace

TEST_CASE("every write set is in the file before its answer, with the clock", "[state]") {
  const Folder folder;
  const std::string file = folder.path + "/state.db";
  std::string rows;
  Time now;
  {
    auto store = state::Store::open(file);
    REQUIRE(store);
    CHECK_FALSE((*store)->has_state());
    Azure azure;
    REQUIRE(azure.simulator.set_commit_log(*store));
    CHECK((*store)->has_state());
    azure.make_workspace();
    azure.put(azure.workspace() + "/computes/ci1", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}});
    CHECK(rows_of(*(*store)->load()->world) == rows_of(azure.simulator));
    CHECK((*store)->load()->now == azure.simulator.now());
    azure.del(azure.resource("Microsoft.Insights/components/ai-lab"));
    azure.simulator.advance(std::chrono::minutes(3));
    CHECK(rows_of(*(*store)->load()->world) == rows_of(azure.simulator));
    azure.simulator.advance(std::chrono::hours(200));
    azure.simulator.advance(std::chrono::milliseconds(1));  // a clock that leaps is kept though nothing was due
    rows = rows_of(azure.simulator);
    now = azure.simulator.now();
    CHECK((*store)->load()->now == now);
  }
  auto again = state::Store::open(file);
  REQUIRE(again);
  const auto loaded = (*again)->load();
  REQUIRE(loaded);
  CHECK(rows_of(*loaded->world) == rows);
  CHECK(loaded->now == now);
}

TEST_CASE("restoring a snapshot and beginning anew write the whole state", "[state]") {
  const Folder folder;
  auto store = state::Store::open(folder.path + "/state.db");
  Azure azure;
  REQUIRE(azure.simulator.set_commit_log(*store));
  const Snapshot before = azure.simulator.snapshot();
  azure.make_group();
  REQUIRE(azure.simulator.restore(before));
  CHECK(rows_of(*(*store)->load()->world) == rows_of(*before.world));
  azure.make_group();
  REQUIRE(azure.simulator.reset({}));
  CHECK(rows_of(*(*store)->load()->world) == rows_of(azure.simulator));
}

TEST_CASE("what cannot be kept has not happened, and the answer says so", "[state]") {
  auto log = std::make_shared<Full>();
  Azure azure;
  REQUIRE(azure.simulator.set_commit_log(log));
  azure.make_group();
  const std::string before = rows_of(azure.simulator);
  log->full = true;
  const Response refused = azure.put(azure.group("other"), {{"location", "eastus"}});
  CHECK(refused.status == 500);
  CHECK(refused.body.text().find("azlab cannot keep its state: the disk is full") != std::string::npos);
  CHECK(rows_of(azure.simulator) == before);
  CHECK(azure.get(azure.group()).status == 200);
  CHECK_FALSE(azure.simulator.restore(azure.simulator.snapshot()));
  log->full = false;
  const int replaced = log->replaced;
  CHECK(azure.put(azure.group("other"), {{"location", "eastus"}}).status == 201);
  CHECK(log->replaced == replaced + 1);  // the snapshot that it could not take, and what came since
  // A log that is full from the beginning is none.
  log->full = true;
  CHECK_FALSE(azure.simulator.set_commit_log(log));
  CHECK(azure.put(azure.group("third"), {{"location", "eastus"}}).status == 201);
}

TEST_CASE("reading touches no log; a running clock is noted at most once a second", "[state]") {
  auto log = std::make_shared<Full>();
  Azure azure;
  azure.make_group();
  REQUIRE(azure.simulator.set_commit_log(log));
  for (int i = 0; i < 50; ++i) azure.get(azure.group());
  CHECK(log->commits + log->clocks == 0);
  Azure running({.time_mode = TimeMode::scaled, .time_scale = 1});
  REQUIRE(running.simulator.set_commit_log(log));
  for (int i = 0; i < 50; ++i) running.simulator.advance(std::chrono::milliseconds(10));
  CHECK(log->clocks <= 1);
  // One that is moved on is noted at once: whoever moved it was told where it stands.
  log->clocks = 0;
  running.simulator.advance(std::chrono::seconds(30));
  CHECK(log->clocks == 1);
}

TEST_CASE("a state is kept from everybody else, and from other processes", "[state]") {
  const Folder folder;
  const std::string file = folder.path + "/state.db";
  auto store = state::Store::open(file);
  REQUIRE(store);
  struct stat about {};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & (S_IRWXG | S_IRWXO)) == 0);
  CHECK(error_of(state::Store::open(file)) == "the state in '" + file + "' is in use by another azlab; end that one first");
  CHECK(state::write_bundle(file, folder.path, {}, folder.path + "/out").error().code == "StateInUse");
  (*store)->close();
  CHECK_FALSE((*store)->commit({}, Time()));
  CHECK(state::Store::open(file));
}

TEST_CASE("a note stays until it is empty", "[state]") {
  const Folder folder;
  auto store = state::Store::open(folder.path + "/state.db");
  REQUIRE(store);
  REQUIRE((*store)->note("session/a", "1"));
  REQUIRE((*store)->note("session/b", "2"));
  REQUIRE((*store)->note("session/a", ""));
  CHECK((*store)->notes("session/") == std::map<std::string, std::string>{{"b", "2"}});
}

TEST_CASE("a killed process leaves all that it committed, and no lock", "[state]") {
  const Folder folder;
  const std::string file = folder.path + "/state.db";
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = state::Store::open(file);
    World world;
    (void)(*store)->replace(world, Time(Duration(1)));
    world.put(Table::setting, "a", Row{.body = "1"});
    world.put(Table::setting, "a", Row{.body = "2"});
    world.put(Table::setting, "gone", Row{.body = "3"});
    world.erase(Table::setting, "gone");
    (void)(*store)->commit(world.take_changes(), Time(Duration(2)));
    (void)(*store)->note("session/x", "saved");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  auto store = state::Store::open(file);
  REQUIRE(store);
  CHECK((*store)->load()->now == Time(Duration(2)));
  CHECK((*store)->load()->world->find(Table::setting, "a")->body == "2");
  CHECK((*store)->load()->world->size(Table::setting) == 1);
  CHECK((*store)->notes("session/") == std::map<std::string, std::string>{{"x", "saved"}});
}

TEST_CASE("a file that is damaged, or of another version, is refused in one line and stays as it is", "[state]") {
  const Folder folder;
  const std::string file = folder.path + "/state.db";
  Azure azure;
  azure.make_workspace();
  REQUIRE(state::save(file, azure.simulator.snapshot()));
  SECTION("damaged") {
    const auto size = std::filesystem::file_size(file);
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    for (std::uintmax_t at = 8192; at < size; at += 64) out.seekp(static_cast<std::streamoff>(at)).write("damage damage damage", 20);
    out.close();
    auto store = state::Store::open(file);
    REQUIRE(store);
    const auto loaded = (*store)->load();
    REQUIRE_FALSE(loaded);
    CHECK_THAT(loaded.error().message, Catch::Matchers::EndsWith("database disk image is malformed"));
  }
  SECTION("of another version") {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version = 3", nullptr, nullptr, nullptr);
    sqlite3_close(db);
    CHECK(error_of(state::Store::open(file)) == "the state in '" + file + "' was written by another version of azlab");
    CHECK(state::load(file).error().message == "the state in '" + file + "' was written by another version of azlab");
  }
  SECTION("of the first version") {
    std::filesystem::remove(file);
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE row (kind TEXT, key BLOB); CREATE TABLE run (version INTEGER, now INTEGER)", nullptr, nullptr, nullptr);
    sqlite3_close(db);
    CHECK(error_of(state::Store::open(file)) == "the state in '" + file + "' was written by another version of azlab");
  }
  SECTION("somebody else's") {
    std::filesystem::remove(file);
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE mail (text)", nullptr, nullptr, nullptr);
    sqlite3_close(db);
    CHECK(error_of(state::Store::open(file)) == "'" + file + "' holds no state of azlab");
  }
}

TEST_CASE("a state and its folders go into one file and come back", "[state]") {
  namespace fs = std::filesystem;
  const Folder folder;
  const fs::path from = folder.path + "/from", to = folder.path + "/to";
  fs::create_directories(from / "shares/st/share/empty");
  fs::create_directories(to);
  std::ofstream(from / "shares/st/share/a.txt") << std::string("a\0b", 3);
  std::ofstream(from / "shares/tool") << "#!/bin/sh\n";
  fs::permissions(from / "shares/tool", fs::perms::owner_all);
  fs::create_symlink("tool", from / "shares/link");
  Azure azure;
  azure.make_group();
  REQUIRE(state::save(from / "state.db", azure.simulator.snapshot()));
  const std::string file = folder.path + "/bundle";
  REQUIRE(state::write_bundle(from / "state.db", from, {"shares", "homes"}, file));
  CHECK(rows_of(*state::load(file)->world) == rows_of(azure.simulator));
  REQUIRE(state::read_bundle(file, to / "state.db", to, {"shares", "homes"}));
  CHECK(rows_of(*state::load(to / "state.db")->world) == rows_of(azure.simulator));
  std::ifstream in(to / "shares/st/share/a.txt", std::ios::binary);
  CHECK(std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()} == std::string("a\0b", 3));
  CHECK(fs::is_directory(to / "shares/st/share/empty"));
  CHECK((fs::status(to / "shares/tool").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK(fs::read_symlink(to / "shares/link") == "tool");
  // Places outside of the folders are refused before anything is written there.
  for (const std::string name : {"shares/../../evil", "/tmp/evil", "evil", "other/evil", "shares//evil", "shares/./evil"}) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
    sqlite3_exec(db, ("DELETE FROM file; INSERT INTO file VALUES (CAST('" + name + "' AS BLOB), 'file', 420, x'00')").c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(db);
    CHECK(state::read_bundle(file, to / "other.db", to, {"shares", "homes"}).error().message.find("outside of a state's folders: '" + name) != std::string::npos);
    CHECK_FALSE(fs::exists(to / "other.db"));
    CHECK_FALSE(fs::exists(folder.path + "/evil"));
  }
}

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
