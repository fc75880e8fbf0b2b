// What can be said of a notebook by its text: cases that fire, and near misses that do not.
#include "harness/lint/notebook.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/lint/python_text.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using Names = std::vector<std::string>;

namespace {

/// A cell is code; one that begins with "md:" is Markdown.
Json notebook_of(const std::vector<std::string>& cells) {
  Json out = {{"nbformat", 4}, {"nbformat_minor", 5},
              {"metadata", {{"kernelspec", {{"name", "python310-azureml"}, {"display_name", "Python 3.10 - AzureML"}, {"language", "python"}}}, {"language_info", {{"name", "python"}}}}},
              {"cells", Json::array()}};
  for (const auto& cell : cells) {
    const bool prose = cell.starts_with("md:");
    Json one = {{"cell_type", prose ? "markdown" : "code"}, {"metadata", Json::object()}, {"source", prose ? cell.substr(3) : cell}};
    if (!prose) one.update({{"execution_count", nullptr}, {"outputs", Json::array()}});
    out["cells"].push_back(one);
  }
  return out;
}

lint::NotebookUse use() {
  return {.path = "Labs/01/Try.ipynb", .line = 12, .judge_kernel = true, .kernels = shell::load_machine("compute-instance").value().kernels, .as_of = "2026-11-23"};
}

std::vector<lab::Finding> findings(const Json& notebook, const lint::NotebookUse& how = use()) { return lint::check_notebook(notebook.dump(), how); }

Names rules_in(const Json& notebook, const lint::NotebookUse& how = use()) {
  Names out;
  for (const auto& f : findings(notebook, how)) {
    CHECK(f.line == how.line);
    CHECK(rules::find_rule(f.rule) != nullptr);
    out.push_back(f.rule);
  }
  return out;
}

Names in_cells(const std::vector<std::string>& cells, const lint::NotebookUse& how = use()) { return rules_in(notebook_of(cells), how); }

}  // namespace

TEST_CASE("notebook: the sample course's notebooks have nothing to be mended", "[notebook]") {
  int seen = 0;
  for (const auto& path : fixtures::list("fixtures/course/Labs/")) {
    if (!path.ends_with(".ipynb")) continue;
    for (const bool named : {false, true}) {
      auto how = use();
      how.kernel_named = named;
      how.run_all = true;
      const auto found = lint::check_notebook(fixtures::get(path), how);
      INFO(path << (found.empty() ? "" : ": " + found[0].message));
      CHECK(found.empty());
    }
    ++seen;
  }
  CHECK(seen == 2);
}

TEST_CASE("notebook: what Jupyter would not open", "[notebook]") {
  const auto rule_of = [](const std::string& text) {
    const auto found = lint::check_notebook(text, use());
    REQUIRE(found.size() == 1);
    CHECK(found[0].rule == "nb/unreadable");
    return found[0].message;
  };
  CHECK(rule_of("{\"cells\": [").find("it is no JSON") != std::string::npos);
  CHECK(rule_of("[]").find("nbformat") != std::string::npos);
  CHECK(rule_of("{\"nbformat\": 3, \"worksheets\": []}").find("its format is 3") != std::string::npos);
  CHECK(rule_of("{\"nbformat\": 4, \"metadata\": {}}").find("no cells") != std::string::npos);
  CHECK(rule_of("{\"nbformat\": 4, \"cells\": [{\"source\": []}]}").find("no type") != std::string::npos);
  CHECK(in_cells({}).empty());
}

