#include "tests/harness/shell/bench_session.hpp"

using namespace azlab;
using namespace azlab::shell;
using namespace azlab::shell::testing;

TEST_CASE("shell session: each command has its line, status and output", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("# a comment\necho one; echo two >&2\n\nfalse\nls /nowhere\n");

  REQUIRE(block.blocked == "");
  REQUIRE(block.commands.size() == 3);
  CHECK(block.commands[0].command == "echo one; echo two >&2");
  CHECK(block.commands[0].line_in_block == 1);
  CHECK(block.commands[0].output == "one\ntwo\n");
  CHECK(block.commands[0].exit_status == 0);
  CHECK(block.commands[1].line_in_block == 3);
  CHECK(block.commands[1].exit_status == 1);
  CHECK(block.commands[1].output == "");
  CHECK(block.commands[2].output == "ls: cannot access '/nowhere': No such file or directory\n");
  CHECK(block.commands[2].exit_status == 2);
}

TEST_CASE("shell session: directory, variables, functions, options and files persist between blocks", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  session.run_block(
      "mkdir work\ncd work\nPLAIN='a b'\nexport LOUD=x\nLIST=(one 'two three')\ngreet() { echo \"hello $1\"; }\n"
      "alias ll='ls -l'\nset -o nounset\nname=kept\necho text > file\nfalse");
  const BlockResult block = session.run_block(
      "echo $?\npwd\necho \"$PLAIN\"\nprintenv LOUD\necho \"${LIST[1]}\"\ngreet you\ncat file\necho $name; echo $undefined\nalias ll");

  REQUIRE(block.commands.size() == 9);
  CHECK(block.commands[0].output == "1\n");
  CHECK(block.commands[1].output == "/home/reader/work\n");
  CHECK(block.commands[2].output == "a b\n");
  CHECK(block.commands[3].output == "x\n");
  CHECK(block.commands[4].output == "two three\n");
  CHECK(block.commands[5].output == "hello you\n");
  CHECK(block.commands[6].output == "text\n");
  CHECK(block.commands[7].output == "kept\nbash: undefined: unbound variable\n");
  CHECK(block.commands[8].output == "alias ll='ls -l'\n");
  CHECK(session.working_directory() == "/home/reader/work");
}

TEST_CASE("shell session: a new Session of the same name goes on where the other stopped", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  const HostOptions host = host_options(run);
  Session(host, {.machine = "cloud-shell", .name = "s"}).run_block("mkdir d; cd d; X=5");

  Session again(host, {.machine = "cloud-shell", .name = "s"});

  CHECK(again.working_directory() == "/home/reader/d");
  CHECK(again.run_block("echo $X").commands.at(0).output == "5\n");
}

TEST_CASE("shell session: constructs over several lines are one command", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block(
      "for i in 1 2\ndo\n  echo $i\ndone\ncat > f.yml <<EOF\nname: x\n\n# kept\nEOF\ncat f.yml\necho a \\\n  b\nif true; then\n  echo yes; fi");

  REQUIRE(block.commands.size() == 5);
  CHECK(block.commands[0].command == "for i in 1 2\ndo\n  echo $i\ndone");
  CHECK(block.commands[0].output == "1\n2\n");
  CHECK(block.commands[1].line_in_block == 4);
  CHECK(block.commands[1].output == "");
  CHECK(block.commands[2].output == "name: x\n\n# kept\n");
  CHECK(block.commands[3].command == "echo a \\\n  b");
  CHECK(block.commands[3].output == "a b\n");
  CHECK(block.commands[4].output == "yes\n");
}

TEST_CASE("shell session: an unfinished construct is a prompt that nothing answers", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("echo 'no end");

  REQUIRE(block.commands.size() == 1);
  CHECK(block.commands[0].prompt == ">");
  CHECK(block.commands[0].answered_with == "");
  CHECK(block.commands[0].exit_status == 130);
}

TEST_CASE("shell session: a syntax error is reported by bash itself", "[shell]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});

  const BlockResult block = session.run_block("echo )\necho after");

  REQUIRE(block.commands.size() == 2);
  CHECK(block.commands[0].output == "bash: syntax error near unexpected token `)'\n");
  CHECK(block.commands[0].exit_status == 2);
  CHECK(block.commands[1].output == "after\n");
}
