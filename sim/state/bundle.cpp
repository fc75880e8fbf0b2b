#include "sim/state/bundle.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "sim/core/text.hpp"
#include "sim/state/sqlite.hpp"

namespace azlab::state {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "file";
constexpr const char* kFolder = "folder";
constexpr const char* kLink = "link";

tl::unexpected<Error> file_trouble(const std::string& path, const std::error_code& why) { return fail(500, "State", "'" + path + "': " + why.message()); }

/// A whole copy of a database, made by SQLite.
Result<void> copy_database(const std::string& from, const std::string& to) {
  const auto db = open_database(from, SQLITE_OPEN_READWRITE);
  if (!db) return fail(db.error());
  if (const auto ours = check_layout(from, db->get()); !ours) return ours;
  const Statement copy = prepare(db->get(), "VACUUM INTO ?");
  if (!copy) return trouble(from, db->get());
  sqlite3_bind_text(copy.get(), 1, to.c_str(), -1, SQLITE_STATIC);
  if (sqlite3_step(copy.get()) != SQLITE_DONE) return trouble(from, db->get());
  return {};
}

/// One entry of a folder; nothing for what is no file, folder or link.
bool pack(sqlite3_stmt* insert, const fs::path& root, const fs::path& path) {
  std::error_code why;
  const auto status = fs::symlink_status(path, why);
  const std::string name = path.lexically_relative(root).string();
  std::string kind = kFolder;
  std::string bytes;
  if (fs::is_symlink(status)) {
    kind = kLink;
    bytes = fs::read_symlink(path, why).string();
  } else if (fs::is_regular_file(status)) {
    kind = kFile;
    std::ifstream in(path, std::ios::binary);
    if (!in) return false;
    bytes.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  } else if (!fs::is_directory(status)) {
    return true;
  }
  bind_blob(insert, 1, name);
  sqlite3_bind_text(insert, 2, kind.c_str(), -1, SQLITE_STATIC);
  sqlite3_bind_int64(insert, 3, static_cast<std::int64_t>(status.permissions()));
  bind_blob(insert, 4, bytes);
  const bool done = sqlite3_step(insert) == SQLITE_DONE;
  sqlite3_reset(insert);
  return done;
}

Result<void> pack_all(const std::string& file, const fs::path& root, const std::vector<std::string>& folders) {
  const auto db = open_database(file, SQLITE_OPEN_READWRITE);
  if (!db) return fail(db.error());
  if (!run(db->get(), "PRAGMA journal_mode = OFF; CREATE TABLE file (name BLOB NOT NULL, kind TEXT NOT NULL, mode INTEGER NOT NULL, bytes BLOB NOT NULL); BEGIN")) return trouble(file, db->get());
  const Statement insert = prepare(db->get(), "INSERT INTO file (name, kind, mode, bytes) VALUES (?, ?, ?, ?)");
  if (!insert) return trouble(file, db->get());
  for (const auto& folder : folders) {
    std::error_code why;
    if (!fs::is_directory(root / folder, why)) continue;
    for (auto it = fs::recursive_directory_iterator(root / folder, why); !why && it != fs::recursive_directory_iterator(); it.increment(why)) {
      if (!pack(insert.get(), root, it->path())) return fail(500, "State", "'" + it->path().string() + "' cannot be read, or is too long for one file");
    }
    if (why) return file_trouble((root / folder).string(), why);
  }
  if (!run(db->get(), "COMMIT")) return trouble(file, db->get());
  return {};
}

/// Whether a name stays in one of the folders.
bool stays_inside(const std::string& name, const std::vector<std::string>& folders) {
  const auto parts = split(name, '/');
  if (parts.size() < 2 || std::find(folders.begin(), folders.end(), parts.front()) == folders.end()) return false;
  return name.find('\0') == std::string::npos && std::none_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

Result<void> unpack_one(const fs::path& place, const std::string& kind, std::int64_t mode, const std::string& bytes) {
  std::error_code why;
  if (kind == kFolder) {
    fs::create_directories(place, why);
    return why ? Result<void>(file_trouble(place.string(), why)) : Result<void>();
  }
  fs::create_directories(place.parent_path(), why);
  if (kind == kLink) {
    fs::create_symlink(bytes, place, why);
  } else {
    std::ofstream out(place, std::ios::binary);
    out << bytes;
    out.close();
    if (!out) return fail(500, "State", "cannot write '" + place.string() + "'");
    fs::permissions(place, static_cast<fs::perms>(mode) & fs::perms::all, why);
  }
  return why ? Result<void>(file_trouble(place.string(), why)) : Result<void>();
}

/// Links come last, so that nothing is written through one.
Result<void> unpack_all(sqlite3* db, const std::string& file, const fs::path& root, const std::vector<std::string>& folders) {
  const Statement all = prepare(db, "SELECT name, kind, mode, bytes FROM file ORDER BY kind = 'link'");
  if (!all) return {};  // a state without files, as the admin interface exports it
  int step = sqlite3_step(all.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(all.get())) {
    const std::string name = column(all.get(), 0);
    if (!stays_inside(name, folders)) return fail(400, "State", "'" + file + "' holds a file outside of a state's folders: '" + name + "'");
    if (const auto done = unpack_one(root / name, column(all.get(), 1), sqlite3_column_int64(all.get(), 2), column(all.get(), 3)); !done) return done;
  }
  return step == SQLITE_DONE ? Result<void>() : Result<void>(trouble(file, db));
}

}  // namespace

Result<void> write_bundle(const std::string& database, const std::string& root, const std::vector<std::string>& folders, const std::string& file) {
  const std::string beside = file + ".azlab-new";
  std::error_code why;
  fs::remove(beside, why);
  auto done = copy_database(database, beside);
  if (done) done = pack_all(beside, root, folders);
  if (done) {
    fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, why);
    fs::rename(beside, file, why);
    if (!why) return {};
    done = file_trouble(file, why);
  }
  fs::remove(beside, why);
  return done;
}

Result<void> read_bundle(const std::string& file, const std::string& database, const std::string& root, const std::vector<std::string>& folders) {
  const std::string beside = database + ".azlab-new";
  std::error_code why;
  fs::remove(beside, why);
  if (const auto copied = copy_database(file, beside); !copied) {
    fs::remove(beside, why);
    return copied;
  }
  const auto unpack = [&]() -> Result<void> {
    const auto db = open_database(beside, SQLITE_OPEN_READWRITE);
    if (!db) return fail(db.error());
    if (const auto done = unpack_all(db->get(), file, root, folders); !done) return done;
    if (!run(db->get(), "DROP TABLE IF EXISTS file; VACUUM")) return trouble(beside, db->get());
    return {};
  };
  const auto done = unpack();
  if (done) {
    fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, why);
    fs::rename(beside, database, why);
    if (!why) return {};
    return file_trouble(database, why);
  }
  fs::remove(beside, why);
  return done;
}

}  // namespace azlab::state
