// What one request costs, and the parts it is made of.
#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/http/router.hpp"
#include "sim/query/jmespath.hpp"
#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

constexpr const char* kWorkspaces = "Microsoft.MachineLearningServices/workspaces";

/// Seconds that python3 needs for a statement, by its own timeit; empty when it cannot.
std::string python_peer(const std::string& what, const std::string& setup, const std::string& statement) {
  const Child child = run_child({"python3", "-c", "import time,timeit\n" + setup + "\nt=timeit.Timer(lambda: " + statement + ", timer=time.process_time)\nn=2000\nprint(sorted(t.repeat(7,n))[3]/n*1e6)"});
  return child.status == 0 ? what + ": " + with_unit(std::strtod(child.output.c_str(), nullptr), "us") : std::string();
}

void add_router(Chapter& chapter, const Azure& azure, int runs) {
  // The simulator's own routes, with handlers that nobody calls.
  Router router;
  std::vector<std::string> paths;
  for (const auto& line : azure.simulator.operations()) {
    const auto columns = split(line, '\t');
    const auto slash = columns[2].find('/');
    const std::string host = columns[2].substr(0, slash);
    const std::string pattern = columns[2].substr(slash);
    router.add({*parse_method(columns[1]), host, pattern, columns[0], nullptr});
    if (columns[1] == "GET" && host == kArmHost) paths.push_back(replace_all(replace_all(pattern, "{", ""), "}", ""));
  }
  std::size_t found = 0;
  const double all = median_seconds(runs, 50, [&] {
    for (const auto& path : paths) found += router.find(Method::get, kArmHost, path).route != nullptr ? 1U : 0U;
  });
  chapter.add("router: one of " + std::to_string(router.routes().size()) + " routes, parameters decoded", all / static_cast<double>(paths.size()) * 1e6, "us");
  if (found == 0) chapter.notes.push_back("the router found nothing: the figure above is worthless");
}

}  // namespace

Chapter measure_calls(const Options& options) {
  Chapter chapter{.title = "One request in process"};
  const int runs = options.quick ? 3 : 11;
  Azure azure;
  azure.make_workspace();
  const std::string path = Azure::resource(kWorkspaces, "lab") + "?api-version=2024-04-01";
  const Request get = Request::make(Method::get, path);
  const std::string answer = azure.simulator.handle(get).body.text();
  chapter.add("GET of a workspace (" + with_commas(answer.size()) + " bytes)", median_seconds(runs, 5000, [&] { azure.simulator.handle(get); }) * 1e6, "us", 5);
  chapter.add("GET of a workspace that does not exist (404)", median_seconds(runs, 1000, [&] { azure.get(Azure::resource(kWorkspaces, "none")); }) * 1e6, "us");
  chapter.add("list of a group's resources", median_seconds(runs, 500, [&] { azure.get(Azure::group() + "/resources"); }) * 1e6, "us");
  add_router(chapter, azure, runs);

  const std::string setup = "import json\ns='''" + answer + "'''";
  chapter.add("JSON: parse that answer and write it again", median_seconds(runs, 2000, [&] { dump(*parse_json(answer)); }) * 1e6, "us", 0,
              python_peer("python3 json", setup, "json.dumps(json.loads(s))"));
  const Json list = Json::parse(azure.get(Azure::group() + "/resources").body.text());
  constexpr const char* kQuery = "value[?location=='eastus'].{Name:name, Type:type} | sort_by(@, &Name)";
  chapter.add("JMESPath: parse a filter with a projection and a sort", median_seconds(runs, 2000, [&] { static_cast<void>(Query::parse(kQuery)); }) * 1e6, "us");
  const auto query = Query::parse(kQuery);
  chapter.add("JMESPath: search a group's list with it", median_seconds(runs, 1000, [&] { static_cast<void>(query->search(list)); }) * 1e6, "us", 0,
              python_peer("python3 jmespath", "import json,jmespath\ns=json.loads('''" + dump(list) + "''')\nq=jmespath.compile(\"" + kQuery + "\")", "q.search(s)"));

  chapter.add("snapshot of that world", median_seconds(runs, 2000, [&] { azure.simulator.snapshot(); }) * 1e6, "us");
  const Snapshot before = azure.simulator.snapshot();
  std::size_t number = 0;
  chapter.add("PUT of a component and restore of the snapshot before it", median_seconds(runs, 200, [&] {
    azure.put(Azure::component(number++), R"({"location":"eastus","kind":"web"})");
    azure.simulator.restore(before);
  }) * 1e6, "us");
  return chapter;
}

}  // namespace azlab::bench