TEST_CASE("notebook: kernel and language", "[notebook]") {
  const auto with = [](const Json& metadata) {
    Json out = notebook_of({"1"});
    out["metadata"] = metadata;
    return out;
  };
  const Json python = {{"name", "python"}, {"version", "3.10.12"}};
  CHECK(rules_in(with({{"language_info", python}})) == Names{"nb/no-kernel"});
  CHECK(rules_in(with(Json::object())) == Names{"nb/no-language", "nb/no-kernel"});
  CHECK(rules_in(with({{"kernelspec", {{"name", "conda-env-mine-py"}, {"display_name", "mine"}, {"language", "python"}}}})) == Names{"nb/kernel-not-offered"});
  CHECK(rules_in(with({{"kernelspec", {{"name", "python38-azureml"}, {"display_name", "Python 3.8 - AzureML"}, {"language", "python"}}}})) == Names{"nb/kernel-retired"});
  CHECK(rules_in(with({{"kernelspec", {{"name", "python3"}, {"display_name", "Python 3"}, {"language", "python"}}}, {"language_info", {{"name", "python"}, {"version", "2.7.18"}}}})) == Names{"nb/language-version"});
  // Near misses: Jupyter's own name under another display name, another language, another product, a lab that says which to choose.
  CHECK(rules_in(with({{"kernelspec", {{"name", "python3"}, {"display_name", ".venv (3.11.4)"}, {"language", "python"}}}, {"language_info", python}})).empty());
  CHECK(rules_in(with({{"kernelspec", {{"name", "ir"}, {"display_name", "R"}, {"language", "R"}}}})).empty());
  CHECK(rules_in(with({{"kernelspec", {{"name", "python3"}, {"display_name", "Python 3"}}}, {"language_info", {{"name", "python"}, {"version", "3.14.0"}}}})).empty());
  auto elsewhere = use();
  elsewhere.judge_kernel = false;
  CHECK(rules_in(with({{"kernelspec", {{"name", "synapse_pyspark"}, {"display_name", "Synapse PySpark"}, {"language", "Python"}}}}), elsewhere).empty());
  auto named = use();
  named.kernel_named = true;
  CHECK(rules_in(with({{"language_info", python}}), named).empty());
  auto earlier = use();
  earlier.as_of = "2025-03-31";
  CHECK(rules_in(with({{"kernelspec", {{"name", "python38-azureml"}, {"display_name", "Python 3.8 - AzureML"}, {"language", "python"}}}}), earlier).empty());
}

TEST_CASE("notebook: saved errors and the order of the cells", "[notebook]") {
  const Json error = {{"output_type", "error"}, {"ename", "NameError"}, {"evalue", "name 'x' is not defined"}, {"traceback", Json::array()}};
  Json saved = notebook_of({"md:Print it.", "print(x)"});
  saved["cells"][1]["outputs"].push_back(error);
  const auto found = findings(saved);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "nb/output-error");
  CHECK(found[0].message == "Labs/01/Try.ipynb: cell 1 was saved with an error in its output: NameError: name 'x' is not defined");
  CHECK(found[0].quote == "print(x)");
  saved["cells"][0]["source"] = "The next cell fails, since nothing has made the variable.";
  CHECK(rules_in(saved).empty());
  saved["cells"][0]["source"] = "Print it.";
  saved["cells"][1]["metadata"]["tags"] = {"raises-exception"};
  CHECK(rules_in(saved).empty());

  const auto counts = [](const std::vector<int>& saved_counts) {
    Json out = notebook_of(std::vector<std::string>(saved_counts.size(), "1"));
    for (std::size_t i = 0; i < saved_counts.size(); ++i) {
      if (saved_counts[i] > 0) out["cells"][i]["execution_count"] = saved_counts[i];
    }
    return out;
  };
  CHECK(rules_in(counts({5, 2, 3})) == Names{"nb/cell-order"});
  CHECK(rules_in(counts({1, 2, 7})).empty());
  CHECK(rules_in(counts({3, 0, 4})).empty());
  CHECK(rules_in(counts({0, 0, 0})).empty());
}

