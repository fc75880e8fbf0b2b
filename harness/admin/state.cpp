#include "sim/state/state_store.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/text.hpp"
#include "sim/http/operation.hpp"

namespace azlab::admin {
namespace {

/// A file of the run that goes when it has been used.
class PassingFile {
 public:
  explicit PassingFile(std::string path) : path_(std::move(path)) {}
  ~PassingFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  PassingFile(const PassingFile&) = delete;
  PassingFile& operator=(const PassingFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// One request at a time has a name to itself: the address of what it asks about.
PassingFile passing_file(const Asked& asked) { return PassingFile(fmt::format("{}/state-{}.db", asked.around.directory, static_cast<const void*>(&asked))); }

}  // namespace

Result<Response> list_resources(const Asked& asked) {
  const auto query = query_of(asked, {"type", "state", "id"});
  if (!query) return fail(query.error());
  std::string type = "*", state = "*", pattern = "*";
  for (const auto& [name, value] : *query) (name == "type" ? type : name == "state" ? state : pattern) = value;
  Json list = Json::array();
  asked.simulator.inspect([&](const World& world) {
    world.for_each(Table::resource, "", [&](const std::string& key, const RowPtr& row) {
      if (glob_match(type, row->type) && glob_match(state, row->state) && glob_match(pattern, key)) list.push_back({{"id", key}, {"type", row->type}, {"state", row->state}, {"location", row->location}});
      return true;
    });
  });
  return json_response(200, {{"resources", list}});
}

Result<Response> list_operations(const Asked& asked) {
  const auto query = query_of(asked, {"status"});
  if (!query) return fail(query.error());
  const std::string status = query->empty() ? "*" : query->back().second;
  Json list = Json::array();
  asked.simulator.inspect([&](const World& world) {
    world.for_each(Table::operation, "", [&](const std::string& id, const RowPtr&) {
      const auto operation = find_operation(world, id);
      if (!operation || !glob_match(status, operation->status)) return true;
      list.push_back({{"id", id}, {"operation", operation->name}, {"resource", operation->resource}, {"status", operation->status}, {"phase", operation->running() && operation->current < operation->phases.size() ? Json(operation->phases[operation->current].name) : Json(nullptr)}, {"started", to_iso8601(operation->started)}, {"ended", operation->running() ? Json(nullptr) : Json(to_iso8601(operation->ended))}});
      return true;
    });
  });
  return json_response(200, {{"operations", list}});
}

Result<Response> export_state(const Asked& asked) {
  const PassingFile file = passing_file(asked);
  if (const auto saved = state::save(file.path(), asked.simulator.snapshot()); !saved) return fail(saved.error());
  std::ifstream in(file.path(), std::ios::binary);
  return Response{.status = 200, .headers = {{"Content-Type", "application/vnd.sqlite3"}}, .body = std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}};
}

Result<Response> import_state(const Asked& asked) {
  const PassingFile file = passing_file(asked);
  std::ofstream(file.path(), std::ios::binary) << asked.request.body.text();
  auto loaded = state::load(file.path());
  if (!loaded) return invalid("the body is no state that azlab has written: " + replace_all(loaded.error().message, file.path(), "body"));
  asked.simulator.read_journal([&](const Journal& journal) { loaded->journal = journal.next_number(); });  // what was asked so far stays
  if (const auto kept = asked.simulator.restore(*loaded); !kept) return fail(kept.error());
  return json_response(200, clock_json(asked.simulator));
}

Result<Response> read_environment(const Asked& asked) {
  Json variables = Json::object();
  if (asked.around.settings) {
    for (const auto& [name, value] : asked.around.settings()) variables[name] = value;
  }
  return json_response(200, {{"variables", variables}, {"unset", asked.around.foreign}});
}

Result<Response> describe(const Asked&) {
  return Response{.status = 200, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = std::string(fixtures::get("fixtures/admin/openapi.json"))};
}

}  // namespace azlab::admin
