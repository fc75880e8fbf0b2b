#include "sim/state/state_store.hpp"

#include <sqlite3.h>

#include <array>
#include <memory>

#include "sim/core/world.hpp"

namespace azlab::state {
namespace {

// The layout of the file. One that a later azlab changed is refused rather than misread.
constexpr int kVersion = 1;
// Names under which tables are stored: their order in the program may change.
constexpr auto kTables = std::to_array<const char*>({"resource", "operation", "event", "counter", "deleted", "setting", "file", "workload", "blob", "blob_content", "blob_block", "tracking"});
static_assert(kTables.size() == static_cast<std::size_t>(Table::last_), "a kind of rows has no name here");

struct Closes {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
struct Finalizes {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closes>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalizes>;

tl::unexpected<Error> trouble(const std::string& file, sqlite3* db) { return fail(500, "State", "the state in '" + file + "': " + (db != nullptr ? sqlite3_errmsg(db) : "cannot be opened")); }

Result<Database> open(const std::string& file, int flags) {
  sqlite3* db = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
  Database out(db);
  if (result != SQLITE_OK) return trouble(file, db);
  return out;
}

Statement prepare(sqlite3* db, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
  return Statement(statement);
}

void bind_blob(sqlite3_stmt* statement, int at, const std::string& text) { sqlite3_bind_blob64(statement, at, text.data(), text.size(), SQLITE_STATIC); }

std::string column(sqlite3_stmt* statement, int at) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, at));
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
}

bool write_rows(sqlite3* db, const World& world) {
  const Statement insert = prepare(db, "INSERT INTO row (kind, key, body, type, state, location) VALUES (?, ?, ?, ?, ?, ?)");
  bool good = insert != nullptr;
  for (std::size_t i = 0; i < kTables.size() && good; ++i) {
    world.for_each(static_cast<Table>(i), "", [&](const std::string& key, const RowPtr& row) {
      sqlite3_bind_text(insert.get(), 1, kTables[i], -1, SQLITE_STATIC);
      bind_blob(insert.get(), 2, key);
      bind_blob(insert.get(), 3, row->body);
      bind_blob(insert.get(), 4, row->type);
      bind_blob(insert.get(), 5, row->state);
      bind_blob(insert.get(), 6, row->location);
      good = sqlite3_step(insert.get()) == SQLITE_DONE;
      sqlite3_reset(insert.get());
      return good;
    });
  }
  return good;
}

bool run(sqlite3* db, const char* sql) { return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

}  // namespace

Result<void> save(const std::string& file, const Snapshot& snapshot) {
  const auto db = open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!db) return fail(db.error());
  constexpr const char* kLayout =
      "BEGIN IMMEDIATE; DROP TABLE IF EXISTS row; DROP TABLE IF EXISTS run;"
      "CREATE TABLE row (kind TEXT, key BLOB, body BLOB, type BLOB, state BLOB, location BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID;"
      "CREATE TABLE run (version INTEGER, now INTEGER)";
  bool good = run(db->get(), kLayout) && write_rows(db->get(), *snapshot.world);
  if (good) {
    const Statement insert = prepare(db->get(), "INSERT INTO run (version, now) VALUES (?, ?)");
    sqlite3_bind_int(insert.get(), 1, kVersion);
    sqlite3_bind_int64(insert.get(), 2, snapshot.now.time_since_epoch().count());
    good = sqlite3_step(insert.get()) == SQLITE_DONE;
  }
  if (good && run(db->get(), "COMMIT")) return {};
  const auto why = trouble(file, db->get());
  run(db->get(), "ROLLBACK");
  return why;
}

Result<Snapshot> load(const std::string& file) {
  const auto db = open(file, SQLITE_OPEN_READONLY);
  if (!db) return fail(db.error());
  const Statement about = prepare(db->get(), "SELECT version, now FROM run");
  if (!about || sqlite3_step(about.get()) != SQLITE_ROW) return fail(400, "State", "'" + file + "' holds no state of azlab");
  if (sqlite3_column_int(about.get(), 0) != kVersion) return fail(400, "State", "the state in '" + file + "' was written by another version of azlab");
  auto world = std::make_shared<World>();
  const Statement rows = prepare(db->get(), "SELECT kind, key, body, type, state, location FROM row");
  if (!rows) return trouble(file, db->get());
  int step = sqlite3_step(rows.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(rows.get())) {
    const std::string kind = column(rows.get(), 0);
    for (std::size_t i = 0; i < kTables.size(); ++i) {
      if (kind == kTables[i]) world->put(static_cast<Table>(i), column(rows.get(), 1), Row{.body = column(rows.get(), 2), .type = column(rows.get(), 3), .state = column(rows.get(), 4), .location = column(rows.get(), 5)});
    }
  }
  if (step != SQLITE_DONE) return trouble(file, db->get());
  world->take_changes();
  return Snapshot{.world = world, .now = Time(Duration(sqlite3_column_int64(about.get(), 1)))};
}

}  // namespace azlab::state
