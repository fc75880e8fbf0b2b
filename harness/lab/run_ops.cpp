#include "harness/lab/op_makers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace azlab::lab {
namespace {

using Kind = Mark::Kind;

/// What "run it" means: something that runs, and was spoken of last.
std::string thing_to_run(const Action& action, const std::string& last_entity) {
  static constexpr std::array<std::string_view, 3> kRunnable{"cell", "query", "pipeline"};
  const std::string thing = thing_of(action);
  const bool means_last = thing.empty() && std::find(kRunnable.begin(), kRunnable.end(), last_entity) != kRunnable.end();
  return means_last ? last_entity : thing;
}

}  // namespace

std::vector<Op> run_ops(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity) {
  const std::string thing = thing_to_run(action, last_entity);
  if (thing == "visual studio code") return {Op{.kind = "nav.page", .entity = thing}};
  // "Paste this and run the cell:" comes behind the code.
  const bool ran_otherwise = thing == "cell" || thing == "query" || thing == "pipeline";
  if (thing == "cell" && labels_of(action).empty()) return {Op{.kind = "nb.runcell"}};
  if (place.before_code && !ran_otherwise) return {Op{.kind = "shell.run"}};
  for (const MarkAt* mark : action.args) {
    // "Git: Clone" is a command of an editor's palette.
    if (mark->mark->kind == Kind::code && !is_url(mark->mark->text) && mark->mark->text.find(": ") == std::string::npos) {
      return {Op{.kind = "shell.run"}, Op{.kind = "shell.block", .code = mark->mark->text + "\n"}};
    }
  }
  if (is_button(action, sentence)) return select_ops(action, sentence);
  Op op{.kind = "ui.run", .entity = thing};
  const std::vector<const MarkAt*> labels = labels_of(action);
  for (const MarkAt* mark : labels) {
    if (labels.size() == 1 || url_of(*mark).empty()) add_label(op, *mark);
  }
  add_places(op, action);
  return {std::move(op)};
}

std::vector<Op> retry_ops(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity) {
  // Without a failure to repair, running again is running.
  const std::string thing = action.conditional ? std::string() : thing_to_run(action, {});
  if (thing == "cell" || thing == "query" || thing == "pipeline") return run_ops(action, sentence, place, last_entity);
  if (!action.conditional && !labels_of(action).empty()) return {Op{.kind = "step.repeat"}};
  return {Op{.kind = "retry"}};
}

std::vector<Op> delete_ops(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity) {
  const bool command = std::any_of(action.args.begin(), action.args.end(), [](const MarkAt* m) {
    return m->mark->kind == Kind::code && m->mark->text.find(' ') != std::string::npos;
  });
  if (command) return run_ops(action, sentence, place, last_entity);
  if (place.before_code && thing_of(action).empty() && labels_of(action).empty()) return {Op{.kind = "res.delete"}};
  Op op{.kind = "res.delete", .entity = thing_of(action)};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  // What "it" is where something failed, only the reader knows.
  if (op.entity.empty() && op.args.empty() && !action.conditional) op.entity = last_entity;
  add_places(op, action);
  return {std::move(op)};
}

std::vector<Op> power_ops(const Action& action, std::string_view verb, const std::string& last_entity) {
  Op op{.kind = "res." + std::string(verb), .entity = thing_of(action)};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  if (verb != "stop" && op.entity.empty()) op.entity = "compute instance";  // the phrase holds the noun
  static constexpr std::array<std::string_view, 4> kStoppable{"compute instance", "compute cluster", "virtual machine", "job"};
  const bool means_last = std::find(kStoppable.begin(), kStoppable.end(), last_entity) != kStoppable.end();
  if (op.entity.empty() && op.args.empty() && means_last) op.entity = last_entity;  // "… and stop it"
  if (op.entity.empty() && op.args.empty()) return {unknown_op(action)};
  add_places(op, action);
  return {std::move(op)};
}

}  // namespace azlab::lab
