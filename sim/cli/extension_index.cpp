#include "sim/cli/extension_index.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/http/context.hpp"

namespace azlab::cli {
namespace {

// The hosts behind the short address, as az meets them (wire.md 2.7).
constexpr const char* kShortHost = "aka.ms";
constexpr const char* kIndexHost = "azcliextensionsync.blob.core.windows.net";
constexpr const char* kIndexPath = "/index1/index.json";
constexpr const char* kWheelHost = "azcliprod.blob.core.windows.net";
constexpr const char* kWheelFolder = "/cli-extensions/";
constexpr std::string_view kRow = "cli-extension/";

/// "ml-2.45.1-py3-none-any.whl" -> {"ml", "2.45.1"}: how wheels are named (PEP 427).
std::pair<std::string, std::string> name_and_version(const std::string& file) {
  const auto parts = split(file, '-');
  return parts.size() < 5 ? std::pair<std::string, std::string>() : std::pair(replace_all(parts[0], "_", "-"), parts[1]);
}

bool any_wheel(const World& world) {
  bool found = false;
  world.for_each(Table::setting, kRow, [&](const std::string&, const RowPtr&) {
    found = true;
    return false;
  });
  return found;
}

Response not_found(const std::string& what) { return {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "azlab serves no " + what + ": no extension's wheel was given (--extension-wheel FILE)\n"}; }

Response short_address(Context& context, const Request&, const Match&) {
  if (!any_wheel(context.world())) return not_found("index of extensions");
  return {.status = 301, .headers = {{"Location", std::string("https://") + kIndexHost + kIndexPath}}};
}

Response index(Context& context, const Request&, const Match&) {
  Json extensions = Json::object();
  context.world().for_each(Table::setting, kRow, [&](const std::string& key, const RowPtr& row) {
    const std::string file = key.substr(kRow.size());
    const auto [name, version] = name_and_version(file);
    extensions[name].push_back({{"downloadUrl", std::string("https://") + kWheelHost + kWheelFolder + file},
                                {"filename", file},
                                {"metadata", {{"name", name}, {"version", version}}},
                                {"sha256Digest", sha256_hex(row->body)}});
    return true;
  });
  if (extensions.empty()) return not_found("index of extensions");
  return json_response(200, {{"extensions", extensions}, {"formatVersion", "1"}});
}

/// Of which extension a command is that az does not know: it asks before it says "misspelled", and goes on without.
Response command_tree(Context&, const Request&, const Match&) { return {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "azlab knows of no commands of extensions\n"}; }

/// Which az is the newest: it asks in passing, for an upgrade that nobody here could install.
Response newest_az(Context&, const Request&, const Match&) { return {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "azlab knows of no newer az\n"}; }

Response wheel(Context& context, const Request&, const Match& match) {
  const RowPtr row = context.world().find(Table::setting, std::string(kRow) + match.at("file"));
  if (!row) return not_found("wheel " + match.at("file"));
  return {.status = 200, .headers = {{"Content-Type", "application/octet-stream"}}, .body = Body(row->body)};
}

}  // namespace

Result<ExtensionWheel> read_extension_wheel(const std::string& path) {
  const std::string file = std::filesystem::path(path).filename().string();
  const auto wrong = [&](const std::string& why) { return fail(400, "WrongUse", "--extension-wheel " + path + ": " + why); };
  if (!file.ends_with("-none-any.whl") || name_and_version(file).second.empty()) return wrong("az takes wheels named NAME-VERSION-py3-none-any.whl only");
  std::ifstream in(path, std::ios::binary);
  if (!in) return wrong("it cannot be read");
  ExtensionWheel out{.file = file, .bytes = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}};
  if (!out.bytes.starts_with("PK\x03\x04")) return wrong("it is no ZIP file, as wheels are");
  return out;
}

void set_extension_wheels(World& world, const std::vector<ExtensionWheel>& wheels) {
  for (const auto& one : wheels) world.put(Table::setting, std::string(kRow) + one.file, {.body = one.bytes});
}

std::vector<Route> routes() {
  return {{Method::get, kShortHost, "/azExtCmdTree", "cliExtensions.commands", command_tree},
          {Method::get, kShortHost, "/azure-cli-extension-index-v1", "cliExtensions.shortAddress", short_address},
          {Method::get, kIndexHost, kIndexPath, "cliExtensions.index", index},
          {Method::head, kWheelHost, "/cli", "cliVersions.probe", newest_az},
          {Method::get, kWheelHost, "/cli/{package}/setup.py", "cliVersions.newest", newest_az},
          {Method::get, kWheelHost, std::string(kWheelFolder) + "{file}", "cliExtensions.wheel", wheel}};
}

}  // namespace azlab::cli
