// Processes of jobs: real ones, in a sandbox each, reported on as sim/core/workloads.hpp says.
#include "harness/run/job.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/python.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

/// Everything that is reported on one job.
struct Heard {
  std::string output{};
  int pieces = 0;
  std::map<std::string, std::string> files{};
  Json exit{};

  void take(const Request& request) {
    const std::string rest = request.path.substr(request.path.find('/', 1));
    if (rest == "/output") {
      output += request.body.text();
      ++pieces;
    } else if (rest == "/exit") {
      exit = Json::parse(request.body.text());
    } else {
      files[percent_decode(rest.substr(std::string("/files/").size()))] = request.body.text();
    }
  }
};

struct Bench {
  explicit Bench(const JobLimits& limits = {}) : directory(std::move(*RunDirectory::make())) {
    machines = std::move(*Machines::make(azure.simulator, *directory, {.azlab_binary = AZLAB_BINARY_DIR "/azlab", .job_limits = limits}));
  }
  Heard run(Workload workload) {
    workload.kind = "job";
    workload.machine = "cluster-node";
    if (workload.id.empty()) workload.id = "job-1";
    Heard heard;
    const auto job = Job::make([&](const Request& request) { heard.take(request); }, *machines, *directory, std::move(workload));
    if (!job) {
      heard.exit = {{"refused", job.error().message}};
    } else {
      (*job)->run();
    }
    return heard;
  }
  test::Azure azure{};
  std::unique_ptr<RunDirectory> directory;
  std::shared_ptr<Machines> machines{};
};

std::shared_ptr<const std::string> bytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

/// The number of a process that is started now; the kernel counts them up.
pid_t newest_process() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

/// How many processes of this computer have this variable.
int processes_with(const std::string& variable) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "environ");
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    if (all.find(variable) != std::string::npos) ++count;
  }
  return count;
}

bool usable() { return shell::check_sandbox() && test::python_usable(); }

}  // namespace

TEST_CASE("a job runs in its own directory, with its files, folders and variables, and its outputs are collected", "[job]") {
  if (!usable()) return;
  Bench bench;
  const Heard heard = bench.run({.directory = "code",
                                 .script = "python train.py --data $DATA && whoami && pwd",
                                 .user = "azureuser",
                                 .variables = {{"DATA", "{{root}}/inputs/data.csv"}},
                                 .files = {{"code/train.py", bytes("import sys, os, pathlib\nprint(pathlib.Path(sys.argv[2]).read_text())\nos.makedirs('outputs', exist_ok=True)\npathlib.Path('outputs/model.txt').write_text('w' * 3)\npathlib.Path('../out/deep/ä b.bin').write_bytes(b'\\0' * 2000000)\n")},
                                           {"inputs/data.csv", bytes("1,2")}},
                                 .folders = {"out/deep"},
                                 .collect = {"code/outputs", "out"}});
  INFO(heard.output);
  CHECK(heard.exit["exitStatus"] == 0);
  CHECK(heard.exit["reason"] == "");
  CHECK(heard.output == "1,2\nazureuser\n/mnt/azureml/cr/j/job-1/code\n");
  REQUIRE(heard.files.size() == 2);
  CHECK(heard.files.at("code/outputs/model.txt") == "www");
  CHECK(heard.files.at("out/deep/ä b.bin").size() == 2000000);
  CHECK_FALSE(std::filesystem::exists(bench.directory->path() + "/jobs/job-1"));
}

TEST_CASE("output comes while the job runs, and its status is its command's", "[job]") {
  if (!usable()) return;
  Bench bench;
  const Heard heard = bench.run({.script = "echo one; /usr/bin/sleep 0.6; echo two >&2; exit 3", .user = "azureuser"});
  CHECK(heard.output == "one\ntwo\n");
  CHECK(heard.pieces == 2);
  CHECK(heard.exit["exitStatus"] == 3);
}

TEST_CASE("a job's environment has what it asks for and nothing else", "[job]") {
  if (!usable()) return;
  Bench bench;
  const Workload importing{.script = "python -c 'import sklearn; print(1)'; python -c 'import pandas'", .user = "azureuser", .python = {.name = "AzureML-sklearn-1.5", .version = "3.10", .requirements = {"scikit-learn==1.5.2"}}};
  const Heard heard = bench.run(importing);
  CHECK(heard.output.starts_with("1\n"));
  CHECK(heard.output.find("No module named 'pandas'") != std::string::npos);
  CHECK(heard.exit["exitStatus"] == 1);
  // Azure's own environments move on; what somebody pinned themselves they meant.
  Workload own = importing;
  own.python.name = "my-environment";
  CHECK(bench.run(own).exit["refused"].get<std::string>().starts_with("the environment my-environment asks for other versions than this computer's Python environment has: scikit-learn "));
  own.python.requirements = {"tensorflow"};
  CHECK(bench.run(own).exit["refused"] == "the environment my-environment asks for tensorflow, which this computer's Python environment does not have");
}

TEST_CASE("what would lie outside of a job's root is refused", "[job]") {
  if (!usable()) return;
  Bench bench;
  CHECK(bench.run({.files = {{"../x", bytes("")}}}).exit["refused"] == "the job's file '../x' leaves its root");
  CHECK(bench.run({.files = {{"/etc/x", bytes("")}}}).exit["refused"] == "the job's file '/etc/x' leaves its root");
  CHECK(bench.run({.folders = {"a/../../b"}}).exit["refused"] == "the job's folder 'a/../../b' leaves its root");
  CHECK(bench.run({.collect = {".."}}).exit["refused"] == "the job's folder '..' leaves its root");
  CHECK(bench.run({.directory = "../.."}).exit["refused"] == "the job's working directory '../..' leaves its root");
  CHECK(bench.run({.id = "../j"}).exit["refused"] == "the job's id '../j' cannot name a directory");
}

