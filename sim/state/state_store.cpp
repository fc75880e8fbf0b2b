#include "sim/state/state_store.hpp"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "sim/state/sqlite.hpp"

namespace azlab::state {
namespace {

// Names under which tables are stored: their order in the program may change.
constexpr auto kTables = std::to_array<const char*>({"resource", "operation", "event", "counter", "deleted", "setting", "file", "workload", "blob", "blob_content", "blob_block", "tracking", "activity"});
static_assert(kTables.size() == static_cast<std::size_t>(Table::last_), "a kind of rows has no name here");

}  // namespace

/// The statements that a write set needs, prepared once.
struct Writing {
  explicit Writing(sqlite3* db)
      : put(prepare(db,
                    "INSERT INTO row (kind, key, body, type, state, location) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET "
                    "body = excluded.body, type = excluded.type, state = excluded.state, location = excluded.location")),
        erase(prepare(db, "DELETE FROM row WHERE kind = ? AND key = ?")),
        clock(prepare(db, "UPDATE clock SET now = ?")),
        begin(prepare(db, "BEGIN IMMEDIATE")),
        end(prepare(db, "COMMIT")) {}

  static bool step(const Statement& statement) {
    if (!statement) return false;
    const bool done = sqlite3_step(statement.get()) == SQLITE_DONE;
    sqlite3_reset(statement.get());
    return done;
  }
  /// Null: the row goes.
  bool write(Table table, const std::string& key, const Row* row) const {
    const Statement& statement = row == nullptr ? erase : put;
    if (!statement) return false;
    sqlite3_bind_text(statement.get(), 1, kTables[static_cast<std::size_t>(table)], -1, SQLITE_STATIC);
    bind_blob(statement.get(), 2, key);
    if (row != nullptr) {
      bind_blob(statement.get(), 3, row->body);
      bind_blob(statement.get(), 4, row->type);
      bind_blob(statement.get(), 5, row->state);
      bind_blob(statement.get(), 6, row->location);
    }
    return step(statement);
  }
  bool write_clock(Time now) const {
    if (!clock) return false;
    sqlite3_bind_int64(clock.get(), 1, now.time_since_epoch().count());
    return step(clock);
  }

  Statement put, erase, clock, begin, end;
};

namespace {

bool write_all(sqlite3* db, const Writing& writing, const World& world, Time now) {
  bool good = run(db, "DELETE FROM row; DELETE FROM clock");
  for (std::size_t i = 0; i < kTables.size() && good; ++i) {
    const auto table = static_cast<Table>(i);
    world.for_each(table, "", [&](const std::string& key, const RowPtr& row) {
      good = writing.write(table, key, row.get());
      return good;
    });
  }
  return good && run(db, "INSERT INTO clock (now) VALUES (0)") && writing.write_clock(now);
}

/// What was written last under a key is what counts, so that a counter that moved a hundred times is written once.
bool write_changes(const Writing& writing, const std::vector<Change>& changes) {
  std::set<std::pair<Table, std::string_view>> written;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (written.emplace(change->table, change->key).second && !writing.write(change->table, change->key, change->after.get())) return false;
  }
  return true;
}

Result<Snapshot> read(const std::string& file, sqlite3* db) {
  if (const auto ours = check_layout(file, db); !ours) return fail(ours.error());
  const Statement clock = prepare(db, "SELECT now FROM clock");
  if (!clock) return trouble(file, db);
  const int clock_step = sqlite3_step(clock.get());
  if (clock_step == SQLITE_DONE) return fail(400, "State", "'" + file + "' holds no state of azlab");
  if (clock_step != SQLITE_ROW) return trouble(file, db);
  auto world = std::make_shared<World>();
  const Statement rows = prepare(db, "SELECT kind, key, body, type, state, location FROM row");
  if (!rows) return trouble(file, db);
  int step = sqlite3_step(rows.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(rows.get())) {
    const std::string kind = column(rows.get(), 0);
    for (std::size_t i = 0; i < kTables.size(); ++i) {
      if (kind == kTables[i]) world->put(static_cast<Table>(i), column(rows.get(), 1), Row{.body = column(rows.get(), 2), .type = column(rows.get(), 3), .state = column(rows.get(), 4), .location = column(rows.get(), 5)});
    }
  }
  if (step != SQLITE_DONE) return trouble(file, db);
  world->take_changes();
  return Snapshot{.world = world, .now = Time(Duration(sqlite3_column_int64(clock.get(), 0)))};
}

/// Nobody else's business: secrets of the simulated Azure are invented, but what a learner writes is not.
class OwnersOnly {
 public:
  OwnersOnly() : before_(::umask(S_IRWXG | S_IRWXO)) {}
  ~OwnersOnly() { ::umask(before_); }
  OwnersOnly(const OwnersOnly&) = delete;
  OwnersOnly& operator=(const OwnersOnly&) = delete;

