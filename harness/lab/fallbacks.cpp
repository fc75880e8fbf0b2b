#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/lab/document.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

/// Something that a step makes under a name that the text gives.
struct Product {
  std::string kind{};  ///< "workspace", "compute", "variable"…
  std::string name{};  ///< empty: the reader chooses one
  int line = 0;
  int nodes = 0;  ///< most nodes of a cluster; 0: not said
};

constexpr std::size_t kProductsMost = 400;  // looked after in one lab: the search for those who need them is quadratic

/// Which command makes what, and which option names it.
struct Maker {
  RE2 command;
  const char* kind;
  RE2 name;
};

/// `--name x`, `-n "x"`, `--name=x`: literals alone, no variables.
std::string option_pattern(const char* names) { return R"re((?:^|\s))re" + std::string(names) + R"re((?:\s+|=)["']?([A-Za-z][\w-]{2,})["']?(?:\s|$))re"; }

const std::array<Maker, 7>& makers() {
  static const std::array<Maker, 7> kMakers{{{R"(\baz\s+group\s+create\b)", "resource group", option_pattern("(?:--name|-n|--resource-group|-g)")},
                                             {R"(\baz\s+ml\s+workspace\s+create\b)", "workspace", option_pattern("(?:--name|-n)")},
                                             {R"(\baz\s+ml\s+compute\s+create\b)", "compute", option_pattern("(?:--name|-n)")},
                                             {R"(\baz\s+storage\s+account\s+create\b)", "storage account", option_pattern("(?:--name|-n)")},
                                             {R"(\baz\s+keyvault\s+create\b)", "key vault", option_pattern("(?:--name|-n)")},
                                             {R"(\baz\s+ml\s+(?:online|batch)-endpoint\s+create\b)", "endpoint", option_pattern("(?:--name|-n)")},
                                             {R"(\baz\s+ml\s+data\s+create\b)", "data asset", option_pattern("(?:--name|-n)")}}};
  return kMakers;
}

struct FieldMaker {
  const char* label;
  const char* kind;
};
constexpr std::array<FieldMaker, 7> kNamingFields{{{"Resource group", "resource group"}, {"Workspace name", "workspace"}, {"Compute name", "compute"}, {"Storage account name", "storage account"},
                                             {"Key vault name", "key vault"}, {"Endpoint name", "endpoint"}, {"Data asset name", "data asset"}}};

/// The literal that an option has; empty for variables, placeholders and what is not there.
std::string option(const std::string& command, const RE2& pattern) {
  static const RE2 kPlaceholder(R"((?i)x{3,}|^your)");
  std::string value;
  RE2::PartialMatch(command, pattern, &value);
  return RE2::PartialMatch(value, kPlaceholder) ? std::string() : value;
}

/// A fence's commands, a line each, with the lines that a backslash joins put together.
std::vector<std::pair<int, std::string>> commands_in(const Unit& unit, const Op& op) {
  std::vector<std::pair<int, std::string>> out;
  int number = unit.line;
  bool goes_on = false;
  for (const auto& raw : split(op.code, '\n')) {
    ++number;
    std::string line(trim(raw));
    const bool more = line.ends_with('\\');
    if (more) line.pop_back();
    if (goes_on) {
      out.back().second += " " + line;
    } else if (!line.empty() && !line.starts_with('#')) {
      out.emplace_back(number, line);
    }
    goes_on = more && !out.empty();
  }
  return out;
}

