#pragma once

#include <string>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::ml {

/// A node of a compute cluster.
struct ClusterNode {
  std::string id;     ///< "tvmps_…_d"
  std::string state;  ///< "preparing", "idle", "running", "leaving", as listNodes says it
  std::string job{};  ///< name of the job that runs on it
  std::uint64_t turn = 0;             ///< grows with every change of state, so that a late event is known as such
  std::vector<std::string> images{};  ///< environments whose image it has pulled
};

/// The nodes of a cluster (by ARM id); rows of their own, since clients see counts only.
std::vector<ClusterNode> cluster_nodes(const World& world, const std::string& compute);
/// Writes them, and the counts and allocation state that follow from them.
void write_cluster_nodes(Context& context, const std::string& compute, const std::vector<ClusterNode>& nodes);
void forget_cluster_nodes(World& world, const std::string& compute);

/// Makes the cluster grow by up to `nodes` that it still may have, as far as its maximum and the quota allow; they are
/// ready after their allocation's time ("cluster-scale-0-1"). The error says what holds it back (quota), if anything.
Result<void> grow_cluster(Context& context, const std::string& compute, int nodes);
/// Nodes between the cluster's minimum and maximum, after it was made or changed.
void settle_cluster(Context& context, const std::string& compute);
/// A node has nothing to do any more: it goes after the cluster's idle time.
void release_node(Context& context, const std::string& compute, ClusterNode& node);

/// Event kinds "cluster.node": a node is ready, or is gone; "cluster.idle": it has been idle for long.
void on_cluster_node(Context& context, const Event& event);
/// Event kind that is scheduled when nodes have become idle; subject: the cluster. Whoever gives them work handles it.
inline constexpr std::string_view kNodesIdle = "jobs.queue";

}  // namespace azlab::ml
