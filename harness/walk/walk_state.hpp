#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/rules/catalogue.hpp"
#include "harness/walk/match.hpp"
#include "harness/walk/walker.hpp"
#include "sim/core/draw.hpp"

namespace azlab::walk {

/// One op being carried out, with what came of it so far.
struct Task {
  const lab::Op& op;
  const lab::Unit& unit;
  const lab::Step& step;
  OpResult result{};

  OpResult done(std::string verdict, std::string evidence) {
    result.verdict = std::move(verdict);
    // What the reader had to do on the way (a repair) stays in front.
    result.evidence = result.evidence.empty() ? std::move(evidence) : result.evidence + " " + evidence;
    return std::move(result);
  }
  OpResult passed(std::string evidence) { return done("passed", std::move(evidence)); }
  OpResult failed(std::string evidence) { return done("failed", std::move(evidence)); }
  void add(std::string_view rule, std::string message, std::string suggestion = {}) {
    result.findings.push_back(rules::finding(rule, unit.line, std::move(message), std::move(suggestion)));
  }
  void note(std::string evidence) { result.evidence += (result.evidence.empty() ? "" : " ") + evidence; }
};

/// What the walker is made of; each .cpp file holds the members for one kind of step.
struct Walker::Impl {
  Surroundings around;
  Options options;
  std::unique_ptr<Pages> own_pages;
  Pages& session;  ///< own_pages
  Draw draw;
  const portal::Library& library;

  // What a reader keeps in mind.
  std::string last_instance{};         ///< the compute instance created last
  std::string last_resource{};         ///< the resource group or workspace opened last
  std::uint64_t generated = 0;         ///< names made up so far
  Time started{};                      ///< when that began for which the next wait waits
  Time last_op_end{};                  ///< when the walker last did something; commands ran since then
  bool commit_refused = false;         ///< the page refused the commit that was pressed last
  std::string refused_form{};          ///< the screen whose commit was refused and that was left so
  bool form_touched = false;           ///< a form is open because the text said so
  std::vector<std::string> stay_off{}; ///< ids of toggles that the text wants off

  Impl(Surroundings a, Options o, std::unique_ptr<Pages> p);

  // match and press (press.cpp)
  portal::Outcome act(const std::string& kind, const std::string& target = {}, const std::string& value = {});
  OpResult press(Task& task, const portal::Control& control, const portal::View& view);
  OpResult click(Task& task);
  OpResult click_label(Task& task, const Wanted& wanted, const Accept& accept);
  std::vector<std::string> untranslated_labels(const Task& task, const portal::View& view) const;
  OpResult missing(Task& task, const Wanted& wanted, const portal::View& view);
  OpResult not_simulated(Task& task, const portal::View& view);
  bool does_nothing(const portal::Control& control, const portal::View& view) const;
  /// Opens the portal for a text that begins in it without giving its address.
  void open_portal_if_none(Task& task);
  OpResult pick_resource(Task& task, const std::string& name, const portal::View& view);
  bool open_contexts(Task& task, const std::vector<Wanted>& contexts);
  bool go_to_label(Task& task, const Wanted& wanted, const std::vector<Wanted>& contexts, const Accept& accept);
  const Json* other_generation(const Wanted& wanted, const portal::View& view) const;
  void note_generation(Task& task, const Wanted& wanted, const portal::View& view, const Json& other);
  bool wait_for_label(Task& task, const Wanted& wanted, const Accept& accept);
  bool pressed_later(const Task& task, const portal::View& view) const;
  bool take_older_way(Task& task, const Wanted& wanted, const portal::View& view);
  bool step_to_label(Task& task, const Wanted& wanted);

  // places (places.cpp)
  OpResult go_url(Task& task);
  OpResult go_page(Task& task);
  OpResult switch_app(Task& task);
  OpResult open_shell(Task& task);
  OpResult choose_shell(Task& task);
  OpResult dismiss(Task& task);
  OpResult close(Task& task);
  OpResult refresh(Task& task);
  OpResult search(Task& task);
  OpResult go_to_resource(Task& task, const std::string& name, const std::string& entity);

  // forms (forms.cpp, commit.cpp)
  OpResult form(Task& task);
  OpResult field(Task& task);
  OpResult fill(Task& task);
  OpResult create(Task& task);
  OpResult create_folder(Task& task, const std::string& name);
  OpResult negation(Task& task);
  OpResult set_field(Task& task, const portal::Control& control, const std::string& value);
  std::string made_up_value(const portal::Control& control);
  /// Presses what the text forgot before an op that needs its result; false when the page refuses.
  bool commit_if_left(Task& task);
  bool stays_on_form(const lab::Op& op, const portal::View& view, const std::string& screen) const;
  std::string commit(std::vector<lab::Finding>& findings, int line, const portal::View& view);

  // what the text orders without naming the controls (resources.cpp)
  OpResult confirm(Task& task);
  OpResult delete_resource(Task& task);
  OpResult delete_group(Task& task, const std::string& name);
  OpResult switch_instance(Task& task);
  OpResult choose_compute(Task& task, bool cluster, std::string& name);

  // files (files.cpp)
  OpResult open_file(Task& task);
  OpResult paste(Task& task);
  OpResult save_file(Task& task);
  OpResult check_path(Task& task, const std::string& path, bool directory);
  std::string bind_user(std::string path) const;
  bool show_notebooks(Task& task);

  // checks (check.cpp, wait.cpp)
  OpResult verify(Task& task);
  OpResult observe(Task& task);
  OpResult check(Task& task, const lab::Predicate& predicate);
  OpResult check_compute(Task& task, const lab::Predicate& predicate);
  OpResult wait(Task& task);
  OpResult wait_for_command(Task& task);
  OpResult wait_for_page(Task& task);
  void check_stated_time(Task& task, Duration took);
};

std::vector<Wanted> contexts_of(const lab::Op& op);
Wanted wanted_of(const lab::Op& op, std::size_t index);
/// Controls that can be pressed.
bool is_pressable(const portal::Control& control);
std::string in_quotes(std::string_view text);

}  // namespace azlab::walk
