#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/guide/check.hpp"
#include "harness/guide/settings.hpp"

namespace azlab::guide {

/// Reads what can be seen of each instruction out of its operations. One per lab; what an operation means depends on those before it
/// (which terminal is open, which form is filled, which file is made), and that is kept here. Split over derive.cpp (the order of
/// things), derive_page.cpp (portal and studio), derive_work.cpp (commands, files, notebooks).
class Deriver {
 public:
  Deriver(const lab::Lab& lab, Plan& plan) : lab_(lab), plan_(plan) {}
  /// Gives each item of the plan its checks; items and lab.steps are the same, in the same order.
  void derive();

 private:
  using Read = void (Deriver::*)(const lab::Op&);
  struct Row {
    std::string_view kind;
    Read read;
  };
  static const Row kReaders[];

  void step(std::size_t index);
  void open_page(const lab::Op& op);
  void switch_app(const lab::Op& op);
  void click(const lab::Op& op);
  void form(const lab::Op& op);
  void field(const lab::Op& op);
  void fill(const lab::Op& op);
  void create(const lab::Op& op);
  void erase(const lab::Op& op);
  void start_or_stop(const lab::Op& op);
  void open_shell(const lab::Op& op);
  void block(const lab::Op& op);
  void file_text(const lab::Op& op);
  void save(const lab::Op& op);
  void open_notebook(const lab::Op& op);
  void kernel(const lab::Op& op);
  void run_notebook(const lab::Op& op);
  void look_for(const lab::Op& op);

  void add(Check check) { item().checks.push_back(std::move(check)); }
  void add_az(const std::string& command);
  void add_page(const lab::Op& op, std::size_t at);
  /// Of the form that is being described.
  void add_setting(const SettingPlace& place, const std::string& label, const std::string& value);
  void click_delete(const std::string& label);
  void predicate(const lab::Predicate& predicate, bool waits);
  /// The goal of a noun and a name (empty: the last one of it, whatever its name), made when there is none.
  int goal(std::string_view noun, const std::string& name);
  void close_form();
  void close_delete();
  void lead_to_outcomes();
  Item& item() { return plan_.items[at_]; }
  const Goal& goal_at(int index) const { return plan_.goals[static_cast<std::size_t>(index)]; }

  const lab::Lab& lab_;
  Plan& plan_;
  std::size_t at_ = 0;             ///< the item that is read
  bool on_the_way_ = false;        ///< it has something to press or to fill that shows by what comes of it
  std::vector<bool> ways_{};       ///< the same of each item
  std::string machine_{};          ///< of the terminal that was opened last
  int form_ = -1;                  ///< the goal that is being described
  std::optional<std::size_t> commit_{};  ///< the item that commits it
  int chosen_ = -1;                ///< the goal that the page is about
  int deleting_ = -1;              ///< the goal whose deletion was begun
  std::size_t delete_item_ = 0;
  std::string file_{};             ///< being made or edited
  std::optional<std::pair<std::size_t, std::string>> pasted_{};  ///< item and text that wait for being saved
  std::string notebook_{};
  std::optional<std::size_t> last_outcome_{};  ///< the last item that changes something
};

/// The type that a noun of fixtures/languages stands for; nullptr where it is no resource.
struct NounType {
  std::string_view noun;
  std::string_view type;
  std::string_view kind;
};
const NounType* find_noun(std::string_view noun);
/// Pages by a path of the learner's: "Users/<user>/…" without what stands for the name.
std::string own_path(std::string path);

}  // namespace azlab::guide
