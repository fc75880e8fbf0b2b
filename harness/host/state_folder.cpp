#include "harness/host/state_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/core/world.hpp"
#include "sim/state/bundle.hpp"

namespace azlab::host {
namespace {

namespace fs = std::filesystem;

constexpr int kKilledStatus = 137;  // as shells count SIGKILL
constexpr const char* kDatabase = "state.db";
constexpr std::array<const char*, 2> kFolders = {"shares", "homes"};
constexpr const char* kBegun = "begun";
constexpr const char* kSession = "session/";

tl::unexpected<Error> unusable(const std::string& path, const std::string& why) { return fail(400, "State", "cannot use the folder '" + path + "' for the state: " + why); }

/// What a killed process left outside of its state. It is cleared away only when it is surely that: a run's directory whose
/// shares lie in this folder.
void clear_away_predecessor(const fs::path& folder) {
  std::error_code why;
  const fs::path left = fs::read_symlink(folder / "run", why);
  if (why) return;
  fs::remove(folder / "run", why);
  const fs::path shares = fs::read_symlink(left / "shares", why);
  if (!why && left.filename().string().starts_with("azlab-") && shares == folder / "shares") run::remove_directory(left.string());
}

/// A file that was being written when the process died stands beside its place.
void remove_half_written(const fs::path& folder) {
  std::error_code why;
  std::vector<fs::path> halves;
  for (auto it = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, why); !why && it != fs::recursive_directory_iterator(); it.increment(why)) {
    if (it->path().filename().string().ends_with(run::kBeside)) halves.push_back(it->path());
  }
  for (const auto& half : halves) fs::remove(half, why);
}

}  // namespace

Result<void> export_folder(const std::string& path, const std::string& file) {
  std::error_code why;
  if (!fs::exists(fs::path(path) / kDatabase, why)) return fail(400, "State", "there is no state in '" + path + "'");
  return state::write_bundle(path + "/" + kDatabase, path, {kFolders.begin(), kFolders.end()}, file);
}

Result<void> import_folder(const std::string& file, const std::string& path) {
  std::error_code why;
  if (!fs::is_regular_file(file, why)) return fail(400, "State", "there is no file '" + file + "'");
  for (const char* taken : {kDatabase, kFolders[0], kFolders[1]}) {
    if (fs::exists(fs::path(path) / taken, why)) return fail(400, "State", "there is a state in '" + path + "' already; choose another folder");
  }
  const bool made = fs::create_directories(path, why);
  if (why) return unusable(path, why.message());
  if (made) fs::permissions(path, fs::perms::owner_all, why);
  auto done = state::read_bundle(file, path + "/" + kDatabase, path, {kFolders.begin(), kFolders.end()});
  if (!done) {
    for (const char* folder : kFolders) fs::remove_all(fs::path(path) / folder, why);
    if (made) fs::remove(path, why);
  }
  return done;
}

Result<std::unique_ptr<StateFolder>> StateFolder::open(const std::string& path, const run::RunDirectory& directory) {
  std::error_code why;
  const fs::path folder = fs::absolute(path, why).lexically_normal();
  const bool made = fs::create_directories(folder, why);
  if (why) return fail(400, "State", "cannot make the folder '" + path + "' for the state: " + why.message());
  if (made) fs::permissions(folder, fs::perms::owner_all, why);
  std::unique_ptr<StateFolder> out(new StateFolder(folder.string()));
  auto store = state::Store::open((folder / kDatabase).string());
  if (!store) return fail(store.error());
  out->store_ = std::move(*store);
  const auto notes = out->store_->notes(kBegun);
  out->begun_before_ = notes.contains("") ? std::strtoull(notes.at("").c_str(), nullptr, 10) : 0;
  if (const auto noted = out->store_->note(kBegun, std::to_string(out->begun_before_ + 1)); !noted) return fail(noted.error());
  if (const auto laid = out->lay_under(directory); !laid) return fail(laid.error());
  return out;
}

Result<void> StateFolder::lay_under(const run::RunDirectory& directory) {
  const fs::path folder(path_);
  std::error_code why;
  clear_away_predecessor(folder);
  for (const char* name : kFolders) {
    fs::create_directories(folder / name, why);
    if (!why) fs::remove_all(fs::path(directory.path()) / name, why);
    if (!why) fs::create_directory_symlink(folder / name, fs::path(directory.path()) / name, why);
    if (why) return unusable(path_, why.message());
  }
  remove_half_written(folder / "shares");
  fs::create_symlink(directory.path(), folder / "run", why);
  if (why) return unusable(path_, why.message());
  return {};
}

StateFolder::~StateFolder() { close(); }

Result<void> StateFolder::attach(Simulator& simulator) {
  const bool goes_on = store_->has_state();
  if (goes_on) {
    const auto loaded = store_->load();
    if (!loaded) return fail(loaded.error());
    if (const auto restored = simulator.restore(*loaded); !restored) return restored;
  }
  return simulator.set_commit_log(store_, goes_on);
}

site::SiteMemory StateFolder::site_memory() const {
  site::SiteMemory memory{.sessions = store_->notes(kSession), .keep = [store = store_](const std::string& id, const std::string& saved) { (void)store->note(kSession + id, saved); }};
  std::ifstream file(path_ + "/site");
  file >> memory.key >> memory.port;
  if (memory.key.size() != site::kKeyBytes || memory.key.find_first_not_of("0123456789abcdef") != std::string::npos) memory.key.clear();
  if (auto identity = net::read_site_identity(path_ + "/site.crt", path_ + "/site.key")) memory.identity = std::move(*identity);
  return memory;
}

Result<void> StateFolder::remember_site(const site::Site& site) const {
  std::vector<std::pair<std::string, std::string>> files = {{"/site", fmt::format("{} {}\n", site.key(), site.port())}};
  if (site.has_made_identity()) files.insert(files.end(), {{"/site.crt", site.identity()->certificates}, {"/site.key", site.identity()->key}});
  const mode_t before = ::umask(S_IRWXG | S_IRWXO);
  Result<void> written;
  for (const auto& [name, text] : files) {
    if (written) written = run::write_file(path_ + name, text);
  }
  ::umask(before);
  return written;
}

void StateFolder::close() {
  if (!store_) return;
  store_->close();
  std::error_code why;
  fs::remove(path_ + "/run", why);
}

void report_lost(Simulator& simulator) {
  std::vector<std::string> lost;
  simulator.inspect([&](const World& world) {
    world.for_each(Table::workload, "", [&](const std::string& id, const RowPtr& row) {
      const auto state = parse_json(row->body);
      // A row without any of these was started and has not been heard of since.
      if (state && !state->contains("exitStatus") && !state->contains("blocked") && !state->contains("missing")) lost.push_back(id);
      return true;
    });
  });
  for (const auto& id : lost) {
    simulator.handle(Request::make(Method::post, "https://workloads.azlab/" + id + "/exit", dump(Json{{"exitStatus", kKilledStatus}, {"output", ""}, {"reason", "stopped"}})));
  }
}

}  // namespace azlab::host
