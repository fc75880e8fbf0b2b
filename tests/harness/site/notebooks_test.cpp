// Notebooks on a living kernel, in the sandbox of a compute instance of a real simulator.
#include "harness/site/notebooks.hpp"

#include <algorithm>
#include <condition_variable>

#include "tests/harness/run/studio.hpp"

using namespace azlab;
using namespace azlab::site;
using azlab::run::testing::Studio;
using azlab::run::testing::usable;

namespace {

/// A tab of a browser that keeps what it was told.
class Page : public net::SiteTab {
 public:
  void send(std::string text) override {
    const std::lock_guard lock(mutex_);
    heard_.push_back(Json::parse(text));
    more_.notify_all();
  }
  void close() override {}

  /// The first push from `from_` on that fits; what came before it is behind us. A kernel that says nothing is a failure.
  Json next(const std::function<bool(const Json&)>& fits) {
    std::unique_lock lock(mutex_);
    const auto there = [&] {
      while (from_ < heard_.size()) {
        if (fits(heard_[from_++])) return true;
      }
      return false;
    };
    if (!more_.wait_for(lock, std::chrono::minutes(3), there)) FAIL("nothing more was heard; the last was " << (heard_.empty() ? "nothing" : heard_.back().dump()));
    return heard_[from_ - 1];
  }
  Json cell(const std::string& id, const Json& state) {
    return next([&](const Json& push) { return push["push"] == "notebook" && push["cell"] == id && push["state"] == state; });
  }
  Json kernel(const std::string& state) {
    return next([&](const Json& push) { return push["push"] == "notebook.kernel" && push["state"] == state; });
  }
  int count(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::count_if(heard_.begin(), heard_.end(), [&](const Json& push) { return push["push"] == kind; }));
  }
  /// Of every cell that was told of, its states in order, each once.
  std::map<std::string, std::vector<std::string>> states() {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& push : heard_) {
      if (push["push"] != "notebook") continue;
      auto& of_cell = out[push["cell"]];
      const std::string state = push["state"].is_null() ? "none" : push["state"].get<std::string>();
      if (of_cell.empty() || of_cell.back() != state) of_cell.push_back(state);
    }
    return out;
  }

 private:
  std::mutex mutex_{};
  std::condition_variable more_{};
  std::vector<Json> heard_{};
  std::size_t from_ = 0;
};

/// A notebook of these cells that is open on a page.
struct Desk : Studio {
  explicit Desk(const std::vector<std::string>& sources) {
    Json cells = Json::array();
    for (std::size_t i = 0; i < sources.size(); ++i) cells.push_back({{"cell_type", "code"}, {"execution_count", nullptr}, {"id", "c" + std::to_string(i + 1)}, {"metadata", Json::object()}, {"outputs", Json::array()}, {"source", sources[i]}});
    const Json text = {{"cells", cells}, {"metadata", {{"kernelspec", {{"display_name", "Python 3.10 - AzureML"}, {"name", "python310-azureml"}}}, {"kept", 1}}}, {"nbformat", 4}, {"nbformat_minor", 5}};
    REQUIRE(files->write(instance().share, path, text.dump()));
    notebook = notebooks.at(azure.workspace(), path);
    opened = *notebook->open(page);
  }

  /// Runs a cell to its end and gives the last push.
  Json run(const std::string& cell, const std::string& source) {
    const auto queued = notebook->run(cell, source, {});
    INFO((queued ? "" : queued.error().message));
    REQUIRE(queued);
    return page->next([&](const Json& push) { return push["push"] == "notebook" && push["cell"] == cell && (push["state"] == "done" || push["state"] == "failed"); });
  }

  std::mutex gate{};
  Notebooks notebooks{{.simulator = azure.simulator, .machines = *machines, .machines_gate = gate}};
  std::shared_ptr<Page> page = std::make_shared<Page>();
  std::shared_ptr<Notebook> notebook{};
  Json opened{};
};

}  // namespace

