#include "harness/shell/machine.hpp"

#include <filesystem>

#include "harness/shell/files.hpp"
#include "tests/harness/shell/bench_session.hpp"

using namespace azlab;
using namespace azlab::shell;
using namespace azlab::shell::testing;

namespace {

std::string first_output(Session& session, const std::string& text) {
  const BlockResult block = session.run_block(text);
  return block.blocked.empty() ? block.commands.at(0).output : "blocked: " + block.blocked;
}

}  // namespace

TEST_CASE("shell machine: kernels are offered and retired by date", "[shell]") {
  const Result<Machine> machine = load_machine("compute-instance");
  REQUIRE(machine);

  const auto shows = [&machine](const char* day, const std::string& display) {
    for (const Kernel& kernel : kernels_on(*machine, day)) {
      if (kernel.display == display) return true;
    }
    return false;
  };

  CHECK(shows("2023-06-01", "Python 3.8 - AzureML"));
  CHECK_FALSE(shows("2023-06-01", "Python 3.10 - AzureML"));
  CHECK_FALSE(shows("2026-11-23", "Python 3.8 - AzureML"));
  CHECK(shows("2026-11-23", "Python 3.10 - AzureML"));
  CHECK(shows("2026-11-23", "Python 3.10 - SDK v2"));
}

TEST_CASE("shell machine: an unknown machine blocks with its name", "[shell]") {
  RunDirectory run;
  Session session(host_options(run), {.machine = "toaster", .name = "s"});

  CHECK(session.run_block("echo x").blocked == "no machine 'toaster' in fixtures/machines");
  CHECK(session.run_script("echo x", {}).missing_tool == "no machine 'toaster' in fixtures/machines");
}

TEST_CASE("shell machine: a command that the machine has not is bash's command not found", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("cmake --version\nfrobnicate");

  REQUIRE(block.commands.size() == 2);
  CHECK(block.commands[0].exit_status == 127);
  CHECK(block.commands[0].output == "bash: cmake: command not found\n");
  CHECK(block.commands[0].missing_tool == "");
  CHECK(block.commands[1].output == "bash: frobnicate: command not found\n");
}

TEST_CASE("shell machine: a listed command that azlab does not simulate is noted", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("terraform init 2>/dev/null || terraform plan || true\necho next");

  REQUIRE(block.commands.size() == 2);
  CHECK(block.commands[0].not_simulated == std::vector<std::string>{"terraform"});
  CHECK(block.commands[0].missing_tool == "");
  CHECK(block.commands[0].exit_status == 0);
  CHECK(block.commands[0].output == "azlab: terraform: the machine has it, but azlab does not simulate it\n");
  CHECK(block.commands[1].not_simulated.empty());
}

TEST_CASE("shell machine: who, where and which variables", "[shell]") {
  REQUIRE_SANDBOX();
  setenv("AZURE_CLIENT_SECRET", "the caller's", 1);
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s", .variables = {{"EXTRA", "e"}}});

  const BlockResult block = session.run_block(
      "whoami; hostname; pwd; echo $HOME $USER $LANG $ACC_CLOUD $AZURE_CONFIG_DIR $EXTRA\n"
      "printenv AZURE_CLIENT_SECRET\nls -A /home /tmp\ntouch /usr/x\ncat /proc/net/dev | grep -c :\n. /etc/os-release; echo $ID");

  unsetenv("AZURE_CLIENT_SECRET");
  REQUIRE(block.commands.size() == 6);
  CHECK(block.commands[0].output ==
        "reader\nSandboxHost\n/home/reader\n/home/reader reader C.UTF-8 PROD /home/reader/.azure e\n");
  CHECK(block.commands[1].exit_status == 1);
  CHECK(block.commands[2].output == "/home:\nreader\n\n/tmp:\n");
  CHECK(block.commands[3].exit_status == 1);
  CHECK(block.commands[4].output == "1\n");
  CHECK(block.commands[5].output == "azurelinux\n");
}