void products_of_command(int line, const std::string& command, std::vector<Product>& out) {
  static const RE2 kNodes(R"(--max-instances[\s=]+(\d{1,4}))");
  for (const auto& maker : makers()) {
    if (!RE2::PartialMatch(command, maker.command)) continue;
    int nodes = 0;
    RE2::PartialMatch(command, kNodes, &nodes);
    out.push_back({.kind = maker.kind, .name = option(command, maker.name), .line = line, .nodes = nodes});
  }
  // A value that a command answers is there only when the command went well.
  static const RE2 kAnswer(R"(^(?:export\s+)?([A-Za-z_]\w*)=["']?\$\()");
  std::string variable;
  if (RE2::PartialMatch(command, kAnswer, &variable)) out.push_back({.kind = "variable", .name = variable, .line = line});
}

std::vector<Product> products_of(const std::vector<Unit>& units) {
  std::vector<Product> out;
  for (const auto& unit : units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.block") {
        for (const auto& [line, command] : commands_in(unit, op)) products_of_command(line, command, out);
      }
      if (op.kind != "form.field" && op.kind != "field.desc") continue;
      for (const auto& field : kNamingFields) {
        const bool known = op.value_mode == ValueMode::literal || op.value_mode == ValueMode::free_choice;
        if (equals_ignore_case(op.label_en, field.label) && known) out.push_back({.kind = field.kind, .name = op.value_mode == ValueMode::literal ? op.value : std::string(), .line = unit.line});
      }
      const std::string label = to_lower(op.label_en);
      if (label.find("maximum") != std::string::npos && label.find("nodes") != std::string::npos && !out.empty() && out.back().kind == "compute") out.back().nodes = std::atoi(op.value.c_str());
    }
  }
  return out;
}

std::vector<Product> products_of(const Alternative& alternative) {
  std::vector<Product> out;
  for (const auto& step : alternative.steps) {
    const auto made = products_of(step.units);
    out.insert(out.end(), made.begin(), made.end());
  }
  return out;
}

/// Whether the word stands in the text by itself.
bool names(std::string_view text, std::string_view word) {
  const auto inside = [&](std::size_t at) { return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '-' || text[at] == '_'); };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if ((at == 0 || !inside(at - 1)) && !inside(at + word.size())) return true;
  }
  return false;
}

/// Whether a command needs the product, rather than making it again or taking it away.
bool needs(const std::string& command, const Product& product) {
  static const RE2 kTakesAway(R"(\b(?:delete|remove|purge)\b)");
  if (RE2::PartialMatch(command, kTakesAway)) return false;
  if (product.kind == "variable") return command.find("${" + product.name) != std::string::npos || names(replace_all(command, "$", " $ "), "$ " + product.name);
  return names(command, product.name);
}

/// The line of a step that needs the product; 0 when none does.
int line_that_needs(const Step& step, const Product& product) {
  for (const auto& unit : step.units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.block" || op.kind == "ui.paste_cell" || op.kind == "file.content") {
        for (const auto& [line, command] : commands_in(unit, op)) {
          if (needs(command, product)) return line;
        }
        continue;
      }
      const bool asks = op.kind.starts_with("nav.") || op.kind == "ui.click" || op.kind == "verify" || op.kind == "wait" || op.kind == "form.field" || op.kind.starts_with("res.");
      if (!asks || product.kind == "variable" || op.kind == "res.delete" || op.optional) continue;
      const auto is_name = [&](const std::string& text) { return text == product.name; };
      if (std::any_of(op.args.begin(), op.args.end(), is_name) || is_name(op.value)) return unit.line;
      if (std::any_of(op.predicates.begin(), op.predicates.end(), [&](const Predicate& p) { return is_name(p.value); })) return unit.line;
    }
  }
  return 0;
}

bool makes(const std::vector<Product>& products, const std::string& kind, const std::string& name) {
  return std::any_of(products.begin(), products.end(), [&](const Product& p) { return p.kind == kind && p.name == name; });
}

/// What each step of the main path makes.
using Products = std::vector<std::vector<Product>>;

/// The first later line of the main path that needs it before any later step makes it; 0 when none.
int needed_later(const Lab& lab, const Products& made, std::size_t from, const Product& product) {
  for (std::size_t i = from + 1; i < lab.steps.size(); ++i) {
    const Step& step = lab.steps[i];
    if (!step.skip_reason.empty() || makes(made[i], product.kind, product.name)) return 0;
    if (step.optional) continue;
    if (const int line = line_that_needs(step, product); line > 0) return line;
  }
  return 0;
}