TEST_CASE("a cell runs on a kernel that remembers, and its outputs are the file's", "[living]") {
  if (!usable()) return;
  Desk desk({"x = 6 * 7\nprint('forty', 'two')\nx", ""});
  CHECK(desk.opened["kernel"] == "Python 3.10 - AzureML");
  CHECK(desk.opened["kernelState"] == "none");
  CHECK(desk.opened["cells"][0]["source"] == "x = 6 * 7\nprint('forty', 'two')\nx");
  const Json first = desk.run("c1", "x = 6 * 7\nprint('forty', 'two')\nx");
  CHECK(first["state"] == "done");
  CHECK(first["count"] == 1);
  CHECK(first["path"] == desk.path);
  REQUIRE(first["outputs"].size() == 2);
  CHECK(first["outputs"][0] == Json({{"output_type", "stream"}, {"name", "stdout"}, {"text", "forty two\n"}}));
  CHECK(first["outputs"][1]["data"]["text/plain"] == "42");
  const Json second = desk.run("c2", "x + 1");
  CHECK(second["outputs"][0]["data"]["text/plain"] == "43");
  CHECK(second["count"] == 2);
  const Json kept = desk.kept();
  CHECK(kept["cells"][0]["outputs"][0]["text"] == Json::array({"forty two\n"}));
  CHECK(kept["cells"][0]["execution_count"] == 1);
  CHECK(kept["cells"][1]["source"] == Json::array({"x + 1"}));
  CHECK(kept["metadata"]["kept"] == 1);
  CHECK(kept["metadata"]["kernelspec"]["name"] == "python310-azureml");
  CHECK(desk.page->states()["c1"] == std::vector<std::string>{"queued", "running", "done"});
}

TEST_CASE("plots are pictures, tables are HTML, and an error has its traceback", "[living]") {
  if (!usable()) return;
  Desk desk({"", "", ""});
  const Json table = desk.run("c1", "import pandas as pd\npd.DataFrame({'a': [1, 2]})");
  INFO(table.dump());
  REQUIRE(table["state"] == "done");
  CHECK(table["outputs"][0]["data"]["text/html"].get<std::string>().find("<td>2</td>") != std::string::npos);
  const Json plot = desk.run("c2", "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()");
  INFO(plot.dump());
  REQUIRE(plot["state"] == "done");
  const auto image = base64_decode(plot["outputs"].back()["data"].value("image/png", ""));
  REQUIRE(image);
  CHECK(image->substr(1, 3) == "PNG");
  const Json error = desk.run("c3", "# divide\n1 / 0");
  CHECK(error["state"] == "failed");
  CHECK(error["outputs"][0]["ename"] == "ZeroDivisionError");
  CHECK(error["outputs"][0]["evalue"] == "division by zero");
  CHECK(error["outputs"][0]["traceback"].dump().find("# divide") != std::string::npos);
}

TEST_CASE("an endless loop is interrupted, and the kernel knows what it knew; what waited is not run", "[living]") {
  if (!usable()) return;
  Desk desk({"x = 5\nprint('begun', flush=True)\nwhile True: pass", "print(x)"});
  REQUIRE(desk.notebook->run_all({}));
  desk.page->next([](const Json& push) { return push["push"] == "notebook" && push["cell"] == "c1" && push["outputs"].dump().find("begun") != std::string::npos; });
  CHECK(desk.notebook->run("c9", "1", {}).error().message == "there is no code cell c9");
  REQUIRE(desk.notebook->interrupt());
  const Json ended = desk.page->cell("c1", "failed");
  CHECK(ended["outputs"].back()["ename"] == "KeyboardInterrupt");
  CHECK(desk.page->states()["c2"] == std::vector<std::string>{"queued", "none"});
  CHECK(desk.run("c2", "print(x)")["outputs"][0]["text"] == "5\n");
  // Asleep in simulated time it hears as well.
  REQUIRE(desk.notebook->run("c1", "import time\nprint('asleep', flush=True)\nwhile True: time.sleep(3600)", {}));
  desk.page->next([](const Json& push) { return push["push"] == "notebook" && push["outputs"].dump().find("asleep") != std::string::npos; });
  REQUIRE(desk.notebook->interrupt());
  CHECK(desk.page->cell("c1", "failed")["outputs"].back()["ename"] == "KeyboardInterrupt");
}

TEST_CASE("all cells run in order, and after an error none", "[living]") {
  if (!usable()) return;
  Desk desk({"a = 1", "", "print(a + 1)", "raise ValueError('here')", "print('never')"});
  REQUIRE(desk.notebook->run_all({.compute = "ci-lab", .kernel = "Python 3.10 - SDK v2"}));
  CHECK(desk.page->cell("c4", "failed")["outputs"][0]["evalue"] == "here");
  desk.page->cell("c5", nullptr);
  desk.page->kernel("idle");
  const Json kept = desk.kept();
  CHECK(kept["cells"][2]["outputs"][0]["text"] == Json::array({"2\n"}));
  CHECK(kept["cells"][4]["outputs"] == Json::array());
  CHECK(kept["metadata"]["kernelspec"] == Json({{"display_name", "Python 3.10 - SDK v2"}, {"language", "python"}, {"name", "python310-sdkv2"}}));
  CHECK(desk.page->states().count("c2") == 0);
}

