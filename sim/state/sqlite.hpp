#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "sim/core/result.hpp"

/// What of SQLite this folder needs. Only its .cpp files include this.
namespace azlab::state {

struct Closes {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
struct Finalizes {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closes>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalizes>;

/// The layout of the file. One that another azlab wrote is refused rather than misread.
constexpr int kVersion = 2;
/// By which `file` knows an azlab's state: "azlb".
constexpr std::int64_t kApplication = 0x617a6c62;

/// Fails with the file's name and SQLite's line; a state that another process has open says so.
tl::unexpected<Error> trouble(const std::string& file, sqlite3* db);
Result<Database> open_database(const std::string& file, int flags);
/// Null when SQLite does not take it (sqlite3_errmsg).
Statement prepare(sqlite3* db, const char* sql);
bool run(sqlite3* db, const char* sql);
/// The first column of the first row; `otherwise` when there is none.
std::int64_t number_of(sqlite3* db, const char* sql, std::int64_t otherwise);
/// `text` must outlive the next step.
void bind_blob(sqlite3_stmt* statement, int at, const std::string& text);
std::string column(sqlite3_stmt* statement, int at);

/// Makes the tables of a state in an empty file.
bool make_layout(sqlite3* db);
/// Whether a file is a state of this version; fails with one line that says what it is instead.
Result<void> check_layout(const std::string& file, sqlite3* db);

}  // namespace azlab::state
