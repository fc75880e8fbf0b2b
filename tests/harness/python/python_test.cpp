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

/// What a site's Python prints.
std::string run_python(const Prepared& prepared, const Site& site, const std::string& text) {
  const std::string python = prepared.directory + "/" + site.relative + "/bin/python";
  const std::string libraries = prepared.libraries.empty() ? "" : prepared.directory + "/" + prepared.libraries;
  return shell::run_process({.argv = {python, "-c", text}, .environment = {"HOME=/nonexistent", "LD_LIBRARY_PATH=" + libraries}}, 60, 100000).output;
}

std::string run_python(const Site& site, const std::string& text) { return run_python(*test::prepared_python(), site, text); }

}  // namespace

TEST_CASE("every package of a lock file is pinned, and by hash", "[python]") {
  const auto all = environments();
  REQUIRE(all);
  REQUIRE_FALSE(all->empty());
  for (const auto& environment : *all) {
    INFO(environment.name);
    CHECK(environment.download_mb > 0);
    CHECK_FALSE(environment.pythons.empty());
    if (environment.source == Source::debian) continue;
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
  const test::Variable cache("AZLAB_PYTHON_CACHE", "/nonexistent/azlab");
  const auto absent = prepare(*find_environment("ml"), {.install = false});
  CHECK(absent.error().message == "cannot prepare the Python environment 'ml': it is not there yet; azlab prepare ml makes it");
}

TEST_CASE("an environment's place is its own by lock file, and nothing is made to say it", "[python]") {
  const test::Variable cache("AZLAB_PYTHON_CACHE", "/nonexistent/azlab");
  Environment small{.name = "small", .lock = "six==1.17.0\n", .pythons = {"3.11", "3.12", "3.13"}};
  const auto first = place_of(small);
  REQUIRE(first);
  CHECK(first->directory.starts_with("/nonexistent/azlab/small-"));
  CHECK(place_of(small)->directory == first->directory);
  small.lock = "six==1.16.0\n";
  CHECK(place_of(small)->directory != first->directory);
  small.pythons = {"2.7"};
  CHECK(place_of(small).error().message.starts_with("cannot prepare the Python environment 'small': this computer has Python 3."));
}

TEST_CASE("an index that is out of reach is one clear line, and leaves nothing half made", "[python]") {
  std::string cache = (std::filesystem::temp_directory_path() / "azlab-python-XXXXXX").string();
  REQUIRE(::mkdtemp(cache.data()) != nullptr);
  const test::Variable kept("AZLAB_PYTHON_CACHE", cache);
  const test::Variable index("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
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

TEST_CASE("where the index is out of reach, Debian's own packages stand in for the environment of notebooks", "[python]") {
  if (!test::on_debian_12()) return;
  const test::NoIndex no_index(AZLAB_BINARY_DIR);
  std::vector<std::string> said;
  const auto prepared = prepare_or_stand_in(*find_environment("ml"), {.say = [&](const std::string& line, bool progress) {
    if (!progress) said.push_back(line);
  }});
  INFO((prepared ? std::string() : prepared.error().message));
  REQUIRE(prepared);
  CHECK(prepared->name == "ml-debian");
  CHECK(prepared->stands_in_for == "ml");
  REQUIRE(said.size() >= 2);
  CHECK(said[1].starts_with("cannot prepare the Python environment 'ml': the Python package index is out of reach; trying Debian 12's own packages"));

  const auto site = compose_site(*prepared, {"azure-ai-ml", "azure-identity", "scikit-learn", "ipykernel", "mlflow"});
  REQUIRE(site);
  CHECK(site->missing == std::vector<std::string>{"mlflow"});
  CHECK(site->versions.at("azure-ai-ml") == "1.4.0");
  CHECK(run_python(*prepared, *site, "import azure.ai.ml, azure.identity, sklearn.linear_model, zmq; print(azure.ai.ml.VERSION)") == "1.4.0\n");
  CHECK(run_python(*prepared, *site, "import pandas").find("No module named 'pandas'") != std::string::npos);
  // What belongs to many distributions in one of Debian's packages is told apart as well.
  CHECK(run_python(*prepared, *site, "import azure.mgmt.network").find("No module named 'azure.mgmt.network'") != std::string::npos);
}

TEST_CASE("an environment that nothing stands in for stays out of reach", "[python]") {
  const test::NoIndex no_index(AZLAB_BINARY_DIR);
  const auto refused = prepare_or_stand_in(*find_environment("mlflow2"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "cannot prepare the Python environment 'mlflow2': the Python package index is out of reach");
}
