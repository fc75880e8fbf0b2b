#include <algorithm>

#include "harness/guide/deriver.hpp"
#include "harness/guide/lab_text.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

constexpr NounType kNouns[] = {{"resource group", "Microsoft.Resources/resourceGroups", ""},
                               {"workspace", "Microsoft.MachineLearningServices/workspaces", ""},
                               {"compute instance", "Microsoft.MachineLearningServices/workspaces/computes", "ComputeInstance"},
                               {"compute cluster", "Microsoft.MachineLearningServices/workspaces/computes", "AmlCompute"},
                               {"storage account", "Microsoft.Storage/storageAccounts", ""},
                               {"key vault", "Microsoft.KeyVault/vaults", ""},
                               {"job", "Microsoft.MachineLearningServices/workspaces/jobs", ""}};

constexpr int kLookPoints = 1;
constexpr int kOutcomePoints = 2;

/// Whether it asks the reader to look whether something is so: that does not show by what comes later.
bool looks_into(const Item& item) {
  return std::any_of(item.checks.begin(), item.checks.end(), [](const Check& check) { return check.look && check.kind != Check::Kind::page && check.kind != Check::Kind::terminal; });
}

bool has_outcome(const Item& item) { return std::any_of(item.checks.begin(), item.checks.end(), [](const Check& check) { return !check.look && check.kind != Check::Kind::with_item; }); }

}  // namespace

// Kinds that are not here say something to the reader, or ask for something that nobody can see.
const Deriver::Row Deriver::kReaders[] = {
    {"nav.url", &Deriver::open_page},    {"nav.page", &Deriver::open_page},      {"ctx.switch", &Deriver::switch_app},  {"ui.click", &Deriver::click},
    {"ui.confirm", &Deriver::click},     {"ui.form", &Deriver::form},            {"form.field", &Deriver::field},       {"ui.fill", &Deriver::fill},
    {"res.create", &Deriver::create},    {"res.delete", &Deriver::erase},        {"res.stop", &Deriver::start_or_stop}, {"res.start", &Deriver::start_or_stop},
    {"shell.open", &Deriver::open_shell}, {"shell.block", &Deriver::block},      {"file.content", &Deriver::file_text}, {"ui.save", &Deriver::save},
    {"nb.open", &Deriver::open_notebook}, {"nb.kernel", &Deriver::kernel},       {"nb.runall", &Deriver::run_notebook}, {"verify", &Deriver::look_for},
    {"wait", &Deriver::look_for}};

const NounType* find_noun(std::string_view noun) {
  const auto* const found = std::find_if(std::begin(kNouns), std::end(kNouns), [&](const NounType& one) { return one.noun == noun; });
  return found == std::end(kNouns) ? nullptr : found;
}

int points_of(const Check& check) {
  if (check.kind == Check::Kind::with_item) return 0;
  // What is to be left as it is costs nobody much.
  const bool left_off = check.kind == Check::Kind::setting && check.value == "off";
  return check.look || left_off ? kLookPoints : kOutcomePoints;
}

int Item::points() const {
  int out = 0;
  for (const auto& check : checks) out += points_of(check);
  return optional ? 0 : out;
}

int Deriver::goal(std::string_view noun, const std::string& name) {
  for (std::size_t i = plan_.goals.size(); i-- > 0;) {
    const Goal& one = plan_.goals[i];
    if (one.noun == noun && (name.empty() || equals_ignore_case(one.name, name))) return static_cast<int>(i);
  }
  const auto* const known = find_noun(noun);
  if (known == nullptr) return -1;
  plan_.goals.push_back({.type = std::string(known->type), .noun = std::string(noun), .kind = std::string(known->kind), .name = name});
  return static_cast<int>(plan_.goals.size()) - 1;
}

/// What is described on a form exists once it was committed: by the last of the presses for it, or by whatever the text has instead.
void Deriver::close_form() {
  if (form_ >= 0 && commit_) plan_.items[*commit_].checks.push_back({.kind = Check::Kind::exists, .goal = form_});
  if (form_ >= 0 && commit_) last_outcome_ = commit_;
  form_ = -1;
  commit_.reset();
}

void Deriver::close_delete() {
  if (deleting_ >= 0) plan_.items[delete_item_].checks.push_back({.kind = Check::Kind::gone, .goal = deleting_});
  if (deleting_ >= 0) last_outcome_ = delete_item_;
  deleting_ = -1;
}

void Deriver::step(std::size_t index) {
  at_ = index;
  on_the_way_ = false;
  const lab::Step& step = lab_.steps[index];
  const bool commands = std::any_of(step.units.begin(), step.units.end(), [](const lab::Unit& unit) {
    return std::any_of(unit.ops.begin(), unit.ops.end(), [](const lab::Op& op) { return op.kind == "shell.block"; });
  });
  for (const auto& unit : step.units) {
    for (const auto& op : unit.ops) {
      // What stands under a condition need not come to pass; it is done when what it is for is.
      if (op.conditional) on_the_way_ = on_the_way_ || op.kind.starts_with("ui.") || op.kind.starts_with("shell.");
      if (op.conditional || op.optional || op.after_failure) continue;
      // The caption of a fence says what its commands do.
      if (commands && (op.kind == "res.create" || op.kind == "res.delete" || (op.kind == "ui.click" && op.args.empty()))) continue;
      const auto* const row = std::find_if(std::begin(kReaders), std::end(kReaders), [&](const Row& one) { return one.kind == op.kind; });
      if (op.kind == "ui.search" || op.kind == "file.open" || op.kind == "shell.type") on_the_way_ = true;
      if (row != std::end(kReaders)) (this->*row->read)(op);
    }
  }
  for (auto& check : item().checks) check.tolerated = !step.tolerance_lines.empty();
  if (has_outcome(item())) last_outcome_ = at_;
  ways_.push_back(on_the_way_);
}

/// What only leads somewhere shows by the outcome to which it leads, the next of its section.
void Deriver::lead_to_outcomes() {
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    Item& item = plan_.items[i];
    if (!ways_[i] || has_outcome(item) || looks_into(item)) continue;
    for (std::size_t next = i + 1; next < plan_.items.size() && plan_.items[next].section == item.section; ++next) {
      if (!has_outcome(plan_.items[next])) continue;
      item.leads_to = next;
      break;
    }
  }
}

void Deriver::derive() {
  for (std::size_t i = 0; i < lab_.steps.size(); ++i) {
    if (i > 0 && plan_.items[i].section != plan_.items[i - 1].section) {
      close_form();
      close_delete();
    }
    step(i);
  }
  close_form();
  close_delete();
  lead_to_outcomes();
}

Plan make_plan(const lab::Lab& lab) {
  Plan plan{.file = lab.file, .title = lab.title, .language = lab.language};
  add_text(lab, plan);
  for (const auto& step : lab.steps) {
    Item& item = plan.items[static_cast<std::size_t>(&step - lab.steps.data())];
    item.id = "L" + std::to_string(step.line);
    item.line = step.line;
    item.text = step.text;
    item.optional = step.optional || !step.skip_reason.empty();
  }
  Deriver(lab, plan).derive();
  return plan;
}

}  // namespace azlab::guide
