#include <atomic>
#include <memory>
#include <unistd.h>

#include "harness/shell/screen_text.hpp"
#include "harness/shell/terminal.hpp"
#include "tests/harness/shell/bench_session.hpp"

using namespace azlab;
using namespace azlab::shell;
using namespace azlab::shell::testing;

TEST_CASE("shell terminal: text is what a reader sees", "[shell]") {
  CHECK(screen_text("a\r\nb\r\n") == "a\nb\n");
  CHECK(screen_text("\x1b[1;31mred\x1b[0m \x1b]0;title\atext") == "red text");
  CHECK(screen_text(" 10%\r 50%\r100%\r\n") == "100%\n");
  CHECK(screen_text("long line\rnew\x1b[K\n") == "new\n");
  CHECK(screen_text("ab\bc") == "ac");
  CHECK(screen_text("caf\xc3\xa9 \xff!") == "caf\xc3\xa9 \xef\xbf\xbd!");
}

TEST_CASE("shell terminal: what is printed from outside comes out behind what was written before", "[shell]") {
  Terminal terminal;
  REQUIRE(terminal.start({.argv = {"/bin/bash", "-c", "printf 'Proceed? '; read answer"}, .environment = {}}));
  while (!terminal.waiting_reader()) usleep(1000);

  REQUIRE(terminal.print("(behind)"));
  std::string seen;
  while (!seen.ends_with("(behind)")) REQUIRE(terminal.read_some(seen, 1000));

  CHECK(seen == "Proceed? (behind)");
  terminal.type("y\n");
  while (terminal.read_some(seen, 1000)) {
  }
  CHECK(seen == "Proceed? (behind)y\r\n");
}

TEST_CASE("shell terminal: only plain questions have an answer", "[shell]") {
  CHECK(plain_answer("Proceed (Y/n)?") == "y");
  CHECK(plain_answer("Do you want to continue? [Y/n]") == "y");
  CHECK(plain_answer("Are you sure you want to perform this operation? (y/n):") == "y");
  CHECK(plain_answer("Are you sure (yes/no)?") == "yes");
  CHECK(plain_answer("Password:") == "");
  CHECK(plain_answer("Choose [1-3]:") == "");
}

TEST_CASE("shell terminal: a prompt eats the next line of the block", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "compute-instance", .name = "ci"});

  const BlockResult block = session.run_block("pip uninstall azure-ai-ml\npip install azure-ai-ml");

  INFO(outputs(block));
  REQUIRE(block.commands.size() == 1);
  const CommandResult& command = block.commands[0];
  CHECK(command.command == "pip uninstall azure-ai-ml");
  CHECK(command.prompt == "Proceed (Y/n)?");
  CHECK(command.answered_with == "next line of the block");
  REQUIRE(command.prompts.size() == 2);
  CHECK(command.prompts[0].process == "pip");
  CHECK(command.prompts[0].text == "pip install azure-ai-ml");
  CHECK(command.prompts[0].line_in_block == 1);
  CHECK(command.prompts[1].answered_with == "y");
  CHECK(command.exit_status == 0);
  CHECK(command.output.find("Proceed (Y/n)? pip install azure-ai-ml\nYour response ('pip install azure-ai-ml') was not "
                            "one of the expected responses: y, n, \nProceed (Y/n)? y\n") != std::string::npos);
  CHECK(session.run_block("pip show azure-ai-ml").commands.at(0).exit_status == 1);
}

TEST_CASE("shell terminal: bash's own read, a script's read and python's input are prompts", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block(
      "read -p 'Name: ' name\nAda\necho \"<$name>\"\nbash -c 'read -p \"Two: \" a; read b; echo $b$a'\none\ntwo\n"
      "python3 -c 'print(input(\"Three: \") * 2)'\nx");

  INFO(outputs(block));
  REQUIRE(block.commands.size() == 4);
  CHECK(block.commands[0].prompt == "Name:");
  CHECK(block.commands[1].output == "<Ada>\n");
  CHECK(block.commands[2].prompts.size() == 2);
  CHECK(block.commands[2].output == "Two: one\ntwo\ntwoone\n");
  CHECK(block.commands[3].prompt == "Three:");
  CHECK(block.commands[3].output == "Three: x\nxx\n");
}

TEST_CASE("shell terminal: a prompt that is no plain question stays unanswered", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("read -s -p 'Password: ' word");

  REQUIRE(block.commands.size() == 1);
  CHECK(block.commands[0].prompt == "Password:");
  CHECK(block.commands[0].answered_with == "");
  CHECK(block.commands[0].exit_status == 130);
  CHECK_FALSE(block.commands[0].timed_out);
}

