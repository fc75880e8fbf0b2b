#include "harness/guide/guide.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/run/run_directory.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/workspace.hpp"

namespace azlab::guide {
namespace {

constexpr int kSavedVersion = 1;
constexpr int kGrades = 2;  ///< of hints: in general, exactly
constexpr std::size_t kCommandsMax = 10'000;
constexpr const char* kWorkspaces = "Microsoft.MachineLearningServices/workspaces";

}  // namespace

Guide::Guide(lab::Lab lab, Simulator& simulator, std::shared_ptr<FileStore> files, Options options)
    : lab_(std::move(lab)), plan_(make_plan(lab_)), simulator_(simulator), files_(std::move(files)), options_(std::move(options)) {
  seen_.files = files_.get();
  seen_.user = options_.user;
  for (const auto& item : plan_.items) progress_.push_back({.held = std::vector<bool>(item.checks.size(), false)});
  gather();
  for (const auto& [key, row] : seen_.resources) seen_.at_first.insert(key);
  settle();
}

Result<std::unique_ptr<Guide>> Guide::open(const std::string& file, Simulator& simulator, std::shared_ptr<FileStore> files, Options options) {
  const auto text = run::read_file(file);
  if (!text) return fail(400, "WrongUse", "--lab: " + text.error().message);
  auto lab = lab::read_lab(*text, file);
  if (!lab) return fail(400, "WrongUse", "--lab: " + lab.error().message);
  auto guide = std::make_unique<Guide>(std::move(*lab), simulator, std::move(files), std::move(options));
  const auto& items = guide->plan_.items;
  if (std::none_of(items.begin(), items.end(), [](const Item& item) { return item.decidable(); })) {
    return fail(400, "WrongUse", "--lab: '" + file + "' has no instruction that azlab could see carried out; a lab is a page in Markdown with numbered steps");
  }
  if (const std::string kept = guide->progress_file(); !kept.empty() && std::filesystem::exists(kept)) {
    const auto progress = run::read_file(kept);
    const auto json = progress ? parse_json(*progress) : Result<Json>(fail(progress.error()));
    if (!json) return fail(400, "WrongUse", "--lab: '" + kept + "' cannot be read: " + json.error().message);
    if (const auto loaded = guide->load(*json); !loaded) return fail(loaded.error());
  }
  return guide;
}

/// Another text is another lab, whatever its name.
std::string Guide::progress_file() const {
  constexpr std::size_t kDigits = 16;
  return options_.progress_folder.empty() ? std::string() : options_.progress_folder + "/lab-" + sha256_hex(lab_.source).substr(0, kDigits) + ".json";
}

void Guide::gather() {
  looked_at_ = simulator_.revision();
  seen_.resources.clear();
  simulator_.inspect([&](const World& world) {
    const auto keep = [&](const std::string& type) {
      world.for_each_of_type(type, "", [&](const std::string& key, const RowPtr& row) {
        seen_.resources[key] = row;
        seen_.ever.insert(key);
        return true;
      });
    };
    for (const auto& goal : plan_.goals) keep(goal.type);
    seen_.share.clear();
    world.for_each_of_type(kWorkspaces, "", [&](const std::string& key, const RowPtr&) {
      const auto id = ResourceId::parse(key);
      if (id) seen_.share = ml::notebook_share(world, *id);
      return seen_.share.empty();
    });
  });
}

/// Whether what an instruction asks to be looked at has its turn: the one before it that can be seen is done.
bool Guide::in_turn(std::size_t item) const {
  for (std::size_t before = item; before-- > 0;) {
    const Item& one = plan_.items[before];
    const bool seen_by_itself = std::any_of(one.checks.begin(), one.checks.end(), [](const Check& check) { return check.kind != Check::Kind::with_item; });
    if (seen_by_itself && !one.optional) return progress_[before].done;
  }
  return true;
}

void Guide::finish(std::size_t item, bool by_outcome) {
  Progress& progress = progress_[item];
  progress.done = true;
  progress.by_outcome = by_outcome;
  progress.held.assign(progress.held.size(), true);
  progress.done_at = to_iso8601_seconds(simulator_.now());
}

/// One look at an item; whether anything of it is new.
bool Guide::settle_item(std::size_t at) {
  const Item& item = plan_.items[at];
  Progress& progress = progress_[at];
  if (progress.done || !item.decidable()) return false;
  if (item.leads_to != 0 && progress_[item.leads_to].done) {
    finish(at, true);
    return true;
  }
  bool news = false;
  for (std::size_t i = 0; i < item.checks.size(); ++i) {
    const Check& check = item.checks[i];
    if (progress.held[i] || (check.look && !in_turn(at))) continue;
    const bool now = check.kind == Check::Kind::with_item ? progress_[check.item].done : holds(plan_, check, seen_);
    progress.held[i] = now;
    news = news || now;
  }
  if (!item.checks.empty() && std::all_of(progress.held.begin(), progress.held.end(), [](bool held) { return held; })) finish(at, false);
  return news;
}

void Guide::settle() {
  bool any = false;
  for (bool news = true; news;) {
    news = false;
    for (std::size_t i = 0; i < plan_.items.size(); ++i) news = settle_item(i) || news;
    any = any || news;
  }
  if (any) changed();
}

void Guide::changed() {
  ++revision_;
  // A score that cannot be written must not end the lab; whoever asked for it hears of it when the service ends.
  if (!options_.score_file.empty()) static_cast<void>(run::write_file(options_.score_file, dump_pretty(score()) + "\n"));
  if (const std::string kept = progress_file(); !kept.empty()) static_cast<void>(run::write_file(kept, dump(saved()) + "\n"));
}

void Guide::shows(const void* tab, PageSeen page) {
  const std::lock_guard lock(mutex_);
  seen_.pages[tab] = std::move(page);
  if (simulator_.revision() != looked_at_) gather();
  settle();
}

void Guide::left(const void* tab) {
  const std::lock_guard lock(mutex_);
  seen_.pages.erase(tab);
}

void Guide::signed_in(std::string person, std::string user) {
  const std::lock_guard lock(mutex_);
  options_.person = std::move(person);
  seen_.user = options_.user = std::move(user);
  changed();
}

void Guide::ran(CommandSeen command) {
  const std::lock_guard lock(mutex_);
  if (seen_.commands.size() >= kCommandsMax) seen_.commands.erase(seen_.commands.begin());
  seen_.commands.push_back(std::move(command));
  gather();
  settle();
}

void Guide::look() {
  const std::lock_guard lock(mutex_);
  // Files change without Azure knowing of it, so they are looked at in any case.
  if (simulator_.revision() != looked_at_) gather();
  settle();
}

bool Guide::mark(const std::string& id, bool done) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    if (plan_.items[i].id != id || plan_.items[i].decidable()) continue;
    progress_[i].done = progress_[i].marked = done;
    progress_[i].done_at = done ? to_iso8601_seconds(simulator_.now()) : std::string();
    changed();
    return true;
  }
  return false;
}

