#include "harness/app/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "sim/core/text.hpp"
#include "sim/faults/recognise.hpp"

namespace azlab::app {
namespace {

constexpr int kWrongUse = 2;
constexpr int kNotFound = 1;
constexpr std::size_t kTextBytesMax = std::size_t{1} << 20U;

std::string places_of(const faults::Fault& fault) {
  std::vector<std::string> out;
  for (const auto& point : fault.strikes) out.push_back(point.at == "request" ? point.operation : point.operation + ":" + point.at);
  if (fault.kind == "client") return "nothing: the client fails by itself";
  return out.empty() ? "not served" : join(out, ", ");
}

std::string grade_in_words(const std::string& grade) {
  if (grade == "A") return "A, the text stands in the evidence word for word";
  if (grade == "B") return "B, nearly word for word in the evidence";
  if (grade == "C") return "C, the condition is in the evidence, the words are composed";
  return "D, composed";
}

void print_fault(const faults::Fault& fault) {
  std::cout << fmt::format("Cause: {}\nWhat to do: {}\n", fault.cause, fault.cure);
}

void print_origin(const faults::Fault& fault) {
  if (!fault.clients.empty()) std::cout << "Clients: " << fault.clients << "\n";
  if (!fault.note.empty()) std::cout << "Note: " << fault.note << "\n";
  std::cout << fmt::format("Grade: {}; {}\n", grade_in_words(fault.grade), fault.frequency);
  for (const auto& source : fault.evidence) std::cout << "  " << source << "\n";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

int list_faults(const FaultFilter& filter) {
  for (const auto& fault : faults::all_faults()) {
    if (filter.not_served != fault.strikes.empty()) continue;
    const bool strikes = std::any_of(fault.strikes.begin(), fault.strikes.end(), [&](const auto& point) { return glob_match(point.operation, filter.operation); });
    if (!filter.operation.empty() && !strikes) continue;
    std::cout << fmt::format("{:<38} {:<8} {:<4} {}\n", fault.id, fault.kind, fault.status == 0 ? "-" : std::to_string(fault.status), places_of(fault));
  }
  return 0;
}

int show_fault(const std::string& id) {
  const auto* fault = faults::find_fault(id);
  if (fault == nullptr) {
    std::vector<std::string> ids;
    for (const auto& one : faults::all_faults()) ids.push_back(one.id);
    const auto near = nearest(id, ids, 1);
    std::cerr << "azlab: there is no fault '" << id << "'" << (near.empty() ? "; azlab faults list names them" : "; do you mean '" + near.front() + "'?") << "\n";
    return kWrongUse;
  }
  std::cout << fmt::format("{}: {}, {}\n\n", fault->id, fault->theme, fault->kind);
  if (fault->status != 0) std::cout << "Status: " << fault->status << (fault->code.empty() ? "" : " " + fault->code) << "\n";
  for (const auto& wording : fault->wordings) std::cout << "Says: " << wording << "\n";
  std::cout << "Strikes: " << places_of(*fault) << "\n";
  print_fault(*fault);
  print_origin(*fault);
  if (!fault->strikes.empty()) std::cout << "\nTry it: azlab run --fault " << fault->id << " -- COMMAND\n";
  return 0;
}

int explain_error(const std::vector<std::string>& words) {
  std::string text = join(words, " ");
  if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
  if (trim(text).empty()) {
    std::cerr << "azlab: faults why: give the error's text, or - to read it from standard input\n";
    return kWrongUse;
  }
  if (text.size() > kTextBytesMax) {
    std::cerr << "azlab: faults why: the text is longer than a megabyte; give the error alone\n";
    return kWrongUse;
  }
  const auto found = faults::recognise(text);
  if (found.empty()) {
    std::cerr << "azlab: no fault of the catalogue reads like this (azlab faults list names them)\n";
    return kNotFound;
  }
  const bool sure = faults::is_sure(found.front());
  if (!sure) std::cout << "No fault of the catalogue reads exactly like this. The nearest:\n\n";
  for (const auto& one : found) {
    std::cout << one.fault->id << ": " << (one.fault->wordings.empty() ? one.fault->code : first_line(one.fault->wordings.front())) << "\n";
    for (const auto& [name, value] : one.values) std::cout << "  " << name << ": " << value << "\n";
    print_fault(*one.fault);
    std::cout << fmt::format("All about it: azlab faults show {}\n{}", one.fault->id, sure ? "" : "\n");
    if (sure) break;  // what comes behind is less like the text, or the shell around it
  }
  return sure ? 0 : kNotFound;
}

}  // namespace azlab::app