TEST_CASE("shell terminal: who reads no terminal is not asked, however silent", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("sleep 0.5\necho a | cat\ncat < /dev/null\nwait");

  REQUIRE(block.commands.size() == 4);
  for (const CommandResult& command : block.commands) CHECK(command.prompts.empty());
  CHECK(block.commands[1].output == "a\n");
}

TEST_CASE("shell terminal: the time limit ends a command and the next one runs", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("sleep 60\nwhile :; do :; done\necho after", {.time_limit_s = 1.0});

  INFO(block.blocked);
  REQUIRE(block.commands.size() == 3);
  CHECK(block.commands[0].timed_out);
  CHECK(block.commands[0].exit_status == 130);
  CHECK(block.commands[1].timed_out);
  CHECK_FALSE(block.commands[2].timed_out);
  CHECK(block.commands[2].output == "after\n");
}

TEST_CASE("shell terminal: what takes too much simulated time is given up, and a long sleep is not", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  auto host = host_options(run);
  // An hour passes each time somebody looks at the clock.
  auto hours = std::make_shared<std::atomic<int>>(0);
  host.now = [hours] { return Time(Duration(1795424400000)) + std::chrono::hours((*hours)++); };
  Session session(host, {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("echo quick\nwhile :; do :; done\necho after", {.patience_s = 3 * 3600});

  INFO(block.blocked);
  REQUIRE(block.commands.size() == 3);
  CHECK_FALSE(block.commands[0].timed_out);
  CHECK(block.commands[1].timed_out);
  CHECK(block.commands[1].given_up);
  CHECK(block.commands[1].exit_status == 130);
  CHECK_FALSE(block.commands[2].given_up);
  CHECK(block.commands[2].output == "after\n");
}

TEST_CASE("shell terminal: a prompt that does not come in time blocks the block, and only that", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult late = session.run_block("echo late", {.start_limit_s = 0});
  CHECK(late.blocked.starts_with("the shell's prompt did not come in time"));
  CHECK(late.commands.empty());
  CHECK(session.run_block("echo here").commands.at(0).output == "here\n");
}

TEST_CASE("shell terminal: output is cut at its limit and says so", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("seq 1 100000\necho end", {.output_bytes_max = 1000});

  REQUIRE(block.commands.size() == 2);
  CHECK(block.commands[0].output_cut);
  CHECK(block.commands[0].output.ends_with("[azlab: output cut after 1000 bytes]\n"));
  CHECK(block.commands[0].output.size() < 1100);
  CHECK(block.commands[1].output == "end\n");
}

TEST_CASE("shell terminal: a silent reader is a prompt too, and a job left behind is named", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("sleep 30 &\ncat");

  REQUIRE(block.commands.size() == 2);
  CHECK(block.commands[0].prompts.empty());
  CHECK(block.commands[1].prompt == "(cat reads the terminal)");
  CHECK(block.commands[1].exit_status == 130);
  REQUIRE(block.left_running.size() == 1);
  CHECK(block.left_running[0].find("sleep 30 &") != std::string::npos);
}

TEST_CASE("shell terminal: poll and select on the terminal are prompts too", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block(
      "python3 -c 'import select,sys; select.select([sys.stdin],[],[]); print(sys.stdin.readline())'\nfirst\n"
      "python3 -c 'import select,sys; p=select.poll(); p.register(0,1); p.poll(); "
      "print(sys.stdin.readline())'\nsecond\n"
      "python3 -c 'import select; select.select([],[],[],0.3)'\necho third");

  INFO(outputs(block));
  REQUIRE(block.commands.size() == 4);
  CHECK(block.commands[0].output == "first\nfirst\n\n");
  CHECK(block.commands[1].prompts.at(0).text == "second");
  CHECK(block.commands[2].prompts.empty());
  CHECK(block.commands[3].output == "third\n");
}

TEST_CASE("shell terminal: a line longer than a terminal takes blocks the block", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  CHECK(session.run_block("echo " + std::string(5000, 'x')).blocked ==
        "a line is longer than the 4095 bytes that a terminal takes");
}

TEST_CASE("shell terminal: exit ends the block and the next shell starts anew", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("X=1\nmkdir d; cd d\nexit 3\necho never");

  REQUIRE(block.commands.size() == 3);
  CHECK(block.commands[2].exit_status == 3);
  CHECK(block.blocked == "the shell ended before line 4 of the block");
  CHECK(session.run_block("echo \"<$X> $PWD\"").commands.at(0).output == "<> /home/reader\n");
}
