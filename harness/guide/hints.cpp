// What is missing, in words: of each kind of check in general and exactly.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/guide/commands.hpp"
#include "harness/guide/notebooks.hpp"
#include "harness/guide/settings.hpp"
#include "harness/guide/check.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/portal/library.hpp"

namespace azlab::guide {
namespace {

constexpr std::size_t kOutputMax = 600;
using Places = std::vector<std::pair<std::string, std::string>>;

/// What a hint is made of.
struct Asked {
  const Plan& plan;
  const Item& item;
  const Check& check;
  const Seen& seen;
  bool exactly;

  std::string say(std::string_view key, const Places& places = {}) const { return sentence(plan.language, key, places); }
  const Goal& goal() const { return plan.goals[static_cast<std::size_t>(check.goal)]; }
  std::string resource() const { return resource_of(plan, check.goal, seen); }
  Json body(const std::string& key) const {
    const auto found = seen.resources.find(key);
    const auto read = found == seen.resources.end() ? Result<Json>(Json::object()) : parse_json(found->second->body);
    return read ? *read : Json::object();
  }
};

std::string page(const Asked& asked) {
  const Check& check = asked.check;
  if (!asked.exactly) return asked.say(check.not_app.empty() ? "page" : "app");
  if (check.value == "notebook") return asked.say("notebook-page-exactly", {{"label", check.label}});
  if (!check.not_app.empty() || check.label.starts_with("https://")) return asked.say("app-exactly", {{"label", check.label}});
  const Json* screen = check.screens.empty() ? nullptr : portal::Library::builtin().find(check.screens.front(), "");
  const std::string address = screen == nullptr ? std::string() : string_at(*screen, "address");
  // An address with places in it is no address to type.
  if (address.empty() || address.find('{') != std::string::npos) return asked.say("page-exactly", {{"label", check.label}});
  return asked.say("page-address", {{"label", check.label}, {"address", address}});
}

std::string terminal(const Asked& asked) {
  if (!asked.exactly) return asked.say("terminal");
  return asked.say(asked.check.value == "ready" ? "terminal-ready" : "terminal-" + asked.check.machine);
}

/// How the thing that is missing is made, as far as the instruction says.
std::string how_to_make(const Asked& asked) {
  if (!asked.check.name.empty()) return asked.say("run-command", {{"command", asked.check.name}});
  return asked.say("finish-form", {{"text", asked.item.text}});
}

/// Why there is no such resource; empty when there is one.
std::string why_missing(const Asked& asked) {
  const Goal& goal = asked.goal();
  const std::string key = asked.resource();
  std::string said;
  if (key.empty()) {
    std::vector<std::string> names;
    for (const auto& other : find_resources(asked.seen, goal.type, "")) names.push_back(name_of(other));
    const std::string instead = join(nearest(to_lower(goal.name), names, 1), ", ");
    said = goal.name.empty() ? asked.say("missing", {{"noun", goal.noun}})
           : instead.empty() ? asked.say("missing-named", {{"noun", goal.noun}, {"name", goal.name}})
                             : asked.say("missing-instead", {{"noun", goal.noun}, {"name", goal.name}, {"instead", instead}});
  } else if (const std::string& state = asked.seen.resources.at(key)->state; state == "Failed" || state == "Canceled") {
    said = asked.say("failed", {{"noun", goal.noun}, {"name", name_of(key)}, {"state", state}});
  } else if (asked.check.kind != Check::Kind::state && asked.seen.at_first.contains(key)) {
    said = asked.say("there-before", {{"noun", goal.noun}, {"name", name_of(key)}});
  }
  return said.empty() || !asked.exactly ? said : said + " " + how_to_make(asked);
}

std::string exists(const Asked& asked) { return why_missing(asked); }

std::string setting(const Asked& asked) {
  if (const std::string why = why_missing(asked); !why.empty()) return why;
  const std::string key = asked.resource();
  const Check& check = asked.check;
  const std::string said = asked.say("setting", {{"noun", asked.goal().noun}, {"name", name_of(key)}, {"label", check.label}});
  if (!asked.exactly) return said;
  const std::string is = setting_shown(asked.body(key), check.path, check.how);
  return said + " " + asked.say("setting-exactly", {{"label", check.label}, {"is", is.empty() ? asked.say("not-set") : is}, {"wanted", check.value}});
}

std::string state(const Asked& asked) {
  if (const std::string why = why_missing(asked); !why.empty()) return why;
  const std::string key = asked.resource();
  const std::string said = asked.say("state", {{"noun", asked.goal().noun}, {"name", name_of(key)}});
  if (!asked.exactly) return said;
  const Json body = asked.body(key);
  const std::string is = string_at(body, "properties.properties.state", string_at(body, "properties.provisioningState", asked.seen.resources.at(key)->state));
  return said + " " + asked.say("state-exactly", {{"is", is}, {"wanted", asked.check.value}});
}

std::string gone(const Asked& asked) {
  const auto left = find_resources(asked.seen, asked.goal().type, asked.goal().name);
  const std::string name = left.empty() ? asked.goal().name : name_of(left.front());
  const std::string said = asked.say(left.empty() ? "gone-never" : "gone", {{"noun", asked.goal().noun}, {"name", name}});
  return asked.exactly && !left.empty() ? said + " " + asked.say("gone-exactly") : said;
}

std::string path_of(const Asked& asked) { return replace_all(asked.check.name, "{user}", asked.seen.user); }

std::string file(const Asked& asked) {
  const std::string name = path_of(asked);
  if (asked.seen.share.empty()) return asked.say("no-share", {{"name", name}});
  std::vector<std::string> others;
  find_files(asked.seen, name, asked.check.directory, &others);
  std::vector<std::string> names;
  for (const auto& other : others) names.push_back(name_of(other));
  const auto near = asked.exactly ? nearest(name_of(name), names, 1) : std::vector<std::string>{};
  if (near.empty()) return asked.say("file", {{"name", name}});
  const auto at = std::find(names.begin(), names.end(), near[0]) - names.begin();
  return asked.say("file-instead", {{"name", name}, {"instead", others[static_cast<std::size_t>(at)]}});
}

std::string content(const Asked& asked) {
  const std::string name = path_of(asked);
  const auto paths = find_files(asked.seen, name, false);
  if (paths.empty()) return file(asked);
  if (!asked.exactly) return asked.say("content", {{"name", name}});
  const auto text = asked.seen.files->read(asked.seen.share, paths.front());
  const auto is = split(std::string(trim(replace_all(text.value_or(""), "\r\n", "\n"))), '\n');
  const auto wanted = split(std::string(trim(asked.check.value)), '\n');
  std::size_t line = 0;
  while (line < is.size() && line < wanted.size() && is[line] == wanted[line]) ++line;
  return asked.say("content-exactly", {{"line", std::to_string(line + 1)}, {"name", name}, {"is", line < is.size() ? is[line] : ""}, {"wanted", line < wanted.size() ? wanted[line] : ""}});
}

/// The end of what a command printed: there it says what went wrong.
std::string end_of(const std::string& output) {
  std::string text(trim(output));
  if (text.size() <= kOutputMax) return text;
  std::size_t at = text.size() - kOutputMax;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return "… " + text.substr(at);
}

std::string command(const Asked& asked) {
  const Check& check = asked.check;
  const auto& all = asked.seen.commands;
  const auto failed = std::find_if(all.rbegin(), all.rend(), [&](const CommandSeen& one) { return one.exit_status != 0 && one.machine.starts_with(check.machine) && is_carried_out(check.name, one, true); });
  if (!asked.exactly) return asked.say(failed == all.rend() ? "command" : "command-failed");
  const std::string machine = check.machine == "cloud-shell" ? "Cloud Shell" : check.machine == "compute-instance" ? "the compute instance" : "";
  if (failed == all.rend()) return asked.say("command-exactly", {{"machine", machine}, {"command", check.name}});
  return asked.say("command-printed", {{"command", failed->command}, {"status", std::to_string(failed->exit_status)}, {"output", end_of(failed->output)}});
}

std::string kernel(const Asked& asked) {
  const auto read = read_notebook(asked.seen, asked.check.name);
  if (!read) return file(asked);
  return asked.exactly ? asked.say("kernel-exactly", {{"is", read->kernel.empty() ? asked.say("not-set") : read->kernel}, {"wanted", asked.check.value}}) : asked.say("kernel");
}

std::string notebook(const Asked& asked) {
  const auto read = read_notebook(asked.seen, asked.check.name);
  if (!read) return file(asked);
  if (!asked.exactly) return asked.say("notebook");
  if (!read->failed.empty()) return asked.say("notebook-failed", {{"error", read->failed}});
  return asked.say("notebook-exactly", {{"run", std::to_string(read->run)}, {"all", std::to_string(read->code_cells)}});
}

std::string with_item(const Asked& asked) { return asked.say("with-item"); }

// In the order of Check::Kind.
constexpr std::string (*kHints[])(const Asked&) = {page, terminal, exists, setting, state, gone, file, content, command, kernel, notebook, with_item};

}  // namespace

std::string sentence(std::string_view language, std::string_view key, const std::vector<std::pair<std::string, std::string>>& places) {
  static const Json kSentences = parse_jsonc(fixtures::get("fixtures/guide/sentences.json")).value();
  const Json& texts = kSentences.at(std::string(key));
  const auto found = texts.find(std::string(language));
  const std::string text = (found == texts.end() ? texts.at("en") : *found).get<std::string>();
  // In one pass: what is filled in may itself look like a place.
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const std::string name = text.substr(open + 1, close - open - 1);
    const auto place = std::find_if(places.begin(), places.end(), [&](const auto& one) { return one.first == name; });
    if (place != places.end()) out += place->second;
    at = close + 1;
  }
  return out;
}

std::string hint_for(const Plan& plan, const Item& item, const Check& check, const Seen& seen, bool exactly) {
  return kHints[static_cast<std::size_t>(check.kind)](Asked{.plan = plan, .item = item, .check = check, .seen = seen, .exactly = exactly});
}

}  // namespace azlab::guide
