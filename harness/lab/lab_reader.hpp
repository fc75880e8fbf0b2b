#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/lab/document.hpp"
#include "harness/lab/sentence.hpp"
#include "harness/lab/settings.hpp"

namespace azlab::lab {

/// Walks the blocks of a page and makes units and steps of them.
class LabReader {
 public:
  explicit LabReader(Lab& lab, const Language* language) : lab_(lab), language_(language) {}

  void read(const std::vector<Block>& blocks);

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  // ---- what stands at the top level ----

  void read_top(const std::vector<Block>& blocks, std::size_t i);
  void read_heading(const Block& block);
  /// Whether a heading holds one of the language's `words` of that name; `at_start` where it must begin with it.
  bool heading_has(const std::string& text, std::string_view word, bool at_start) const;
  /// Bullets that tell what the page is about ("In this lab you will:", "Objectives"): nothing to do yet.
  bool is_announcement(const std::vector<Block>& blocks, std::size_t i) const;
  void read_top_item(const std::vector<Block>& blocks, std::size_t i);
  /// `- **Label**: value` at the top level: belongs to the form that the step before it opens, or describes the
  /// arguments of a command below.
  bool read_top_bullet_field(const Block& block);
  void read_loose_quote(const Block& block);
  void read_loose_paragraph(const std::vector<Block>& blocks, std::size_t i);
  void read_loose_fence(const std::vector<Block>& blocks, std::size_t i);
  void read_loose_table(const Block& block);

  // ---- inside an item (read_item.cpp) ----

  struct Kinds {
    std::string item;
    std::string nested;
    std::string quote;
  };

  void read_item(const Block& item, Step& step, const Kinds& kinds, bool fields_follow, bool code_follows);
  void read_item_paragraph(const Block& block, Step& step, const std::string& kind, const ProsePlace& place);
  void read_item_fence(const Block& block, Step& step);
  /// The file that the prose of a step names last: what a fence of file content goes into.
  std::string caption_file(const Step& step) const;
  void read_item_quote(const Block& quote, Step& step, const std::string& kind);
  /// An aside comments on its step: what is not understood in it is a remark.
  static void drop_unreadable(Unit& unit);
  void attach_aside(Step& step, const Unit& unit);
  void read_nested_item(const Block& item, Step& step, const std::string& kind, bool plain_fields = false);
  /// "Verify the following:" with the statements as bullets below, each of which is checked.
  bool asks_to_check(const Unit& header) const;
  static void check_listed(Unit& unit, const InlineText& text, const Language* language);
  /// "Do one of the following": the bullets below are ways, of which the reader takes one.
  bool offers_choice(const std::string& text) const;
  void read_nested_paragraph(const Block& block, Step& step, const std::string& kind, bool form, bool off, bool code, bool ordered);
  /// Bullets under an instruction list what it speaks of; a label alone in one is something to look at.
  static void drop_listed(Unit& unit);
  /// Two columns of settings and values are a form.
  void add_table(const Block& table, Step& step);

  // ---- details (read_item.cpp) ----

  void read_details_block(const Block& block);
  bool inside_item() const { return step_number_ != number_; }

  // ---- bookkeeping ----

  Unit make_unit(const Block& block, std::string kind, int step) const;
  void add_unit(Unit unit) { lab_.units.push_back(std::move(unit)); }

  /// A caption is changed when its fence is read: the copy in Lab::units follows.
  void refresh_unit(const Unit& changed);
  void add_step(Step step);

  Lab& lab_;
  const Language* language_;
  std::string section_;
  int number_ = 0;       ///< of the last step of the section
  int step_number_ = 0;  ///< of the item being read
  std::string antecedent_;
  bool section_optional_ = false;
  bool section_passive_ = false;  ///< its bullets announce or sum up
  bool last_form_ = false;
  std::size_t last_step_ = kNowhere;
  std::vector<Unit> after_step_;  ///< units of details, which follow the units of the item they stand in
  std::vector<PendingAlternative> pending_;
};

}  // namespace azlab::lab
