#include "sim/portal/address.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"

namespace azlab::portal {
namespace {

/// An address in the parts by which pages differ. The portal keeps its pages behind '#', the studio in the path.
struct Parts {
  std::string host;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  ///< as written
};

Parts parts_of(std::string_view address) {
  Parts out;
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  const auto host_end = std::min(address.find_first_of("/#?"), address.size());
  out.host = to_lower(std::string(address.substr(0, host_end)));
  address.remove_prefix(host_end);
  if (const auto hash = address.find('#'); hash != std::string_view::npos) address = address.substr(hash);
  const auto question = std::min(address.find('?'), address.size());
  out.path = address.substr(0, question);
  if (question < address.size()) {
    for (const auto& pair : split(address.substr(question + 1), '&')) {
      const auto equals = std::min(pair.find('='), pair.size());
      out.query.emplace_back(pair.substr(0, equals), equals < pair.size() ? pair.substr(equals + 1) : "");
    }
  }
  return out;
}

/// What a person or a client writes around the same page.
std::string plain_path(std::string path) {
  static const RE2 kTenant("^#@[^/]*/");
  RE2::Replace(&path, kTenant, "#");
  for (const std::string_view end : {"/overview", "/"}) {
    if (path.size() > end.size() && path.ends_with(end)) path.resize(path.size() - end.size());
  }
  return path == "#" ? "" : path;
}

/// "…/resourcegroups/rg/workspaces/ws", as services write a workspace's id in links, made whole.
std::string whole_id(std::string id) {
  static const RE2 kShort("(?i)^(/subscriptions/[^/]+/resourcegroups/[^/]+)/workspaces/([^/]+)$");
  RE2::Replace(&id, kShort, "\\1/providers/Microsoft.MachineLearningServices/workspaces/\\2");
  return id;
}

/// The parameters that the template's places have in `text`; nothing where it has another form.
std::optional<std::map<std::string, std::string>> read_places(std::string_view form, const std::string& text) {
  static const RE2 kPlace(R"(\{(\+?)params\.(\w+)\})");
  std::string pattern = "(?i)";
  std::vector<std::string> names;
  std::string_view plus;
  std::string_view name;
  re2::StringPiece rest(form.data(), form.size());
  re2::StringPiece groups[3];
  while (kPlace.Match(rest, 0, rest.size(), RE2::UNANCHORED, groups, 3)) {
    plus = {groups[1].data(), groups[1].size()};
    name = {groups[2].data(), groups[2].size()};
    pattern += RE2::QuoteMeta(re2::StringPiece(rest.data(), static_cast<std::size_t>(groups[0].data() - rest.data())));
    pattern += plus.empty() ? "([^/]+)" : "(/.+)";
    names.emplace_back(name);
    rest.remove_prefix(static_cast<std::size_t>(groups[0].data() - rest.data()) + groups[0].size());
  }
  pattern += RE2::QuoteMeta(rest);
  const RE2 whole(pattern, RE2::Quiet);
  std::vector<std::string> values(names.size());
  std::vector<RE2::Arg> arguments;
  arguments.reserve(values.size());
  for (auto& value : values) arguments.emplace_back(&value);
  std::vector<const RE2::Arg*> pointers;
  for (const auto& argument : arguments) pointers.push_back(&argument);
  if (!RE2::FullMatchN(text, whole, pointers.data(), static_cast<int>(pointers.size()))) return std::nullopt;
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < names.size(); ++i) out[names[i]] = percent_decode(values[i]);
  return out;
}

constexpr std::string_view kAnyResource = "*";

/// Whether the page is about such a thing: screens say the type in `about`, "resourceGroups" for a group, "*" for any resource.
bool is_about(const Json& screen, const std::map<std::string, std::string>& params) {
  const std::string about = screen.value("about", std::string());
  if (about.empty()) return true;
  return std::any_of(params.begin(), params.end(), [&](const auto& param) {
    const auto id = ResourceId::parse(param.second);
    if (id && about == kAnyResource) return !id->provider.empty() && !id->parts.empty() && !id->name().empty();
    return id && equals_ignore_case(id->type(), about);
  });
}

std::optional<std::map<std::string, std::string>> read_address(const Json& screen, const Parts& asked) {
  const Parts form = parts_of(screen.value("address", std::string()));
  if (form.host != asked.host) return std::nullopt;
  auto params = read_places(plain_path(form.path), plain_path(asked.path));
  if (!params) return std::nullopt;
  for (const auto& [name, place] : form.query) {
    const auto given = std::find_if(asked.query.begin(), asked.query.end(), [&wanted = name](const auto& pair) { return equals_ignore_case(pair.first, wanted); });
    if (given == asked.query.end()) return std::nullopt;
    const auto value = read_places(place, given->second.starts_with("%2F") || given->second.starts_with("%2f") ? percent_decode(given->second) : given->second);
    if (!value) return std::nullopt;
    params->insert(value->begin(), value->end());
  }
  if (!is_about(screen, *params)) return std::nullopt;
  for (auto& [name, value] : *params) value = whole_id(value);
  // A page about a group also names it.
  if (const auto group = params->find("groupId"); group != params->end()) (*params)["resourceGroup"] = ResourceId::parse(group->second)->name();
  return params;
}

}  // namespace

std::optional<Destination> find_page(const Library& library, std::string_view as_of, std::string_view address) {
  const Parts asked = parts_of(address);
  std::optional<Destination> found;
  for (const auto& id : library.ids()) {
    const Json* screen = library.find(id, as_of);
    if (screen == nullptr || !screen->contains("address")) continue;
    auto params = read_address(*screen, asked);
    if (!params) continue;
    // A page about one type goes before the page of any resource.
    const std::string about = screen->value("about", std::string());
    if (!found || (!about.empty() && about != kAnyResource)) found = Destination{.screen = id, .params = std::move(*params)};
  }
  return found;
}

}  // namespace azlab::portal
