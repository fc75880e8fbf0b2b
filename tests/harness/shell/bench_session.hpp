#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "harness/shell/shell.hpp"
#include "tests/support/catch.hpp"

namespace azlab::shell::testing {

/// A run's directory that goes with the test.
struct RunDirectory {
  RunDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "azlab-shell-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~RunDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path, error);
  }
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  void write(const std::string& name, const std::string& text, bool executable = false) const {
    const std::filesystem::path file = std::filesystem::path(path) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    if (executable) std::filesystem::permissions(file, std::filesystem::perms(0755));
  }
  std::string path;
};

/// This test program itself plays az, sleep and pip in sandboxes (acting_as_shim_test.cpp).
inline HostOptions host_options(const RunDirectory& run, std::uint64_t seed = 1) {
  HostOptions host;
  host.directory = run.path;
  host.azlab_binary = std::filesystem::read_symlink("/proc/self/exe").string();
  host.seed = seed;
  host.now = [] { return Time(Duration(1795424400000)); };  // 2026-11-23T09:00:00Z
  return host;
}

/// Whether the sandbox works. In CI it must; elsewhere a test says loudly that it was skipped.
inline bool sandbox_usable() {
  const Result<void> works = check_sandbox();
  if (works) return true;
  const char* ci = getenv("CI");
  if (ci != nullptr && std::string(ci) == "true") FAIL("the sandbox must work in CI: " << works.error().message);
  WARN("SKIPPED, no shell was tested: " << works.error().message);
  return false;
}

inline std::string outputs(const BlockResult& block) {
  std::string all;
  for (const CommandResult& command : block.commands) {
    all += "$ " + command.command + "\n" + command.output + "[" + std::to_string(command.exit_status) + "]\n";
  }
  return all;
}

}  // namespace azlab::shell::testing

/// Leaves the test case when nothing can run here.
#define REQUIRE_SANDBOX() \
  if (!azlab::shell::testing::sandbox_usable()) return