TEST_CASE("links that a job makes lead nowhere when its files are collected", "[job]") {
  if (!usable()) return;
  Bench bench;
  const Heard heard = bench.run({.script = "ln -s /etc/passwd out/passwd; ln -s / out/all; echo x > out/x", .user = "azureuser", .folders = {"out"}, .collect = {"out"}});
  CHECK(heard.files == std::map<std::string, std::string>{{"out/x", "x\n"}});
}

TEST_CASE("a job that forks without end ends as a failed one, and says why", "[job][abuse]") {
  if (!usable()) return;
  Bench bench({.processes = 60});
  const Heard heard = bench.run({.script = "f() { f | f & }; f; /usr/bin/sleep 20", .user = "azureuser"});
  CHECK(heard.exit["exitStatus"] != 0);
  CHECK(heard.exit["output"] == "the job was ended: it had more than 60 processes at once");
}

TEST_CASE("a job that forks without end does not fill a busy computer, and has gone when it is over", "[job][abuse]") {
  if (!usable()) return;
  std::atomic<bool> busy = true;
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&busy] {
      while (busy) std::atomic_signal_fence(std::memory_order_seq_cst);
    });
  }
  Bench bench({.processes = 60});
  const auto before = newest_process();
  const Heard heard = bench.run({.script = "f() { f | f & }; f; /usr/bin/sleep 20", .user = "azureuser", .variables = {{"AZLAB_MARK", bench.directory->path()}}});
  const auto after = newest_process();
  const int left = processes_with("AZLAB_MARK=" + bench.directory->path());
  busy = false;
  for (auto& thread : others) thread.join();
  CHECK(heard.exit["output"] == "the job was ended: it had more than 60 processes at once");
  CHECK(left == 0);
  // It once took all 32768 numbers that this computer has, and nobody on it could start anything.
  long numbers = 0;
  std::ifstream("/proc/sys/kernel/pid_max") >> numbers;
  INFO("between process " << before << " and " << after);
  CHECK((after - before + numbers) % numbers < 8000);
}

TEST_CASE("a job that takes all memory ends as a failed one, and says why", "[job][abuse]") {
  if (!usable()) return;
  Bench bench({.memory_bytes = 200U << 20U});
  const Heard heard = bench.run({.script = "python -c 'import time\nkept = []\nwhile True:\n    kept.append(b\"x\" * (5 << 20))'", .user = "azureuser"});
  CHECK(heard.exit["exitStatus"] != 0);
  CHECK(heard.exit["output"] == "the job was ended: it took more than 200 MB of memory");
}

TEST_CASE("memory that forked processes share counts once", "[job][abuse]") {
  if (!usable()) return;
  Bench bench({.memory_bytes = 200U << 20U});
  const Heard heard = bench.run({.script = "python -c 'import os, subprocess\nkept = b\"x\" * (80 << 20)\nfor _ in range(4):\n    if os.fork() == 0:\n        subprocess.run([\"/usr/bin/sleep\", \"0.5\"])\n        os._exit(0)\nfor _ in range(4):\n    os.wait()'", .user = "azureuser"});
  INFO(heard.output);
  CHECK(heard.exit["exitStatus"] == 0);
}

TEST_CASE("a job that fills its directory, or one file, ends as a failed one", "[job][abuse]") {
  if (!usable()) return;
  Bench bench({.bytes = 8U << 20U});
  const Heard many = bench.run({.script = "i=0; while true; do head -c 1000000 /dev/zero > f$i; i=$((i+1)); /usr/bin/sleep 0.02; done", .user = "azureuser"});
  CHECK(many.exit["output"] == "the job was ended: its files took more than 8 MB");
  CHECK(many.exit["exitStatus"] == 137);
  const Heard one = bench.run({.script = "head -c 100000000 /dev/zero > f", .user = "azureuser"});
  CHECK(one.exit["exitStatus"] != 0);
}

TEST_CASE("a job that kills its parent and whoever else it finds leaves azlab alive", "[job][abuse]") {
  if (!usable()) return;
  Bench bench;
  const Heard heard = bench.run({.script = "kill -9 $PPID; kill -9 -1; echo still here; kill -9 $$", .user = "azureuser"});
  CHECK(heard.exit["exitStatus"] == 137);
}

TEST_CASE("a job's time is limited, and it can be stopped", "[job]") {
  if (!usable()) return;
  Bench bench;
  const Heard late = bench.run({.script = "/usr/bin/sleep 30", .user = "azureuser", .time_limit_s = 0.5});
  CHECK(late.exit["reason"] == "timeout");
  CHECK(late.exit["exitStatus"] == 137);
  Heard heard;
  const auto job = Job::make([&](const Request& request) { heard.take(request); }, *bench.machines, *bench.directory, {.id = "j2", .kind = "job", .machine = "cluster-node", .script = "/usr/bin/sleep 30", .user = "azureuser"});
  REQUIRE(job);
  std::thread running([&] { (*job)->run(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  (*job)->stop();
  running.join();
  CHECK(heard.exit["reason"] == "stopped");
}