TEST_CASE("shell machine: az is the binary, and finds the channel", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  run.write("channel", "");
  HostOptions host = host_options(run);
  host.channel_socket = run.path + "/channel";
  Session session(host, {.machine = "cloud-shell", .name = "s"});

  CHECK(first_output(session, "az group create --name 'a b'") ==
        "az [group] [create] [--name] [a b] channel=/run/azlab/channel config=/home/reader/.azure\n");
}

TEST_CASE("shell machine: sh is bash, also for scripts", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block(
      "printf '#! /usr/bin/sh\\nA=(\"x\" \"y\")\\nu=a-b-c\\necho ${A[1]} ${u//[-]/} $1\\n' > setup.sh\nchmod +x setup.sh\n"
      "./setup.sh arg\nsh -c 'a=(1 2); echo ${a[1]}'");

  REQUIRE(block.commands.size() == 4);
  CHECK(block.commands[2].output == "y abc arg\n");
  CHECK(block.commands[3].output == "2\n");
}

TEST_CASE("shell machine: a mapped clone brings the files with their executable bits", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  run.write("course/Labs/04/setup.sh", "#!/usr/bin/sh\necho set up\n", true);
  run.write("course/README.md", "course\n");
  HostOptions host = host_options(run);
  host.clone_map = {{"https://github.com/Example/course.git", run.path + "/course"}};
  Session session(host, {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block(
      "git clone https://github.com/Example/course.git azure-ml-labs\ncd azure-ml-labs/Labs/04\n./setup.sh\n"
      "git rev-parse HEAD; git remote get-url --push origin\ncd\n"
      "git clone https://github.com/Example/course.git azure-ml-labs\ngit clone -q https://github.com/example/Course other; ls -1 other");

  INFO(outputs(block));
  REQUIRE(block.commands.size() == 7);
  CHECK(block.commands[0].exit_status == 0);
  CHECK(block.commands[0].output == "Cloning into 'azure-ml-labs'...\ndone.\n");
  CHECK(block.commands[0].unmapped_clone == "");
  CHECK(block.commands[2].output == "set up\n");
  CHECK(block.commands[5].exit_status == 128);
  CHECK(block.commands[5].output ==
        "fatal: destination path 'azure-ml-labs' already exists and is not an empty directory.\n");
  CHECK(block.commands[6].output == "Labs\nREADME.md\n");

  RunDirectory other;
  other.write("course/Labs/04/setup.sh", "#!/usr/bin/sh\necho set up\n", true);
  other.write("course/README.md", "course\n");
  HostOptions same = host_options(other);
  same.clone_map = {{"https://github.com/Example/course", other.path + "/course"}};
  Session again(same, {.machine = "cloud-shell", .name = "s"});
  const BlockResult hash = again.run_block("git clone -q https://github.com/Example/course x\ncd x; git rev-parse HEAD");
  CHECK(block.commands[3].output.substr(0, 41) == hash.commands.at(1).output);
}

TEST_CASE("shell machine: an unmapped clone fails as without network and is named", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  run.write("course/README.md", "course\n");
  HostOptions host = host_options(run);
  host.clone_map = {{"https://github.com/Example/course", run.path + "/course"}};
  Session session(host, {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("git clone https://github.com/Example/course-two\nls\ngit --version | cut -c1-11");

  REQUIRE(block.commands.size() == 3);
  CHECK(block.commands[0].exit_status == 128);
  CHECK(block.commands[0].unmapped_clone == "https://github.com/Example/course-two");
  CHECK(block.commands[0].output.find("Could not resolve host: github.com") != std::string::npos);
  CHECK(block.commands[1].output == "");
  CHECK(block.commands[1].unmapped_clone == "");
  CHECK(block.commands[2].output == "git version\n");
}

TEST_CASE("shell machine: a directory to clone that is not there blocks", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  HostOptions host = host_options(run);
  host.clone_map = {{"https://github.com/Example/course", run.path + "/nowhere"}};
  Session session(host, {.machine = "cloud-shell", .name = "s"});

  CHECK(session.run_block("ls").blocked == "'" + run.path + "/nowhere' is no directory to clone");
}

TEST_CASE("shell machine: date, uuid, RANDOM and mktemp follow clock and seed", "[shell]") {
  REQUIRE_SANDBOX();
  const std::string text =
      "date\ndate -u +%FT%TZ\ndate -d '+2 days' +%F\ndate -d yesterday +%F; date -d '2020-02-29 +1 day' +%F\n"
      "cat /proc/sys/kernel/random/uuid\ncat /proc/sys/kernel/random/uuid\necho $RANDOM $RANDOM\necho $RANDOM\n"
      "mktemp\nmktemp -d x.XXXX; uuidgen\nbash -c 'echo $RANDOM'\nsh -c 'echo $RANDOM'\nbash -c 'echo $RANDOM'";
  const auto run_with = [&text](std::uint64_t seed) {
    RunDirectory run;
    Session session(host_options(run, seed), {.machine = "cloud-shell", .name = "s"});
    return session.run_block(text);
  };

  const BlockResult one = run_with(1);
  const BlockResult same = run_with(1);
  const BlockResult two = run_with(2);

  INFO(outputs(one));
  REQUIRE(one.commands.size() == 13);
  CHECK(outputs(one) == outputs(same));
  CHECK(one.not_reproducible.empty());
  CHECK(one.commands[0].output == "Mon Nov 23 09:00:00 UTC 2026\n");
  CHECK(one.commands[1].output == "2026-11-23T09:00:00Z\n");
  CHECK(one.commands[2].output == "2026-11-25\n");
  CHECK(one.commands[3].output == "2026-11-22\n2020-03-01\n");
  CHECK(one.commands[4].output.size() == 37);
  CHECK(one.commands[4].output != one.commands[5].output);
  CHECK(one.commands[6].output != one.commands[7].output);
  CHECK(one.commands[8].output.starts_with("/tmp/tmp."));
  CHECK(one.commands[8].output.size() == 20);
  CHECK(one.commands[10].output != one.commands[12].output);
  for (const std::size_t i : {4U, 6U, 8U, 9U, 10U, 11U}) {
    INFO(one.commands[i].command);
    CHECK(one.commands[i].output != two.commands[i].output);
  }
}

TEST_CASE("shell machine: what a command shows not to follow is said once", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("ls -l > /dev/null\nls -la > /dev/null\nhead -c 4 /dev/urandom > /dev/null");

  CHECK(block.not_reproducible ==
        std::vector<std::string>{"file times are this computer's", "true randomness is not seeded"});
}

TEST_CASE("shell machine: sudo runs the command, and apt-get is not simulated even so", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "compute-instance", .name = "s"});

  const BlockResult block = session.run_block("sudo -E env A=1 printenv A\nsudo apt-get update\npython -m pip --version");

  REQUIRE(block.commands.size() == 3);
  CHECK(block.commands[0].output == "1\n");
  CHECK(block.commands[1].not_simulated == std::vector<std::string>{"apt-get"});
  CHECK(block.commands[2].output.starts_with("pip 24.2 from /anaconda/envs/"));
}

TEST_CASE("shell machine: a date that cannot follow is reported", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("date -d 'noon' +%H");

  REQUIRE(block.not_reproducible.size() == 1);
  CHECK(block.not_reproducible[0] == "date -d noon: not taken relative to the simulated time");
}

TEST_CASE("shell machine: the compute instance has the share, and other files than the Cloud Shell", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  run.write("share/Users/ada/note.txt", "from the studio\n");
  const std::string users = "/home/azureuser/cloudfiles/code/Users/ada";
  const HostOptions host = host_options(run);
  Session instance(host, {.machine = "compute-instance", .name = "ci", .share_directory = run.path + "/share",
                          .start_directory = "~/cloudfiles/code/Users/ada"});
  Session cloud(host, {.machine = "cloud-shell", .name = "cs"});

  CHECK(instance.working_directory() == users);
  CHECK(first_output(instance, "pwd; cat note.txt; echo made > made.txt") == users + "\nfrom the studio\n");
  CHECK(read_whole(run.path + "/share/Users/ada/made.txt") == "made\n");
  CHECK(first_output(cloud, "ls /home/azureuser") == "ls: cannot access '/home/azureuser': No such file or directory\n");
}

TEST_CASE("shell machine: a creation script runs as root in its folder on the share", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  run.write("share/Users/ada/x", "");
  run.write("course/README.md", "course\n");
  HostOptions host = host_options(run);
  host.clone_map = {{"https://github.com/Example/course", run.path + "/course"}};
  Session session(host, {.machine = "compute-instance", .name = "setup", .share_directory = run.path + "/share",
                         .start_directory = "/home/azureuser/cloudfiles/code/Users/ada"});

  const CommandResult result = session.run_script(
      "#!/bin/bash\nset -e\nwhoami; pwd; tty; echo \"$1\"\ngit clone -q https://github.com/Example/course labs\nls labs\nexit 4\n",
      {"first argument"});

  CHECK(result.output ==
        "root\n/home/azureuser/cloudfiles/code/Users/ada\nnot a tty\n");
  CHECK(result.exit_status == 1);
  const CommandResult whole = session.run_script(
      "echo \"$1\"; git clone -q https://github.com/Example/course labs; ls labs; exit 4", {"first argument"});
  CHECK(whole.output == "first argument\nREADME.md\n");
  CHECK(whole.exit_status == 4);
  CHECK(std::filesystem::exists(run.path + "/share/Users/ada/labs/README.md"));
  const CommandResult late = session.run_script("sleep 60", {}, 0.3);
  CHECK(late.timed_out);
}

TEST_CASE("shell machine: without the sandbox the same blocks run as plain children, and say what differs", "[shell]") {
  RunDirectory run;
  HostOptions host = host_options(run);
  host.sandbox = false;
  Session session(host, {.machine = "cloud-shell", .name = "s"});

  session.run_block("mkdir d; cd d; X=7");
  const BlockResult block = session.run_block("echo $X; basename $PWD\nfrobnicate");

  REQUIRE(block.blocked == "");
  REQUIRE(block.commands.size() == 2);
  CHECK(block.commands[0].output == "7\nd\n");
  CHECK(block.commands[1].exit_status == 127);
  CHECK(block.not_reproducible.size() == 2);
  CHECK(std::filesystem::exists(run.path + "/homes/s/d"));
}

TEST_CASE("shell machine: a copied directory goes on as the original would have", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  RunDirectory branch;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});
  session.run_block("mkdir d; cd d; echo kept > f; X=1; echo $RANDOM");
  std::filesystem::copy(run.path, branch.path,
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);

  Session copy(host_options(branch), {.machine = "cloud-shell", .name = "s"});

  const std::string text = "cat f; echo $X $RANDOM\ncat /proc/sys/kernel/random/uuid";
  CHECK(outputs(copy.run_block(text)) == outputs(session.run_block(text)));
  session.run_block("rm f");
  CHECK(first_output(copy, "cat f") == "kept\n");
}

