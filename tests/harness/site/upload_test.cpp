// Files that a person brings to the site and takes away, as the page asks for it.
#include <filesystem>

#include "harness/site/house.hpp"
#include "harness/site/tab.hpp"
#include "sim/core/text.hpp"
#include "tests/harness/run/studio.hpp"

using namespace azlab;
using namespace azlab::site;
using azlab::run::testing::Studio;

namespace {

namespace fs = std::filesystem;

class Socket : public net::SiteTab {
 public:
  void send(std::string text) override { heard = Json::parse(text); }
  void close() override {}
  Json heard{};
};

/// A tab on the studio's files.
struct Visit : Studio {
  Visit() {
    ask({{"ask", "hello"}, {"language", "en"}, {"address", "https://ml.azure.com/fileexplorerAzNB?wsid=" + azure.workspace()}});
  }
  Json ask(Json what) {
    what["id"] = 1;
    tab.told(what.dump());
    return socket->heard;
  }
  Json upload(const std::string& at, const std::string& bytes, bool last = true) { return ask({{"ask", "upload"}, {"path", at}, {"data", base64_encode(bytes)}, {"last", last}}); }
  std::string error(const Json& answer) { return answer.value("error", ""); }
  std::string home() { return directory->path() + "/homes/cloud-shell"; }

  Pace pace{azure.simulator};
  House house{.simulator = azure.simulator, .machines = *machines, .pace = pace};
  std::shared_ptr<Socket> socket = std::make_shared<Socket>();
  Tab tab{house, socket};
};

const std::string kDone = R"({"re":1})";

}  // namespace

TEST_CASE("a file comes in parts into the notebook share, and is taken away as it is", "[upload]") {
  if (!shell::check_sandbox()) return;
  Visit visit;
  const std::string bytes("a\0\xff\n", 4);
  CHECK(visit.upload("Users/alex.martin/data/n 1.bin", "first ", false).dump() == kDone);
  CHECK_FALSE(visit.files->exists(visit.instance().share, "Users/alex.martin/data/n 1.bin"));
  CHECK(visit.upload("Users/alex.martin/data/n 1.bin", bytes).dump() == kDone);
  CHECK(visit.files->read(visit.instance().share, "Users/alex.martin/data/n 1.bin").value_or("") == "first " + bytes);
  CHECK(visit.ask({{"ask", "download"}, {"path", "Users/alex.martin/data/n 1.bin"}})["data"] == base64_encode("first " + bytes));
  // Once more: what was sent before is not in front of it. An empty file is one.
  CHECK(visit.upload("Users/alex.martin/data/n 1.bin", "").dump() == kDone);
  CHECK(visit.files->read(visit.instance().share, "Users/alex.martin/data/n 1.bin").value_or("?").empty());
  // The terminal of the instance sees it.
  const auto seen = (*visit.machines->terminal("compute-instance:ci-lab"))->run_block("ls ~/cloudfiles/code/Users/alex.martin/data");
  CHECK(seen.commands.at(0).output == "'n 1.bin'\n");
}

TEST_CASE("no path of an upload or download leads out of the share", "[upload]") {
  if (!shell::check_sandbox()) return;
  Visit visit;
  CHECK(visit.error(visit.upload("Users/../../../x", "1")) == "A path must not hold '..'.");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "../channel"}})) == "A path must not hold '..'.");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "Users/alex.martin"}})) == "Users/alex.martin is a folder");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "nothing.txt"}})) != "");
  CHECK_FALSE(fs::exists(visit.directory->path() + "/x"));
}

TEST_CASE("Cloud Shell's home takes files and gives them, through no link", "[upload]") {
  if (!shell::check_sandbox()) return;
  Visit visit;
  CHECK(visit.upload("~/lab/run.sh", "echo one\n").dump() == kDone);
  const auto ran = (*visit.machines->terminal("cloud-shell"))->run_block("bash ~/lab/run.sh; echo made > ~/made.txt; ln -s /etc ~/etc; ln -s /etc/passwd ~/passwd; mkfifo ~/pipe");
  CHECK(ran.commands.at(0).output == "one\n");
  CHECK(visit.ask({{"ask", "download"}, {"path", "~/made.txt"}})["data"] == base64_encode("made\n"));
  for (const char* path : {"~/../x", "~/lab/../../x", "~//etc/x", "~/./x", "~/"}) {
    CHECK(visit.error(visit.upload(path, "1")).ends_with(": no path of a file in the home folder"));
    CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", path}})).ends_with(": no path of a file in the home folder"));
  }
  CHECK(visit.error(visit.upload("~/etc/azlab-was-here", "1")) == "cannot write etc/azlab-was-here: it goes through a link or a file");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "~/etc/hostname"}})) == "cannot read etc/hostname: it goes through a link or a file");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "~/passwd"}})) == "cannot read passwd: it goes through a link or a file");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "~/pipe"}})) == "cannot read pipe: it is no file");
  CHECK(visit.error(visit.ask({{"ask", "download"}, {"path", "~/lab"}})) == "cannot read lab: it is no file");
  // A link of that name gives way to the file; where it led is left alone.
  CHECK(visit.upload("~/passwd", "mine").dump() == kDone);
  CHECK_FALSE(fs::is_symlink(visit.home() + "/passwd"));
  CHECK_FALSE(fs::exists("/etc/azlab-was-here"));
}

TEST_CASE("a file that is too large, and what is no base64, are refused and forgotten", "[upload]") {
  if (!shell::check_sandbox()) return;
  Visit visit;
  CHECK(visit.error(visit.ask({{"ask", "upload"}, {"path", "a"}, {"data", "???"}, {"last", true}})) == "what was sent of a is no base64");
  const std::string part(std::size_t{11} << 20U, 'x');
  CHECK(visit.upload("big", part, false).dump() == kDone);
  CHECK(visit.upload("big", part, false).dump() == kDone);
  CHECK(visit.error(visit.upload("big", part, false)) == "big is larger than 32 MB, the most that can be uploaded");
  CHECK(visit.upload("big", "small").dump() == kDone);
  CHECK(visit.files->read(visit.instance().share, "big").value_or("") == "small");
  for (const char* path : {"one", "two", "three", "four"}) CHECK(visit.upload(path, "1", false).dump() == kDone);
  CHECK(visit.error(visit.upload("five", "1")) == "four files are being uploaded already");
  CHECK(visit.error(visit.ask({{"ask", "upload"}, {"path", "a"}})).starts_with("'upload' is asked otherwise: "));
}
