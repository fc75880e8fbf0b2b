#include "sim/ml/cluster.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/size.hpp"

namespace azlab::ml {
namespace {

// How long a node takes to leave after its idle time ("cluster-scale-down" in the catalogue: about a minute).
constexpr Duration kLeaves = std::chrono::seconds(60);

std::string nodes_key(const std::string& compute) { return "cluster-nodes/" + to_lower(compute); }

int scale(const Json& body, const char* which, int otherwise) {
  const Json* count = find_path(body, std::string("properties.properties.scaleSettings.") + which);
  return count != nullptr && count->is_number_integer() ? count->get<int>() : otherwise;
}

std::size_t count_of(const std::vector<ClusterNode>& nodes, std::string_view state) {
  return static_cast<std::size_t>(std::count_if(nodes.begin(), nodes.end(), [&](const ClusterNode& node) { return node.state == state; }));
}

void schedule_node(Context& context, const std::string& compute, const ClusterNode& node, Duration after, const char* what) {
  context.timeline().schedule({.due = context.now() + after, .kind = std::string_view(what) == "idle" ? "cluster.idle" : "cluster.node", .subject = compute, .args = dump({{"node", node.id}, {"turn", node.turn}, {"what", what}})});
}

ClusterNode new_node(Context& context, const std::string& compute, const char* state) {
  const std::uint64_t number = next_number(context.world(), "node/" + to_lower(compute));
  return {.id = "tvmps_" + context.draw().hex(32, "node", to_lower(compute), number) + "_d", .state = state};
}

void schedule_idle(Context& context, const std::string& compute, const ClusterNode& node) {
  const auto body = arm::read_resource(context.world(), compute);
  const auto idle = body ? parse_iso8601_duration(string_at(*body, "properties.properties.scaleSettings.nodeIdleTimeBeforeScaleDown", "PT2M")) : std::nullopt;
  schedule_node(context, compute, node, idle.value_or(std::chrono::minutes(2)), "idle");
}

/// Where Azure has no machine the cluster says so, and what waits for it goes on waiting; null when it has again.
void set_cluster_errors(Context& context, const std::string& compute, Json errors) {
  auto body = arm::read_resource(context.world(), compute);
  if (!body) return;
  (*body)["properties"]["properties"]["errors"] = std::move(errors);
  arm::write_resource(context.world(), compute, *body);
}

}  // namespace

std::vector<ClusterNode> cluster_nodes(const World& world, const std::string& compute) {
  const RowPtr row = world.find(Table::setting, nodes_key(compute));
  const auto json = row ? parse_json(row->body) : parse_json("[]");
  std::vector<ClusterNode> out;
  if (!json || !json->is_array()) return out;
  for (const auto& node : *json) out.push_back({node["id"], node["state"], node["job"], node["turn"], node["images"].get<std::vector<std::string>>()});
  return out;
}

void write_cluster_nodes(Context& context, const std::string& compute, const std::vector<ClusterNode>& nodes) {
  Json rows = Json::array();
  for (const auto& node : nodes) rows.push_back({{"id", node.id}, {"state", node.state}, {"job", node.job}, {"turn", node.turn}, {"images", node.images}});
  context.world().put(Table::setting, nodes_key(compute), Row{.body = dump(rows)});
  auto body = arm::read_resource(context.world(), compute);
  if (!body) return;
  Json& inner = (*body)["properties"]["properties"];
  const std::size_t preparing = count_of(nodes, "preparing");
  const std::size_t leaving = count_of(nodes, "leaving");
  inner["currentNodeCount"] = nodes.size() - preparing;
  inner["targetNodeCount"] = nodes.size() - leaving;
  inner["nodeStateCounts"]["preparingNodeCount"] = preparing;
  inner["nodeStateCounts"]["leavingNodeCount"] = leaving;
  inner["nodeStateCounts"]["idleNodeCount"] = count_of(nodes, "idle");
  inner["nodeStateCounts"]["runningNodeCount"] = count_of(nodes, "running");
  const std::string allocation = preparing + leaving > 0 ? "Resizing" : "Steady";
  if (string_at(inner, "allocationState") != allocation) inner["allocationStateTransitionTime"] = to_iso8601(context.now());
  inner["allocationState"] = allocation;
  arm::write_resource(context.world(), compute, *body);
}

void forget_cluster_nodes(World& world, const std::string& compute) { world.erase(Table::setting, nodes_key(compute)); }

Result<void> grow_cluster(Context& context, const std::string& compute, int nodes) {
  const auto body = arm::read_resource(context.world(), compute);
  if (!body) return fail(faults::make_error("cluster-does-not-exist", {{"cluster", compute.substr(compute.rfind('/') + 1)}}));
  auto all = cluster_nodes(context.world(), compute);
  const int room = scale(*body, "maxNodeCount", 1) - static_cast<int>(all.size());
  int more = std::min(nodes - static_cast<int>(count_of(all, "preparing")), room);
  if (more <= 0) return {};
  // As many as the quota leaves; without even one, what it says.
  const VmSize* size = find_vm_size(string_at(*body, "properties.properties.vmSize"));
  for (; size != nullptr; --more) {
    auto ok = check_quota(context, string_at(*body, "location"), *size, more);
    if (ok) break;
    if (more == 1) return ok;
  }
  if (size != nullptr) more = std::min(more, machines_left(context.world(), string_at(*body, "location"), *size) - static_cast<int>(count_of(all, "preparing")));
  set_cluster_errors(context, compute, more > 0 ? Json() : Json::array({{{"error", arm::error_json(faults::make_error("allocation-failed"))}}}));
  if (more <= 0) return {};
  for (int i = 0; i < more; ++i) {
    all.push_back(new_node(context, compute, "preparing"));
    schedule_node(context, compute, all.back(), faults::timing(context, "cluster-scale-0-1", all.back().id), "ready");
  }
  write_cluster_nodes(context, compute, all);
  return {};
}

void settle_cluster(Context& context, const std::string& compute) {
  const auto body = arm::read_resource(context.world(), compute);
  if (!body) return;
  auto nodes = cluster_nodes(context.world(), compute);
  const int lacking = std::max(0, scale(*body, "minNodeCount", 0) - static_cast<int>(nodes.size()));
  const VmSize* size = find_vm_size(string_at(*body, "properties.properties.vmSize"));
  const int had = size == nullptr ? lacking : std::min(lacking, machines_left(context.world(), string_at(*body, "location"), *size));
  for (int i = 0; i < had; ++i) nodes.push_back(new_node(context, compute, "idle"));
  if (lacking > 0) set_cluster_errors(context, compute, had == lacking ? Json() : Json::array({{{"error", arm::error_json(faults::make_error("allocation-failed"))}}}));
  // Above the maximum idle nodes go first; one at work goes when it has ended.
  for (auto node = nodes.begin(); node != nodes.end() && static_cast<int>(nodes.size()) > scale(*body, "maxNodeCount", 1);) {
    node = node->state == "idle" || node->state == "preparing" ? nodes.erase(node) : std::next(node);
  }
  // A minimum that was lowered leaves nodes whose idle time begins now.
  for (const auto& node : nodes) {
    if (node.state == "idle") schedule_idle(context, compute, node);
  }
  write_cluster_nodes(context, compute, nodes);
  context.timeline().schedule({.due = context.now(), .kind = std::string(kNodesIdle), .subject = compute});
}

void release_node(Context& context, const std::string& compute, ClusterNode& node) {
  node.state = "idle";
  node.job.clear();
  ++node.turn;
  schedule_idle(context, compute, node);
  context.timeline().schedule({.due = context.now(), .kind = std::string(kNodesIdle), .subject = compute});
}

void on_cluster_node(Context& context, const Event& event) {
  const auto args = parse_json(event.args);
  const auto body = arm::read_resource(context.world(), event.subject);
  if (!args || !body) return;
  auto nodes = cluster_nodes(context.world(), event.subject);
  const auto node = std::find_if(nodes.begin(), nodes.end(), [&](const ClusterNode& one) { return one.id == string_at(*args, "node"); });
  if (node == nodes.end() || node->turn != (*args)["turn"]) return;
  const std::string what = string_at(*args, "what");
  if (what == "ready") {
    release_node(context, event.subject, *node);
  } else if (what == "gone") {
    nodes.erase(node);
  } else if (node->state == "idle" && static_cast<int>(nodes.size() - count_of(nodes, "leaving")) > scale(*body, "minNodeCount", 0)) {
    node->state = "leaving";
    ++node->turn;
    schedule_node(context, event.subject, *node, kLeaves, "gone");
  }
  write_cluster_nodes(context, event.subject, nodes);
}

}  // namespace azlab::ml
