#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"
#include "harness/journal/filter.hpp"
#include "harness/journal/tries.hpp"
#include "sim/core/world.hpp"

namespace azlab::admin {
namespace {

Result<journal::Filter> filter_of(const Asked& asked) {
  const auto query = query_of(asked, journal::filter_names());
  if (!query) return fail(query.error());
  journal::Filter filter;
  for (const auto& [name, value] : *query) {
    if (const auto ok = journal::set_filter(filter, name, value); !ok) return fail(ok.error());
  }
  return filter;
}

/// One page of the journal.
struct Page {
  std::vector<journal::Record> records{};
  bool more = false;  ///< others come after it
  std::uint64_t dropped = 0;
};

Page page_of(const Simulator& simulator, const journal::Filter& filter) {
  Page page;
  simulator.read_journal([&](const Journal& journal) {
    page.dropped = journal.dropped();
    for (const auto& entry : journal.entries()) {
      if (entry.number <= filter.after) continue;
      auto record = journal::record_of(entry);
      if (!journal::fits(filter, record)) continue;
      page.more = page.records.size() >= filter.limit;
      if (page.more) return;
      page.records.push_back(std::move(record));
    }
  });
  return page;
}

}  // namespace

Result<Response> read_journal(const Asked& asked) {
  const auto filter = filter_of(asked);
  if (!filter) return fail(filter.error());
  const Page page = page_of(asked.simulator, *filter);
  Json entries = Json::array();
  for (const auto& record : page.records) entries.push_back(journal::to_json(record));
  // Where the next page begins; null when this was the last.
  const Json next = !page.more ? Json(nullptr) : page.records.empty() ? Json(filter->after) : Json(page.records.back().number);
  return json_response(200, {{"entries", entries}, {"next", next}, {"dropped", page.dropped}});
}

Result<Response> read_requests(const Asked& asked) {
  auto filter = filter_of(asked);
  if (!filter) return fail(filter.error());
  filter->clients_only = true;
  const std::size_t limit = filter->limit;
  filter->limit = Journal::kEntriesMax;
  const Page page = page_of(asked.simulator, *filter);
  Json list = Json::array();
  for (const auto& tries : journal::tries_of(page.records)) {
    if (list.size() >= limit) break;
    list.push_back({{"operation", tries.operation}, {"method", tries.method}, {"place", tries.place}, {"count", tries.statuses.size()}, {"retries", tries.retries}, {"statuses", tries.statuses}, {"waits", tries.waits}, {"first", to_iso8601(tries.first)}, {"last", to_iso8601(tries.last)}});
  }
  return json_response(200, {{"requests", list}, {"count", page.records.size()}});
}

Result<Response> read_unknown(const Asked& asked) {
  constexpr std::string_view kPrefix = "unknown-route/";
  Json list = Json::array();
  asked.simulator.inspect([&](const World& world) {
    world.for_each(Table::counter, kPrefix, [&](const std::string& key, const RowPtr&) {
      list.push_back(key.substr(kPrefix.size()));
      return true;
    });
  });
  Json hosts = Json::object();
  if (asked.around.refused) {
    for (const auto& [host, count] : asked.around.refused()) hosts[host] = count;
  }
  return json_response(200, {{"requests", list}, {"refusedHosts", hosts}});
}

}  // namespace azlab::admin