TEST_CASE("notebook: placeholders that nothing tells to replace", "[notebook]") {
  for (const char* cell : {"subscription_id = \"<subscription-id>\"", "ws = MLClient(cred, '<SUBSCRIPTION_ID>', rg)", "url = \"https://<your-endpoint>.inference.ml.azure.com/score\"",
                           "key = \"YOUR_KEY\"", "account_name=\"YOUR-STORAGE-ACCOUNT-NAME\"", "group = \"your-resource-group\"", "key = 'TODO'", "limit = TODO", "key = \"XXXX-XXXX\""}) {
    INFO(cell);
    CHECK(in_cells({"md:Connect to the workspace.", cell}) == Names{"nb/placeholder"});
    CHECK(in_cells({"md:Replace the placeholder, then connect to the workspace.", cell}).empty());
    CHECK(in_cells({std::string("# enter yours\n") + cell}).empty());
    auto told = use();
    told.words = {"Remplacez les espaces réservés, puis exécutez toutes les cellules."};
    CHECK(in_cells({cell}, told).empty());
  }
  for (const char* cell : {"html = \"<b>bold</b><br>\"", "x = a < b and c > d", "print(f\"{name}\")", "pattern = r\"(?P<user_name>\\w+)\"", "# TODO: plot it\nplot(x)", "your_name = input()", "text = \"x\" * 4",
                           "print(\"<title>\")", "repr(obj) == '<Run id=3>'", "xml = \"<row id='1'>\"", "todo = []"}) {
    INFO(cell);
    CHECK(in_cells({cell}).empty());
  }
}

TEST_CASE("notebook: a job's results are used before it has ended", "[notebook]") {
  const std::string made = "from azure.ai.ml import command\njob = command(\n    code=\"./src\",\n    command=\"python train.py\",\n)";
  const std::string submit = "returned_job = ml_client.create_or_update(job)";
  const std::string takes = "ml_client.jobs.download(name=returned_job.name, output_name=\"score\")";
  const auto found = findings(notebook_of({made, submit, takes}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "nb/race-job");
  CHECK(found[0].message == "Labs/01/Try.ipynb: cell 3 uses what the job of cell 2 makes, and nothing waits for the job to end.");
  CHECK(found[0].quote == submit + "  …  " + takes);
  CHECK(in_cells({"job = ml_client.jobs.create_or_update(pipeline)", "model = Model(path=f\"azureml://jobs/{job.name}/outputs/artifacts/paths/model/\")"}) == Names{"nb/race-job"});
  CHECK(in_cells({made, submit, "job_name = returned_job.name", "models.create(path=f\"azureml://jobs/{job_name}/outputs\")"}) == Names{"nb/race-job"});
  CHECK(in_cells({"job = ml_client.batch_endpoints.invoke(\n    endpoint_name=endpoint.name, input=data)", "ml_client.jobs.download(name=job.name, output_name=\"score\")"}) == Names{"nb/race-job"});
  CHECK(in_cells({made, submit, "mlflow.search_runs([e.experiment_id], filter_string=\"metrics.AUC > 0.8\")"}) == Names{"nb/race-job"});

  for (const char* waits : {"ml_client.jobs.stream(returned_job.name)", "wait_for(returned_job)", "while ml_client.jobs.get(returned_job.name).status != \"Completed\":\n    time.sleep(30)",
                            "import time\nfor _ in range(20):\n    time.sleep(60)"}) {
    INFO(waits);
    CHECK(in_cells({made, submit, waits, takes}).empty());
    CHECK(in_cells({made, submit + "\n" + waits, takes}).empty());
  }
  CHECK(in_cells({made, submit, "print(returned_job.studio_url)", "ml_client.jobs.get(returned_job.name).status"}).empty());
  CHECK(in_cells({made, submit, "ml_client.jobs.download(name=\"a-job-of-last-week\")"}).empty());
  CHECK(in_cells({made, submit, "mlflow.search_runs([e.experiment_id])"}).empty());
  CHECK(in_cells({"ml_client.create_or_update(dataset)", "ml_client.jobs.download(name=dataset.name)"}).empty());
  CHECK(in_cells({made, submit, "%%writefile src/get.py\nml_client.jobs.download(name=returned_job.name)"}).empty());
}

TEST_CASE("notebook: waiting that only the reader does is none where the lab has all cells run", "[notebook]") {
  const std::vector<std::string> cells = {"job = ml_client.jobs.create_or_update(job)", "md:Wait until the job's status is **Completed**.", "ml_client.jobs.download(name=job.name)"};
  CHECK(in_cells(cells).empty());
  auto all = use();
  all.run_all = true;
  const auto found = findings(notebook_of(cells), all);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "nb/race-job");
  CHECK(found[0].message.ends_with("the lab has all cells run at once."));
}

