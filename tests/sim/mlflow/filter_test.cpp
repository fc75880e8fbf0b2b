#include "sim/mlflow/filter.hpp"

#include "sim/mlflow/run_search.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::mlflow;

namespace {

std::string filter_error(std::string_view text) {
  auto filter = parse_filter(text);
  if (!filter) return filter.error().message;
  const auto ok = fit_run_filter(*filter);
  return ok ? "taken" : ok.error().message;
}

RunView run_of(double auc, const std::string& model) {
  RunView run;
  run.id = "r1";
  run.name = "first run";
  run.status = "FINISHED";
  run.start_time = 1'000;
  run.end_time = 61'000;
  run.metrics = {{"AUC", auc}, {"val/loss", 0.5}};
  run.params = {{"a b", "x"}, {"depth", "3"}};
  run.tags = {{"mlflow.source.name", "train.py"}, {"model_type", model}};
  run.datasets = {{"d", "123", "train"}};
  return run;
}

bool matches(const std::string& text) {
  auto filter = parse_filter(text);
  REQUIRE(filter);
  REQUIRE(fit_run_filter(*filter));
  return run_matches(run_of(0.85, "LogisticRegression"), *filter);
}

}  // namespace

TEST_CASE("a filter compares metrics, params, tags and attributes, joined by and") {
  CHECK(matches("metrics.AUC > 0.8 and tags.model_type = 'LogisticRegression'"));
  CHECK_FALSE(matches("metrics.AUC > 0.9 AND tags.model_type = 'LogisticRegression'"));
  CHECK(matches("metric.AUC>=8.5e-1 and params.depth = \"3\""));
  CHECK(matches("tags.mlflow.source.name LIKE '%.py'"));
  CHECK(matches("attributes.status = 'FINISHED' and run_id IN ('r0', 'r1')"));
  CHECK(matches("run_name ilike 'FIRST%' and status != 'FAILED'"));
  CHECK(matches("start_time < 1001 and end_time != 0"));
  CHECK(matches("dataset.name = 'd' and datasets.context = 'train'"));
  CHECK(matches(""));
  CHECK(matches("   "));
}

TEST_CASE("names with other characters stand in quotes") {
  CHECK(matches("params.`a b` = 'x'"));
  CHECK(matches("params.\"a b\" = 'x'"));
  CHECK(matches("metrics.`val/loss` < 1"));
  CHECK(matches("attributes.`run name` = 'first run'"));
  CHECK(matches("tags.\"mlflow.source.name\" = 'train.py'"));
}

TEST_CASE("what a run lacks matches nothing but is null") {
  CHECK_FALSE(matches("tags.team != 'a'"));
  CHECK_FALSE(matches("metrics.none < 1"));
  CHECK(matches("tags.team IS NULL"));
  CHECK(matches("params.depth IS NOT NULL"));
}

TEST_CASE("Azure's words are taken beside MLflow's: job states and quoted dates") {
  CHECK(matches("attributes.status = 'Completed'"));
  CHECK_FALSE(matches("status = 'Failed'"));
  CHECK(matches("attributes.start_time > '1970-01-01T00:00:00Z'"));
  CHECK(matches("attributes.duration = 60000"));
}

TEST_CASE("what MLflow does not understand is refused in its words") {
  CHECK(filter_error("metrics.AUC > 0.8 OR params.a = '1'") == "Invalid clause(s) in filter string: 'OR'");
  CHECK(filter_error("(metrics.AUC > 0.8)") == "Invalid clause(s) in filter string: '('");
  CHECK(filter_error("metric > 0.8") == "Invalid attribute key 'metric' specified. Valid keys are '{artifact_uri, created, Created, duration, end_time, run name, Run name, Run Name, run_id, run_name, start_time, status, user_id}'");
  CHECK(filter_error("things.a = 1") == "Invalid entity type 'things'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']");
  CHECK(filter_error("metrics.AUC > 'a'") == "Expected numeric value type for metric. Found 'a'");
  CHECK(filter_error("metrics.AUC LIKE '1'") == "Invalid comparator 'LIKE' not one of '{'=', '!=', '<', '<=', '>', '>='}'");
  CHECK(filter_error("params.a = 1") == "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1");
  CHECK(filter_error("params.a = b") == "Parameter value is either not quoted or unidentified quote types used for string value b. Use either single or double quotes.");
  CHECK(filter_error("params.a > 'b'") == "Invalid comparator '>' not one of '{'=', '!=', 'LIKE', 'ILIKE'}'");
  CHECK(filter_error("tags.a = 'b") == "Invalid clause(s) in filter string: 'b");
  CHECK(filter_error("metrics.AUC >") == "Invalid comparison clause. Expected 3 tokens found 2");
  CHECK(filter_error("metrics.AUC > 0.8 and") == "Invalid clause(s) in filter string: ''");
}

TEST_CASE("LIKE is over the whole text, % for any characters and _ for one") {
  CHECK(matches_like("a%c", "abbbc", false));
  CHECK(matches_like("%", "", false));
  CHECK(matches_like("a_c", "a\xc3\xa9" "c", false));
  CHECK_FALSE(matches_like("a_c", "abbc", false));
  CHECK_FALSE(matches_like("abc", "xabc", false));
  CHECK_FALSE(matches_like("ABC", "abc", false));
  CHECK(matches_like("ABC", "abc", true));
  CHECK(matches_like("%a%a%a%", "banana", false));
}

TEST_CASE("an order is a name and a direction; bare attributes are taken") {
  CHECK(parse_order("start_time DESC")->key == "start_time");
  CHECK_FALSE(parse_order("start_time DESC")->ascending);
  CHECK(parse_order("metrics.`a b`")->key == "a b");
  CHECK(parse_order("metrics.AUC asc")->ascending);
  CHECK(parse_order("start_time down").error().message == "Invalid ordering key in order_by clause 'start_time down'.");
  CHECK(parse_order("").error().message == "Invalid order_by clause ''. Could not be parsed.");
  CHECK(parse_order("a DESC b").error().message == "Invalid order_by clause 'a DESC b'. Could not be parsed.");
}

TEST_CASE("runs without a value come last in either direction, NaN before them") {
  const auto run = [](const std::string& id, std::vector<std::pair<std::string, double>> metrics) {
    auto out = std::make_shared<RunView>();
    out->id = id;
    out->metrics = std::move(metrics);
    return RunViewPtr(out);
  };
  std::vector<RunViewPtr> runs = {run("none", {}), run("low", {{"m", 1}}), run("nan", {{"m", std::numeric_limits<double>::quiet_NaN()}}), run("high", {{"m", 2}})};
  const auto ids = [&] {
    std::vector<std::string> out;
    for (const auto& one : runs) out.push_back(one->id);
    return out;
  };
  sort_runs(runs, {{.entity = Entity::metric, .key = "m", .ascending = false}}, 4);
  CHECK(ids() == std::vector<std::string>{"high", "low", "nan", "none"});
  sort_runs(runs, {{.entity = Entity::metric, .key = "m", .ascending = true}}, 4);
  CHECK(ids() == std::vector<std::string>{"low", "high", "nan", "none"});
}
