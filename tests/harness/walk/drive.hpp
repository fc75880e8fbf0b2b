#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "harness/lab/lab.hpp"
#include "harness/walk/walker.hpp"
#include "sim/core/workloads.hpp"
#include "sim/simulator.hpp"

namespace azlab::test {

/// Plays the processes that a lab starts: a creation script leaves the course's folder in the user's files.
class PlayedWorkloads : public Workloads {
 public:
  explicit PlayedWorkloads(Simulator& simulator) : simulator_(simulator) {}
  ~PlayedWorkloads() override { join(); }
  WorkloadStart start(const Workload& workload) override {
    scripts.push_back(workload.script);
    threads_.emplace_back([this, id = workload.id] {
      if (!files_address.empty()) simulator_.handle(Request::make(Method::put, files_address + "Users/alex.martin/azure-ml-labs?type=directory"));
      simulator_.handle(Request::make(Method::post, "https://workloads.azlab/" + id + "/exit", R"({"exitStatus":0,"output":""})"));
    });
    return {.started = true, .blocked = {}};
  }
  void stop(const std::string&) override {}
  void join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
  std::string files_address{};
  std::vector<std::string> scripts{};

 private:
  Simulator& simulator_;
  std::vector<std::thread> threads_;
};

/// One op that was carried out.
struct DrivenOp {
  int line = 0;
  std::string kind;
  walk::OpResult result;
};

struct Driven {
  std::vector<DrivenOp> ops;
  std::vector<lab::Finding> findings;
  const DrivenOp* at(int line, const std::string& kind) const {
    for (const auto& op : ops) {
      if (op.line == line && op.kind == kind) return &op;
    }
    return nullptr;
  }
};

/// Carries out the portal and studio ops of a lab; `on_block` plays its shell blocks (session, text).
inline void drive(const std::vector<lab::Step>& steps, walk::Walker& walker, const std::function<bool(const std::string&)>& on_block, Driven& driven) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    bool failed = false;
    for (const auto& unit : step.units) {
      for (const auto& op : unit.ops) {
        if (op.kind == "shell.block") failed = !on_block(op.code) || failed;
        if (!walk::Walker::handles(op.kind)) continue;
        auto result = walker.carry_out(op, unit, step);
        driven.findings.insert(driven.findings.end(), result.findings.begin(), result.findings.end());
        driven.ops.push_back({unit.line, op.kind, std::move(result)});
      }
    }
    const auto ended = walker.end_of_step(step, i + 1 < steps.size() ? &steps[i + 1] : nullptr);
    driven.findings.insert(driven.findings.end(), ended.begin(), ended.end());
    if (step.alternative && on_block("alternative")) drive(step.alternative->steps, walker, on_block, driven);
  }
}

}  // namespace azlab::test