/// The most nodes that a later line asks a job for, with the line.
std::pair<int, int> nodes_asked_later(const Lab& lab, std::size_t from) {
  static const RE2 kCount(R"(\binstance[-_]count["']?\s*[=: ]\s*(\d{1,4}))");
  std::pair<int, int> out{0, 0};
  for (std::size_t i = from + 1; i < lab.steps.size(); ++i) {
    for (const auto& unit : lab.steps[i].units) {
      for (const auto& op : unit.ops) {
        for (const auto& [line, command] : commands_in(unit, op)) {
          int count = 0;
          if (RE2::PartialMatch(command, kCount, &count) && count > out.first) out = {count, line};
        }
      }
    }
  }
  return out;
}

std::string called(const Product& product) { return product.name.empty() ? "a name of the reader's choice" : "'" + product.name + "'"; }

bool repeats(const Alternative& alternative) {
  return std::any_of(alternative.steps.begin(), alternative.steps.end(), [](const Step& step) {
    return std::any_of(step.units.begin(), step.units.end(), [](const Unit& unit) { return std::any_of(unit.ops.begin(), unit.ops.end(), [](const Op& op) { return op.kind == "retry"; }); });
  });
}

void check_alternative(const Lab& lab, const Products& made, std::size_t at, std::vector<Finding>& out) {
  const Step& step = lab.steps[at];
  const auto& main = made[at];
  const auto other = products_of(*step.alternative);
  const auto remade = std::find_if(main.begin(), main.end(), [&](const Product& p) {
    return p.kind != "variable" && std::any_of(other.begin(), other.end(), [&](const Product& o) { return o.kind == p.kind; });
  });
  // An alternative that mends something and has the commands repeated makes nothing itself.
  if (remade == main.end() || repeats(*step.alternative)) return;
  for (auto product = remade; product != main.end(); ++product) {
    if (product->name.empty() || makes(other, product->kind, product->name)) continue;
    const int line = needed_later(lab, made, at, *product);
    if (line == 0) continue;
    const auto instead = std::find_if(other.begin(), other.end(), [&](const Product& o) { return o.kind == product->kind; });
    const bool renamed = instead != other.end();
    out.push_back(rules::finding("fallback/lacks", renamed ? instead->line : step.alternative->line,
                                 renamed ? fmt::format("the way out gives the {} {}, but line {} needs '{}', the name that line {} gives it", product->kind, called(*instead), line, product->name, product->line)
                                         : fmt::format("the way out makes no {} '{}': line {} makes it on the main way, and line {} needs it", product->kind, product->name, product->line, line),
                                 renamed ? "give it the same name" : "make it there as well"));
  }
  for (const auto& product : other) {
    const bool more = product.nodes > 0 && std::any_of(main.begin(), main.end(), [&](const Product& p) { return p.kind == "compute" && p.name == product.name && p.nodes > product.nodes; });
    const auto [count, line] = more ? nodes_asked_later(lab, at) : std::pair<int, int>{0, 0};
    if (count <= product.nodes || line == 0) continue;
    out.push_back(rules::finding("fallback/lacks", product.line, fmt::format("the way out gives the cluster '{}' {} node{} at most, but line {} asks for {}", product.name, product.nodes, product.nodes == 1 ? "" : "s", line, count), "give it as many nodes as the main way does"));
  }
}

void check_optional(const Lab& lab, const Products& made, std::size_t at, std::vector<Finding>& out) {
  const Step& step = lab.steps[at];
  for (const auto& product : made[at]) {
    if (product.name.empty()) continue;
    // What an earlier step has made is there whether or not this one is carried out.
    const bool before = std::any_of(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(at), [&](const auto& earlier) { return makes(earlier, product.kind, product.name); });
    const int line = before ? 0 : needed_later(lab, made, at, product);
    if (line == 0) continue;
    out.push_back(rules::finding("fallback/optional-needed", step.line, fmt::format("the step is optional, but line {} needs the {} '{}' that only it makes", line, product.kind, product.name), "say that the later step depends on it, or make it part of the main way"));
  }
}

}  // namespace

void check_fallbacks(const Lab& lab, std::vector<Finding>& out) {
  Products made;
  std::size_t count = 0;
  for (const auto& step : lab.steps) {
    made.push_back(count < kProductsMost ? products_of(step.units) : std::vector<Product>{});
    count += made.back().size();
  }
  for (std::size_t i = 0; i < lab.steps.size(); ++i) {
    if (lab.steps[i].alternative) check_alternative(lab, made, i, out);
    if (lab.steps[i].optional && lab.steps[i].skip_reason.empty()) check_optional(lab, made, i, out);
  }
}

}  // namespace azlab::lab