TEST_CASE("a page that comes back finds cells, outputs and the kernel as they are", "[living]") {
  if (!usable()) return;
  Desk desk({"x = 'kept'\nx", "import time\nprint('runs', flush=True)\nwhile True: pass"});
  desk.run("c1", "x = 'kept'\nx");
  REQUIRE(desk.notebook->run("c2", "print('runs', flush=True)\nwhile True: pass", {}));
  desk.page->next([](const Json& push) { return push["push"] == "notebook" && push["cell"] == "c2" && push["outputs"].dump().find("runs") != std::string::npos; });
  desk.page.reset();
  desk.page = std::make_shared<Page>();
  const auto again = desk.notebooks.at(desk.azure.workspace(), desk.path);
  const Json opened = *again->open(desk.page);
  CHECK(opened["kernelState"] == "busy");
  CHECK(opened["cells"][0]["state"] == "done");
  CHECK(opened["cells"][0]["outputs"][0]["data"]["text/plain"] == "'kept'");
  CHECK(opened["cells"][1]["state"] == "running");
  CHECK(opened["cells"][1]["outputs"][0]["text"] == "runs\n");
  REQUIRE(again->interrupt());
  desk.page->cell("c2", "failed");
  CHECK(desk.run("c1", "x * 2")["outputs"][0]["data"]["text/plain"] == "'keptkept'");
}

TEST_CASE("a kernel that was restarted knows nothing, and one that died comes back with the next cell", "[living]") {
  if (!usable()) return;
  Desk desk({"x = 1", "x"});
  desk.run("c1", "x = 1");
  REQUIRE(desk.notebook->restart({}));
  CHECK(desk.run("c2", "x")["outputs"][0]["ename"] == "NameError");
  const Json died = desk.run("c1", "import os\nos.kill(os.getpid(), 9)");
  CHECK(died["state"] == "failed");
  CHECK(died["outputs"][0] == Json({{"output_type", "stream"}, {"name", "stderr"}, {"text", "azlab: the kernel ended: Kernel died\n"}}));
  const Json next = desk.run("c2", "1 + 1");
  CHECK(next["outputs"][0]["data"]["text/plain"] == "2");
  CHECK(next["count"] == 1);
}

TEST_CASE("a kernel ends with its compute instance, and the person is told what to do", "[living]") {
  if (!usable()) return;
  Desk desk({"x = 1"});
  desk.run("c1", "x = 1");
  desk.azure.post(desk.azure.workspace() + "/computes/ci-lab/stop");
  desk.azure.settle();
  desk.notebooks.look();
  const Json gone = desk.page->kernel("none");
  CHECK(gone["problem"] == "the compute instance ci-lab has stopped, and the kernel with it");
  CHECK(desk.notebook->run("c1", "1", {}).error().message == "no compute instance is running. Start ci-lab on the page Compute.");
  CHECK(desk.notebook->run("c1", "1", {.compute = "ci-lab"}).error().message == "the compute instance ci-lab is not running; its state is Stopped. Start it on the page Compute, or choose another one here under Compute.");
  CHECK(desk.notebook->run("c1", "1", {.compute = "ci-two"}).error().message == "there is no compute instance ci-two. Choose another one here under Compute.");
  desk.azure.post(desk.azure.workspace() + "/computes/ci-lab/start");
  desk.azure.settle();
  CHECK(desk.run("c1", "'anew'")["outputs"][0]["data"]["text/plain"] == "'anew'");
}

TEST_CASE("what was changed in a terminal meanwhile is not written over", "[living]") {
  if (!usable()) return;
  Desk desk({"1"});
  REQUIRE(desk.notebook->save({{{"id", "c1"}, {"kind", "code"}, {"source", "2"}}}));
  CHECK(desk.kept()["cells"][0]["source"] == Json::array({"2"}));
  Json other = desk.kept();
  other["cells"][0]["source"] = "3";
  REQUIRE(desk.files->write(desk.instance().share, desk.path, other.dump()));
  CHECK(desk.notebook->save({{{"id", "c1"}, {"kind", "code"}, {"source", "4"}}}).error().message.starts_with("the file was changed elsewhere"));
  CHECK(desk.kept()["cells"][0]["source"] == "3");
  CHECK((*desk.notebook->open(desk.page))["cells"][0]["source"] == "3");
}

