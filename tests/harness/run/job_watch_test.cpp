// Jobs that a notebook submits: real processes on a simulated cluster, followed to their end.
#include "harness/run/job_watch.hpp"

#include <algorithm>

#include "tests/harness/run/studio.hpp"

using namespace azlab;
using namespace azlab::run;
using namespace azlab::run::testing;

namespace {

constexpr const char* kConnect =
    "from azure.ai.ml import MLClient, command\nfrom azure.ai.ml.entities import AmlCompute\nfrom azure.identity import DefaultAzureCredential\n"
    "ml_client = MLClient.from_config(credential=DefaultAzureCredential())\n"
    "ml_client.begin_create_or_update(AmlCompute(name='aml-cluster', size='STANDARD_DS11_V2', min_instances=0, max_instances=1)).result()";

std::string submit(const std::string& command) {
  return "job = command(code='./src', command='" + command + "', environment='AzureML-sklearn-1.5@latest', compute='aml-cluster', display_name='training')\n"
         "returned = ml_client.create_or_update(job)";
}

/// A studio with a folder of code.
struct Course : Studio {
  Course() { write("src/train.py", "import sklearn, sys\nprint('trained with', sklearn.__name__)\nsys.exit(int(sys.argv[1]))\n"); }
  void write(const std::string& name, const std::string& text) { REQUIRE(files->write(instance().share, "Users/alex.martin/labs/" + name, text)); }
};

}  // namespace

TEST_CASE("a job that nobody awaits is followed to its end on a branch, and the present stays as it is", "[job]") {
  if (!usable()) return;
  Course course;
  const auto record = course.run({kConnect, submit("python train.py 0")});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  REQUIRE(record.cells[1].jobs.size() == 1);
  const Time before = course.azure.simulator.now();
  CHECK(see_jobs_to_their_end(course.azure.simulator, *course.machines).empty());
  CHECK(course.azure.simulator.now() == before);
  CHECK_FALSE(all_jobs(course.azure.simulator).at(0).ended());
  CHECK(course.machines->replaced().at(0).starts_with("the environment AzureML-sklearn-1.5:46: Python 3."));
}

TEST_CASE("a job that fails is explained by the end of its log", "[job]") {
  if (!usable()) return;
  Course course;
  const auto record = course.run({kConnect, submit("python train.py 3")});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  const auto failures = see_jobs_to_their_end(course.azure.simulator, *course.machines);
  REQUIRE(failures.size() == 1);
  INFO(failures[0].why);
  CHECK(failures[0].job.display == "training");
  CHECK(failures[0].job.status == "Failed");
  CHECK_FALSE(failures[0].blocked);
  CHECK(failures[0].why.find("trained with sklearn") != std::string::npos);
}

TEST_CASE("a cell that waits for its job waits in simulated time, and what it finds is the job's own end", "[job]") {
  if (!usable()) return;
  Course course;
  const std::string wait = "import time\nstatus = returned.status\nwhile status not in ('Completed', 'Failed'):\n    time.sleep(30)\n    status = ml_client.jobs.get(returned.name).status\nprint(str(status).split('.')[-1].title())\n";
  const auto record = course.run({kConnect, submit("python train.py 0"), wait, submit("python train.py 1"), wait + "assert status == 'Completed'"});
  INFO(record.evidence);
  CHECK(record.cells.at(2).output.ends_with("Completed\n"));
  CHECK(record.verdict == verdict::kFailed);
  CHECK(record.cells.back().error.find("The job 'training' ended as Failed: ") != std::string::npos);
  CHECK(record.cells.back().error.find("trained with sklearn") != std::string::npos);
}

TEST_CASE("a job whose environment this computer has not is blocked, and says why", "[job]") {
  if (!usable()) return;
  Course course;
  const auto record = course.run({kConnect, "job = command(code='./src', command='python train.py 0', environment='AzureML-tensorflow-2.16-cuda12@latest', compute='aml-cluster')\nreturned = ml_client.create_or_update(job)"});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  const auto failures = see_jobs_to_their_end(course.azure.simulator, *course.machines);
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].blocked);
  CHECK(failures[0].why.find("tensorflow") != std::string::npos);
}

TEST_CASE("what only measures its users is no reason for a failure; whatever else was asked for and not served is", "[job]") {
  const NotServed before{.routes = {{"GET management.azure.com/old", "1"}}, .hosts = {{"seen.example.org", 1}}};
  NotServed after = before;
  for (const char* host : {"eastus-8.in.applicationinsights.azure.com", "eastus.livediagnostics.monitor.azure.com", "settings.sdk.monitor.azure.com", "dc.services.visualstudio.com", "rt.services.visualstudio.com"}) after.hosts[host] = 1;
  after.routes["GET 169.254.169.254/metadata/instance/compute"] = "1";
  CHECK(after.beyond(before).empty());
  after.routes["GET management.azure.com/new"] = "1";
  after.hosts["seen.example.org"] = 2;
  after.hosts["logs.ingest.monitor.azure.com"] = 1;
  CHECK(after.beyond(before) == "GET management.azure.com/new, the host logs.ingest.monitor.azure.com, the host seen.example.org");
  NotServed again = after;
  again.routes["GET management.azure.com/old"] = "2";
  CHECK(again.beyond(after) == "GET management.azure.com/old");
}
