#include "harness/app/prepare.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

#include "harness/python/python.hpp"

namespace azlab::app {
namespace {

constexpr int kWrongName = 2;
constexpr int kCannotPrepare = 1;

}  // namespace

std::function<void(const std::string& line, bool is_progress)> say_preparing() {
  const bool terminal = ::isatty(2) == 1;
  const auto shown = std::make_shared<std::string>();
  return [terminal, shown](const std::string& line, bool is_progress) {
    if (is_progress && (!terminal || line == *shown)) return;
    if (terminal && !shown->empty()) std::cerr << "\r\033[K";
    *shown = is_progress ? line : "";
    std::cerr << "azlab: " << line << (is_progress ? "" : "\n") << std::flush;
  };
}

int prepare(const std::vector<std::string>& names, bool only_where) {
  const auto all = python::environments();
  if (!all) {
    std::cerr << "azlab: " << all.error().message << "\n";
    return kCannotPrepare;
  }
  std::vector<python::Environment> wanted;
  for (const auto& name : names) {
    auto found = python::find_environment(name);
    if (!found) {
      std::cerr << "azlab: " << found.error().message << "\n";
      return kWrongName;
    }
    wanted.push_back(std::move(*found));
  }
  int status = 0;
  if (names.empty()) {
    std::copy_if(all->begin(), all->end(), std::back_inserter(wanted), [](const python::Environment& one) { return !one.only_by_name; });
  }
  for (const auto& environment : wanted) {
    const auto prepared = only_where ? python::place_of(environment) : python::prepare_or_stand_in(environment, {.say = say_preparing()});
    if (prepared) {
      std::cout << prepared->name << "\tPython " << prepared->python_version << "\t" << prepared->directory << "\n";
    } else {
      std::cerr << "azlab: " << prepared.error().message << "\n";
      status = kCannotPrepare;
    }
  }
  return status;
}

}  // namespace azlab::app