TEST_CASE("shell machine: a lab's set-up goes from clone to script, the same each time", "[shell]") {
  REQUIRE_SANDBOX();
  const std::string script =
      "#! /usr/bin/sh\nguid=$(cat /proc/sys/kernel/random/uuid)\nsuffix=${guid//[-]/}\nsuffix=${suffix:0:18}\n"
      "REGIONS=(\"eastus\" \"westus\" \"centralus\" \"northeurope\" \"westeurope\")\n"
      "REGION=${REGIONS[$RANDOM % ${#REGIONS[@]}]}\naz group create --name rg-l${suffix} --location $REGION\n";
  const auto lab = [&script](std::uint64_t seed) {
    RunDirectory run;
    run.write("course/Labs/08/setup.sh", script, true);
    HostOptions host = host_options(run, seed);
    host.clone_map = {{"https://github.com/Example/course", run.path + "/course"}};
    Session session(host, {.machine = "cloud-shell", .name = "cs"});
    const BlockResult clone =
        session.run_block("rm -r azure-ml-labs -f\ngit clone https://github.com/Example/course.git azure-ml-labs\n");
    CHECK(clone.commands.at(0).exit_status == 0);
    CHECK(clone.commands.at(1).exit_status == 0);
    return outputs(session.run_block("cd azure-ml-labs/Labs/08\n./setup.sh\n"));
  };

  const std::string one = lab(1);

  INFO(one);
  CHECK(one.find("az [group] [create] [--name] [rg-l") != std::string::npos);
  CHECK(one == lab(1));
  CHECK(one != lab(2));
}