Result<Hint> Guide::hint(const std::string& id) {
  look();  // of what is now
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    const Item& item = plan_.items[i];
    if (item.id != id) continue;
    Progress& progress = progress_[i];
    if (progress.done) return Hint{.text = sentence(plan_.language, "done")};
    if (!item.decidable()) return Hint{.text = sentence(plan_.language, "by-hand")};
    if (item.checks.empty()) return Hint{.text = sentence(plan_.language, "leads-to", {{"text", plan_.items[item.leads_to].text}})};
    progress.hints = std::min(progress.hints + 1, kGrades);
    changed();
    for (std::size_t check = 0; check < item.checks.size(); ++check) {
      if (progress.held[check]) continue;
      const Check& open = item.checks[check];
      const Hint more{.text = hint_for(plan_, item, open, seen_, progress.hints == kGrades), .more = progress.hints < kGrades};
      if (!open.look || in_turn(i)) return more;
      // What comes before it is what is missing.
      for (std::size_t before = i; before-- > 0;) {
        if (plan_.items[before].checks.empty() || progress_[before].done || plan_.items[before].optional) continue;
        return Hint{.text = sentence(plan_.language, "before", {{"text", plan_.items[before].text}}) + (progress.hints == kGrades ? " " + more.text : ""), .more = more.more};
      }
      return more;
    }
  }
  return fail(404, "NoItem", "the lab has no instruction " + id);
}

std::uint64_t Guide::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

Progress Guide::progress(std::size_t item) const {
  const std::lock_guard lock(mutex_);
  return progress_.at(item);
}

Json Guide::save() const {
  const std::lock_guard lock(mutex_);
  return saved();
}

Json Guide::saved() const {
  Json items = Json::object();
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    const Progress& one = progress_[i];
    items[plan_.items[i].id] = {{"held", one.held}, {"done", one.done}, {"byOutcome", one.by_outcome}, {"marked", one.marked}, {"doneAt", one.done_at}, {"hints", one.hints}};
  }
  return {{"version", kSavedVersion}, {"lab", sha256_hex(lab_.source)}, {"items", items}, {"atFirst", seen_.at_first}, {"ever", seen_.ever}};
}

Result<void> Guide::load(const Json& saved) {
  const std::lock_guard lock(mutex_);
  if (string_at(saved, "lab") != sha256_hex(lab_.source)) return fail(400, "WrongUse", "--lab: what is kept of the lab's progress is of another text");
  try {
    if (saved.at("version") != kSavedVersion) return fail(400, "WrongUse", "--lab: what is kept of the lab's progress is of another version of azlab");
    std::vector<Progress> all;
    for (const auto& item : plan_.items) {
      const Json& one = saved.at("items").at(item.id);
      all.push_back({.held = one.at("held").get<std::vector<bool>>(), .done = one.at("done"), .by_outcome = one.at("byOutcome"), .marked = one.at("marked"), .done_at = one.at("doneAt"), .hints = one.at("hints")});
      if (all.back().held.size() != item.checks.size()) return fail(400, "WrongUse", "--lab: what is kept of the lab's progress is of another version of azlab");
    }
    seen_.at_first = saved.at("atFirst").get<std::set<std::string>>();
    seen_.ever = saved.at("ever").get<std::set<std::string>>();
    progress_ = std::move(all);
  } catch (const Json::exception&) {
    return fail(400, "WrongUse", "--lab: what is kept of the lab's progress cannot be read");
  }
  ++revision_;
  return {};
}

}  // namespace azlab::guide
