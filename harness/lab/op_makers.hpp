#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/action_parts.hpp"
#include "harness/lab/sentence.hpp"

namespace azlab::lab {

// The ops of one action by what its verb is about; `ops_of` (ops.cpp) knows which verb takes which.

// ---- pages and what is pressed on them (page_ops.cpp) ----

std::vector<Op> select_ops(const Action& action, const Sentence& sentence);
std::vector<Op> nav_ops(const Action& action, const Sentence& sentence);
std::vector<Op> open_ops(const Action& action, const Sentence& sentence);
std::vector<Op> close_ops(const Action& action);
std::vector<Op> signin_ops(const Action& action, const Sentence& sentence);

// ---- forms, their fields and what they make (form_ops.cpp) ----

std::vector<Op> input_ops(const Action& action, const Sentence& sentence, const ProsePlace& place);
std::vector<Op> create_ops(const Action& action, const Sentence& sentence, const ProsePlace& place);
/// "Drag the **Temperature** slider to `0.2`" sets a value.
bool drags_to_value(const Action& action);

// ---- what is checked, waited for or confirmed (check_ops.cpp) ----

std::vector<Op> check_ops(const Action& action, const Sentence& sentence, const std::string& last_entity, bool before_fields);
std::vector<Op> wait_ops(const Action& action, const Sentence& sentence, const std::string& last_entity);
/// "Confirm.", "Confirm with **Delete**", "Confirm the deletion".
std::vector<Op> confirm_ops(const Action& action, const Sentence& sentence, const std::string& last_entity);

// ---- what is run, stopped or deleted (run_ops.cpp) ----

std::vector<Op> run_ops(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity);
std::vector<Op> retry_ops(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity);
/// "Delete the resource group **X**": what is deleted, by its page or by the command that follows.
std::vector<Op> delete_ops(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity);
/// Stopping, starting and restarting: what the studio does with a compute instance.
std::vector<Op> power_ops(const Action& action, std::string_view verb, const std::string& last_entity);

}  // namespace azlab::lab