TEST_CASE("notebook: an operation is only begun, and the next cell builds on it", "[notebook]") {
  const std::string endpoint = "endpoint = ManagedOnlineEndpoint(\n    name=endpoint_name,\n    auth_mode=\"key\",\n)";
  CHECK(in_cells({endpoint, "ml_client.online_endpoints.begin_create_or_update(endpoint)", "ml_client.online_endpoints.get(name=endpoint_name)"}) == Names{"nb/race-operation"});
  CHECK(in_cells({"cluster = AmlCompute(name=\"aml-cluster\", max_instances=2)\nml_client.begin_create_or_update(cluster)", "cluster = ml_client.compute.get(\"aml-cluster\")\nprint(cluster.max_instances)"}) == Names{"nb/race-operation"});
  CHECK(in_cells({"name = \"aml-cluster\"", "big = AmlCompute(name=name)", "poller = ml_client.begin_create_or_update(big)", "ml_client.compute.get(\"aml-cluster\")"}) == Names{"nb/race-operation"});

  // As a notebook about batch endpoints goes: neither is awaited, each builds on the one before.
  const std::string deployment = "deployment = BatchDeployment(\n    name=\"classifier\",\n    endpoint_name=endpoint.name,\n)\nml_client.batch_deployments.begin_create_or_update(deployment)";
  CHECK(in_cells({endpoint + "\nml_client.batch_endpoints.begin_create_or_update(endpoint)", deployment, "endpoint.defaults[\"deployment_name\"] = deployment.name\nml_client.batch_endpoints.begin_create_or_update(endpoint)"}) == Names{"nb/race-operation"});

  CHECK(in_cells({endpoint, "ml_client.online_endpoints.begin_create_or_update(endpoint).result()", "ml_client.online_endpoints.get(name=endpoint_name)"}).empty());
  CHECK(in_cells({endpoint, "ml_client.online_endpoints.begin_create_or_update(\n    endpoint\n).result()", "ml_client.online_endpoints.get(name=endpoint_name)"}).empty());
  CHECK(in_cells({endpoint, "poller = ml_client.begin_create_or_update(endpoint)", "poller.wait()", "ml_client.online_endpoints.get(name=endpoint_name)"}).empty());
  CHECK(in_cells({endpoint, "poller = ml_client.begin_create_or_update(endpoint)", "watch(poller)", "ml_client.online_endpoints.get(name=endpoint_name)"}).empty());
  CHECK(in_cells({endpoint, "ml_client.begin_create_or_update(endpoint)", "ml_client.online_endpoints.list()"}).empty());
  CHECK(in_cells({endpoint, "ml_client.begin_create_or_update(endpoint)", "ml_client.compute.get(\"aml-cluster\")"}).empty());
  CHECK(in_cells({endpoint, "ml_client.begin_create_or_update(endpoint).result()", "ml_client.online_endpoints.begin_delete(name=endpoint_name)"}).empty());
}

