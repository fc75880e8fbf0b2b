#include "harness/python/python.hpp"

#include <re2/re2.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "sim/core/text.hpp"
#include "tests/support/python.hpp"

using namespace azlab;
using namespace azlab::python;

namespace {

/// A variable of this process while a test needs it.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = ::getenv(name_.c_str())) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_.c_str(), before_->c_str(), 1) : ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_{};
};

/// What a site's Python prints.
std::string run_python(const Site& site, const std::string& text) {
  const std::string python = test::prepared_python()->directory + "/" + site.relative + "/bin/python";
  return shell::run_process({.argv = {python, "-c", text}, .environment = {"HOME=/nonexistent"}}, 60, 100000).output;
}

}  // namespace

TEST_CASE("every package of a lock file is pinned, and by hash", "[python]") {
  const auto all = environments();
  REQUIRE(all);
  REQUIRE_FALSE(all->empty());
  for (const auto& environment : *all) {
    INFO(environment.name);
    CHECK(environment.download_mb > 0);
    CHECK_FALSE(environment.pythons.empty());
    int packages = 0;
    for (const auto& line : split(environment.lock, '\n')) {
      if (line.empty() || line.starts_with("#")) continue;
      INFO(line);
      static const RE2 kPin(R"([a-z0-9][a-z0-9.-]*==[0-9A-Za-z.!+]+ \\)");
      static const RE2 kHash(R"(    --hash=sha256:[0-9a-f]{64}( \\)?)");
      const bool pin = RE2::FullMatch(line, kPin);
      packages += pin ? 1 : 0;
      CHECK((pin || RE2::FullMatch(line, kHash)));
    }
    CHECK(packages > 10);
  }
}

TEST_CASE("an environment that nobody describes is refused by name", "[python]") {
  CHECK(find_environment("mll").error().message.starts_with("there is no Python environment 'mll'; there is ml"));
}

TEST_CASE("what is not prepared and may not be installed is said, with what to do", "[python]") {
  const Variable cache("AZLAB_PYTHON_CACHE", "/nonexistent/azlab");
  const auto absent = prepare(*find_environment("ml"), {.install = false});
  CHECK(absent.error().message == "cannot prepare the Python environment 'ml': it is not there yet; azlab prepare ml makes it");
}

TEST_CASE("an index that is out of reach is one clear line, and leaves nothing half made", "[python]") {
  std::string cache = (std::filesystem::temp_directory_path() / "azlab-python-XXXXXX").string();
  REQUIRE(::mkdtemp(cache.data()) != nullptr);
  const Variable kept("AZLAB_PYTHON_CACHE", cache);
  const Variable index("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
  const Environment small{.name = "small", .purpose = "a test", .lock = "six==1.17.0 \\\n    --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274\n", .pythons = {"3.11", "3.12", "3.13"}};
  const auto refused = prepare(small);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "cannot prepare the Python environment 'small': the Python package index is out of reach");
  int directories = 0;
  for (const auto& entry : std::filesystem::directory_iterator(cache)) directories += entry.is_directory() ? 1 : 0;
  CHECK(directories == 0);
  std::filesystem::remove_all(cache);
}

TEST_CASE("a site holds what was asked for and what that needs, and nothing else", "[python]") {
  if (!test::python_usable()) return;
  const auto site = compose_site(*test::prepared_python(), {"scikit-learn==1.5.2", "requests>=2", "not-a-package"});
  REQUIRE(site);
  CHECK(site->missing == std::vector<std::string>{"not-a-package"});
  REQUIRE(site->replaced.size() == 1);
  CHECK(site->replaced[0] == "scikit-learn " + site->versions.at("scikit-learn") + " instead of scikit-learn==1.5.2");
  CHECK(site->versions.count("numpy") == 1);
  CHECK(site->versions.count("pandas") == 0);
  CHECK(run_python(*site, "import sklearn, numpy, requests; print(sklearn.__version__)") == site->versions.at("scikit-learn") + "\n");
  CHECK(run_python(*site, "import pandas").find("ModuleNotFoundError: No module named 'pandas'") != std::string::npos);
  CHECK(run_python(*site, "import importlib.metadata as m; print(sorted({d.metadata['Name'].lower() for d in m.distributions()}))").find("pandas") == std::string::npos);
  // Packages of one namespace are told apart.
  const auto azure = compose_site(*test::prepared_python(), {"azure-core"});
  REQUIRE(azure);
  CHECK(run_python(*azure, "import azure.core; print('core')") == "core\n");
  CHECK(run_python(*azure, "import azure.identity").find("No module named 'azure.identity'") != std::string::npos);
}

TEST_CASE("a site is made once, and says the same when it is asked for again", "[python]") {
  if (!test::python_usable()) return;
  const auto first = compose_site(*test::prepared_python(), {"six", "tqdm"});
  const auto second = compose_site(*test::prepared_python(), {"tqdm", "six"});
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->relative == second->relative);
  CHECK(first->versions == second->versions);
}