 private:
  mode_t before_;
};

}  // namespace

struct Store::Impl {
  mutable std::mutex mutex{};
  std::string file{};
  Database db{};
  std::unique_ptr<Writing> writing{};

  /// Carries `write` out as one transaction.
  template <typename Write>
  Result<void> transaction(Write write) {
    const std::lock_guard lock(mutex);
    if (!db) return fail(503, "State", "azlab is about to end");
    if (Writing::step(writing->begin) && write() && Writing::step(writing->end)) return {};
    const auto why = trouble(file, db.get());
    run(db.get(), "ROLLBACK");
    return why;
  }
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() { close(); }

Result<std::shared_ptr<Store>> Store::open(const std::string& file) {
  auto impl = std::make_unique<Impl>();
  impl->file = file;
  const OwnersOnly private_files;
  auto opened = open_database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!opened) return fail(opened.error());
  impl->db = std::move(*opened);
  sqlite3* db = impl->db.get();
  // The lock is SQLite's own, and the system's: it goes with the process, however that ends. NORMAL waits for the disk at
  // checkpoints only.
  if (!run(db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT")) return trouble(file, db);
  const bool empty = number_of(db, "SELECT count(*) FROM sqlite_master", -1) == 0;
  if (empty && !make_layout(db)) return trouble(file, db);
  if (const auto ours = check_layout(file, db); !ours) return fail(ours.error());
  if (!run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT")) return trouble(file, db);
  impl->writing = std::make_unique<Writing>(db);
  return std::shared_ptr<Store>(new Store(std::move(impl)));
}

bool Store::has_state() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->db && number_of(impl_->db.get(), "SELECT count(*) FROM clock", 0) == 1;
}

Result<Snapshot> Store::load() const {
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->db) return fail(503, "State", "azlab is about to end");
  return read(impl_->file, impl_->db.get());
}

Result<void> Store::commit(const std::vector<Change>& changes, Time now) {
  return impl_->transaction([&] { return write_changes(*impl_->writing, changes) && impl_->writing->write_clock(now); });
}

Result<void> Store::replace(const World& world, Time now) {
  return impl_->transaction([&] { return write_all(impl_->db.get(), *impl_->writing, world, now); });
}

Result<void> Store::note(const std::string& name, const std::string& value) {
  return impl_->transaction([&] {
    const Statement change = prepare(impl_->db.get(), value.empty() ? "DELETE FROM note WHERE name = ?" : "INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)");
    if (!change) return false;
    sqlite3_bind_text(change.get(), 1, name.c_str(), -1, SQLITE_STATIC);
    if (!value.empty()) bind_blob(change.get(), 2, value);
    return Writing::step(change);
  });
}

std::map<std::string, std::string> Store::notes(std::string_view prefix) const {
  const std::lock_guard lock(impl_->mutex);
  std::map<std::string, std::string> out;
  const Statement all = impl_->db ? prepare(impl_->db.get(), "SELECT name, value FROM note") : nullptr;
  while (all && sqlite3_step(all.get()) == SQLITE_ROW) {
    const std::string name = column(all.get(), 0);
    if (name.starts_with(prefix)) out[name.substr(prefix.size())] = column(all.get(), 1);
  }
  return out;
}

void Store::close() {
  const std::lock_guard lock(impl_->mutex);
  impl_->writing.reset();
  impl_->db.reset();  // the last one out brings the log into the file
}

Result<void> save(const std::string& file, const Snapshot& snapshot) {
  const std::string beside = file + ".azlab-new";
  std::error_code why;
  std::filesystem::remove(beside, why);
  {
    const OwnersOnly private_files;
    const auto db = open_database(beside, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!db) return fail(db.error());
    // Whole or not at all by its renaming, so no journal.
    if (!run(db->get(), "PRAGMA journal_mode = OFF") || !make_layout(db->get())) return trouble(beside, db->get());
    const Writing writing(db->get());
    if (!Writing::step(writing.begin) || !write_all(db->get(), writing, *snapshot.world, snapshot.now) || !Writing::step(writing.end)) return trouble(beside, db->get());
  }
  std::filesystem::rename(beside, file, why);
  if (why) return fail(500, "State", "the state in '" + file + "': " + why.message());
  return {};
}

Result<Snapshot> load(const std::string& file) {
  const auto db = open_database(file, SQLITE_OPEN_READONLY);
  if (!db) return fail(db.error());
  return read(file, db->get());
}

}  // namespace azlab::state