TEST_CASE("too much output is cut, and says so", "[living]") {
  if (!usable()) return;
  Desk desk({""});
  const Json much = desk.run("c1", "print('a' * 400000)\nprint('b' * 400000)\nprint('c')");
  INFO(much["outputs"].size());
  const std::string text = much["outputs"][0]["text"];
  CHECK(text.size() > 499'000);
  CHECK(text.size() <= 500'000);
  CHECK(text.find('c') == std::string::npos);
  CHECK(much["outputs"].back()["text"] == "\n[azlab: the rest of the output was left out]\n");
}

TEST_CASE("a cell that asks the person something is told that it cannot, and does not wait", "[living]") {
  if (!usable()) return;
  Desk desk({""});
  const Json asked = desk.run("c1", "input('name? ')");
  CHECK(asked["state"] == "failed");
  CHECK(asked["outputs"].back()["ename"] == "StdinNotImplementedError");
}

TEST_CASE("two pages of one notebook see the same, and one that has gone hears nothing", "[living]") {
  if (!usable()) return;
  Desk desk({"print('both')"});
  const auto other = std::make_shared<Page>();
  REQUIRE(desk.notebook->open(other));
  desk.run("c1", "print('both')");
  CHECK(other->cell("c1", "done")["outputs"][0]["text"] == "both\n");
  REQUIRE(desk.notebook->save({{{"id", "c1"}, {"kind", "code"}, {"source", "1"}}, {{"id", "n"}, {"kind", "markdown"}, {"source", "# two"}}}, desk.page.get()));
  const Json told = other->next([](const Json& push) { return push["push"] == "notebook.cells"; });
  REQUIRE(told["cells"].size() == 2);
  CHECK(told["cells"][0]["source"] == "1");
  CHECK(told["cells"][0]["outputs"][0]["text"] == "both\n");
  CHECK(told["cells"][1]["kind"] == "markdown");
  CHECK(desk.page->count("notebook.cells") == 0);  // who wrote it knows
  CHECK(other->count("notebook.cells") == 1);
}

TEST_CASE("no more kernels live than a computer bears, and one that ended makes room", "[living]") {
  if (!usable()) return;
  Desk desk({""});
  const NotebookRoom room{.simulator = desk.azure.simulator, .machines = *desk.machines, .machines_gate = desk.gate};
  *room.kernels = NotebookRoom::kKernelsMax - 1;
  Notebook notebook(room, desk.azure.workspace(), desk.path, 9);
  const auto page = std::make_shared<Page>();
  REQUIRE(notebook.open(page));
  REQUIRE(notebook.run("c1", "import os\nos.kill(os.getpid(), 9)", {}));
  CHECK(*room.kernels == NotebookRoom::kKernelsMax);
  page->kernel("none");
  CHECK(*room.kernels == NotebookRoom::kKernelsMax - 1);
  *room.kernels = NotebookRoom::kKernelsMax;
  CHECK(notebook.run("c1", "1", {}).error().message == "8 notebooks have a kernel already; they end with their compute instance (Stop on the page Compute).");
}

TEST_CASE("the SDK in a cell is signed in as the instance, and changes the same Azure", "[living]") {
  if (!usable()) return;
  Desk desk({""});
  const Json done = desk.run("c1", "from azure.ai.ml import MLClient\nfrom azure.identity import DefaultAzureCredential\nMLClient.from_config(credential=DefaultAzureCredential()).compute.get('ci-lab').state.value");
  INFO(done.dump());
  CHECK(done["outputs"].back()["data"]["text/plain"] == "'Running'");
}

TEST_CASE("without a prepared environment one line says which command makes it", "[living]") {
  if (!shell::check_sandbox()) return;
  const test::Variable cache("AZLAB_PYTHON_CACHE", AZLAB_BINARY_DIR "/python-nothing-prepared");
  Desk desk({"1"});
  CHECK(desk.notebook->run("c1", "1", {}).error().message ==
        "cannot prepare the Python environment 'ml': it is not there yet; azlab prepare ml makes it (in a terminal of this computer; then run the cell again)");
}
