#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "harness/guide/guide.hpp"
#include "harness/run/run_directory.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

namespace azlab::guide::testing {

/// A simulated Azure with a guide of a lab beside it, whose text the test gives.
struct Desk {
  explicit Desk(const std::string& markdown, const std::function<void(test::Azure&)>& before = {}) {
    if (before) before(azure);
    std::string pattern = (std::filesystem::temp_directory_path() / "azlab-guide-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    files = std::make_shared<run::DirectoryFiles>(folder);
    auto lab = lab::read_lab(markdown, "lab.md");
    REQUIRE(lab);
    guide = std::make_unique<Guide>(std::move(*lab), azure.simulator, files, Guide::Options{.person = "Alex Martin", .user = "alex.martin"});
  }
  ~Desk() {
    std::error_code why;
    std::filesystem::remove_all(folder, why);
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// What the learner's browser shows: one page.
  void sees(PageSeen page) {
    if (page.apps.empty()) page.apps = {page.app};
    guide->shows(this, std::move(page));
  }
  void types(const std::string& command, int status = 0, const std::string& output = "", const std::string& machine = "cloud-shell") {
    guide->ran({.machine = machine, .command = command, .exit_status = status, .output = output});
  }
  void saves(const std::string& path, const std::string& text) {
    std::string share;
    azure.simulator.inspect([&](const World& world) {
      world.for_each_of_type("Microsoft.MachineLearningServices/workspaces/datastores", "", [&](const std::string&, const RowPtr& row) {
        const Json body = Json::parse(row->body);
        if (body["name"] == "workspaceworkingdirectory") share = body["properties"]["accountName"].get<std::string>() + "/" + body["properties"]["fileShareName"].get<std::string>();
        return share.empty();
      });
    });
    REQUIRE_FALSE(share.empty());
    REQUIRE(files->write(share, path, text));
    guide->look();
  }
  /// One letter for each instruction: done, open, or by hand.
  std::string ticks() {
    guide->look();
    std::string out;
    for (std::size_t i = 0; i < guide->plan().items.size(); ++i) {
      const bool done = guide->progress(i).done;
      out += guide->plan().items[i].decidable() ? (done ? '+' : '.') : (done ? 'H' : 'h');
    }
    return out;
  }
  std::string hint(const std::string& item) { return guide->hint(item).value().text; }
  std::pair<int, int> score() {
    const Json all = guide->score_json();
    return {all["got"].get<int>(), all["of"].get<int>()};
  }

  test::Azure azure{};
  std::string folder{};
  std::shared_ptr<FileStore> files{};
  std::unique_ptr<Guide> guide{};
};

}  // namespace azlab::guide::testing