TEST_CASE("notebook: the text above a cell against its code", "[notebook]") {
  const std::string job = "job = command(\n    code=\"./src\",\n    compute=\"aml-cluster\",\n    experiment_name=\"diabetes\",\n    instance_count=1,\n)";
  const auto found = findings(notebook_of({"md:The job runs on the cluster `cpu-cluster`.", job}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "nb/prose-differs");
  CHECK(found[0].message == "Labs/01/Try.ipynb: the text above cell 1 says 'cluster cpu-cluster', the cell says compute=aml-cluster.");
  CHECK(in_cells({"md:The experiment `heart-disease` keeps its runs.", job}) == Names{"nb/prose-differs"});
  CHECK(in_cells({"md:Note that `instance_count` is `2`.", job}) == Names{"nb/prose-differs"});
  CHECK(in_cells({"md:With `instance_count=2` it is faster.", job}) == Names{"nb/prose-differs"});
  CHECK(in_cells({"md:The next cell writes `src/train-model.py`.", "%%writefile src/train.py\nprint(1)"}) == Names{"nb/prose-differs"});

  CHECK(in_cells({"md:The job runs on the cluster `aml-cluster`, in the experiment `diabetes`.", job}).empty());
  CHECK(in_cells({"md:The job runs on the cluster cpu-cluster.", job}).empty());  // no literal
  CHECK(in_cells({"md:Two nodes would be faster: try `instance_count`.", job}).empty());
  CHECK(in_cells({"md:Unlike the cluster `gpu-cluster`, it is cheap.", job, "big = AmlCompute(name=\"gpu-cluster\")"}).empty());
  CHECK(in_cells({"md:The cluster `cpu-cluster` runs it.", "name = get()\njob = command(compute=name)"}).empty());
  CHECK(in_cells({"md:The cluster `cpu-cluster` runs one of them.", "a = command(compute=\"one\")\nb = command(compute=\"two\")"}).empty());
  CHECK(in_cells({"md:The environment `AzureML-sklearn-1.5` is used.", "job = command(environment=\"AzureML-sklearn-1.5@latest\")"}).empty());
  CHECK(in_cells({"md:It reads `diabetes.csv`.", "%%writefile src/train.py\nprint(1)"}).empty());
  CHECK(in_cells({"md:It needs `helper.py` and makes `train.py`.", "%%writefile src/train.py\nprint(1)"}).empty());
  CHECK(in_cells({"md:It is imported by `main.py`.", "%%writefile src/train.py\nprint(1)", "!python main.py"}).empty());
}

TEST_CASE("notebook: what is retired in its cells is the material's, at the lab's line", "[notebook]") {
  const auto found = findings(notebook_of({"%pip install azureml-core", "from azureml.core import Workspace", "%%writefile src/conda.yml\ndependencies:\n  - python=3.8"}));
  REQUIRE(found.size() == 3);
  CHECK(found[0].rule == "retired/package");
  CHECK(found[0].message.starts_with("Labs/01/Try.ipynb: cell 1: 'azureml-core'"));
  CHECK(found[0].line == 12);
  CHECK(rules::owner_of(found[0]) == "material");
  CHECK(found[1].rule == "retired/package");
  CHECK(found[2].rule == "retired/python");
  CHECK(in_cells({"md:The deprecated SDK began like this:", "from azureml.core import Workspace"}).empty());
  CHECK(in_cells({"pip show azureml-core"}).empty());
}

TEST_CASE("notebook: statements of Python by quotes and brackets", "[notebook]") {
  const auto all = lint::statements_of("a = call(1,  # one\n    \"#no comment\")\n  b = '''x\ny'''\nif a: pass\nc = \"open\nd = 1");
  REQUIRE(all.size() == 5);
  CHECK(all[0].text == "a = call(1,       \"#no comment\")");
  CHECK(all[0].first == "a = call(1,  # one");
  CHECK(all[1].indent == 2);
  CHECK(all[1].line == 3);
  CHECK(all[1].text == "b = '''x y'''");
  CHECK(all[4].text == "d = 1");
  CHECK(all[4].line == 7);
  CHECK(lint::comments_of("x = '# no' # yes\n# and this").find("no") == std::string::npos);
}
