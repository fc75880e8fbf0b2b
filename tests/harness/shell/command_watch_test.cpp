#include "harness/shell/command_watch.hpp"

#include "sim/core/clock.hpp"
#include "tests/harness/shell/bench_session.hpp"

using namespace azlab;
using namespace azlab::shell;
using namespace azlab::shell::testing;

namespace {

const std::string kBegin = "\x1b]7734;m;C;0\a";
std::string end_mark(int status, const std::string& text) { return "\x1b]7734;m;E;" + text + "\a\x1b]7734;m;P;" + std::to_string(status) + "\a"; }

}  // namespace

TEST_CASE("marks are taken out of what a person sees, and tell commands with status and output", "[watch]") {
  CommandWatch watch("7734;m");
  CHECK(watch.pass("$ false\r\n" + kBegin + "oops\r\n" + end_mark(1, "false%3B true") + "$ ") == "$ false\r\noops\r\n$ ");
  const auto told = watch.take();
  REQUIRE(told.size() == 1);
  CHECK(told[0].command == "false; true");
  CHECK(told[0].exit_status == 1);
  CHECK(told[0].output == "oops\n");
  CHECK(watch.take().empty());
}

TEST_CASE("a mark may come in pieces; another program's sequence stays", "[watch]") {
  const std::string all = "a" + kBegin + "b\x1b]0;title\a" + end_mark(0, "echo") + "c";
  CommandWatch watch("7734;m");
  std::string seen;
  for (const char byte : all) seen += watch.pass(std::string(1, byte));
  CHECK(seen == "ab\x1b]0;title\ac");
  CHECK(watch.take().size() == 1);
}

TEST_CASE("a prompt that follows no command tells nothing", "[watch]") {
  CommandWatch watch("7734;m");
  watch.pass(end_mark(0, "echo"));
  CHECK(watch.take().empty());
  watch.pass(kBegin + end_mark(0, "ls") + end_mark(0, "ls"));
  CHECK(watch.take().size() == 1);
}

TEST_CASE("commands without a prompt between them are told one by one, with what each wrote", "[watch]") {
  CommandWatch watch("7734;m");
  watch.pass(kBegin + "a\r\n" + "\x1b]7734;m;C;4\a" + "b\r\n" + "\x1b]7734;m;E;first\a" + end_mark(0, "second"));
  const auto told = watch.take();
  REQUIRE(told.size() == 2);
  CHECK(told[0].command == "first");
  CHECK(told[0].exit_status == 4);
  CHECK(told[0].output == "a\n");
  CHECK(told[1].command == "second");
  CHECK(told[1].exit_status == 0);
}

TEST_CASE("a person's terminal tells what they ran, pasted lines one by one", "[watch]") {
  REQUIRE_SANDBOX();
  RunDirectory run;
  Session session(host_options(run), {.machine = "cloud-shell", .name = "s"});
  auto opened = session.open_terminal(80, 24);
  REQUIRE(opened);
  LiveTerminal& terminal = **opened;
  std::string seen;
  std::vector<CommandResult> told;
  const auto until = [&](const std::function<bool()>& enough) {
    const double begun = Clock::real_seconds();
    while (!enough()) {
      if (Clock::real_seconds() - begun > 120) FAIL("the terminal shows: " << seen);
      terminal.read_some(seen, 100);
      for (auto& one : terminal.take_commands()) told.push_back(std::move(one));
    }
  };
  until([&] { return seen.find("[ ~ ]$ ") != std::string::npos; });
  terminal.type("echo one; (exit 3)\n");
  until([&] { return told.size() == 1; });
  CHECK(told[0].command == "echo one; (exit 3)");
  CHECK(told[0].exit_status == 3);
  CHECK(told[0].output == "one\n");
  terminal.type("\n");
  // As a browser's terminal sends what is pasted.
  terminal.type("\x1b[200~mkdir work\nfalse\ncd \\\n work\x1b[201~\n");
  until([&] { return told.size() == 4; });
  CHECK(told[1].command == "mkdir work");
  CHECK(told[1].exit_status == 0);
  CHECK(told[2].command == "false");
  CHECK(told[2].exit_status == 1);
  CHECK(told[3].command == "cd  work");
  CHECK(told[3].exit_status == 0);
  for (int i = 0; i < 2; ++i) {
    terminal.type("echo $?\n");
    until([&] { return told.size() == static_cast<std::size_t>(5 + i); });
    CHECK(told.back().command == "echo $?");
    CHECK(told.back().output == "0\n");
  }
  CHECK(seen.find("7734;") == std::string::npos);
}
