#include "sim/state/sqlite.hpp"

namespace azlab::state {

tl::unexpected<Error> trouble(const std::string& file, sqlite3* db) {
  const int code = db == nullptr ? SQLITE_CANTOPEN : sqlite3_errcode(db);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return fail(409, "StateInUse", "the state in '" + file + "' is in use by another azlab; end that one first");
  if (code == SQLITE_NOTADB) return fail(400, "State", "'" + file + "' holds no state of azlab");
  return fail(500, "State", "the state in '" + file + "': " + (db != nullptr ? sqlite3_errmsg(db) : "cannot be opened"));
}

Result<Database> open_database(const std::string& file, int flags) {
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

bool run(sqlite3* db, const char* sql) { return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

std::int64_t number_of(sqlite3* db, const char* sql, std::int64_t otherwise) {
  const Statement statement = prepare(db, sql);
  return statement && sqlite3_step(statement.get()) == SQLITE_ROW ? sqlite3_column_int64(statement.get(), 0) : otherwise;
}

void bind_blob(sqlite3_stmt* statement, int at, const std::string& text) {
  // A null pointer would be NULL rather than nothing.
  sqlite3_bind_blob64(statement, at, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC);
}

std::string column(sqlite3_stmt* statement, int at) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, at));
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
}

bool make_layout(sqlite3* db) {
  // Bodies are long, so rows have numbers and an index: WITHOUT ROWID is for short ones.
  return run(db,
             "BEGIN IMMEDIATE;"
             "CREATE TABLE row (kind TEXT NOT NULL, key BLOB NOT NULL, body BLOB NOT NULL, type BLOB NOT NULL, state BLOB NOT NULL, location BLOB NOT NULL);"
             "CREATE UNIQUE INDEX row_key ON row (kind, key);"
             "CREATE TABLE clock (now INTEGER NOT NULL);"
             "CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB NOT NULL);"
             "PRAGMA application_id = 1635413090; PRAGMA user_version = 2;"
             "COMMIT");
}

Result<void> check_layout(const std::string& file, sqlite3* db) {
  const std::int64_t version = number_of(db, "PRAGMA user_version", -1);
  if (version < 0) return trouble(file, db);
  const std::int64_t application = number_of(db, "PRAGMA application_id", 0);
  // The first layout had no number.
  const bool first = application == 0 && number_of(db, "SELECT count(*) FROM sqlite_master WHERE name = 'run'", 0) == 1;
  if (application != kApplication && !first) return fail(400, "State", "'" + file + "' holds no state of azlab");
  if (version != kVersion) return fail(400, "State", "the state in '" + file + "' was written by another version of azlab");
  return {};
}

}  // namespace azlab::state
