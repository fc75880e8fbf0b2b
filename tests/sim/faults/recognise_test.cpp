// Whoever pastes an error is told its fault: every text of the catalogue leads back to its entry, in the forms in which az and
// the SDK print it.
#include "sim/faults/recognise.hpp"

#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::faults;

namespace {

std::string filled(const std::string& wording) {
  std::string out;
  for (const auto& [literal, placeholder] : parts_of(wording)) out += literal + (placeholder.empty() ? "" : "a-" + placeholder + "-1");
  return out;
}

bool same_words(const Fault& a, const Fault& b) {
  return std::any_of(a.wordings.begin(), a.wordings.end(), [&](const auto& one) { return std::find(b.wordings.begin(), b.wordings.end(), one) != b.wordings.end(); });
}

std::size_t letters_of(const std::string& wording) {
  std::size_t out = 0;
  for (const auto& part : parts_of(wording)) out += part.literal.size();
  return out;
}

}  // namespace

TEST_CASE("every wording of the catalogue leads back to its fault", "[faults]") {
  std::size_t tried = 0;
  for (const auto& fault : all_faults()) {
    for (const auto& wording : fault.wordings) {
      // A shell around another error, or a word or two, is not enough to tell by.
      if (letters_of(wording) < 20 || fault.wraps) continue;
      ++tried;
      INFO(fault.id << ": " << wording);
      for (const auto& printed : {filled(wording), "ERROR: (" + fault.code + ") " + filled(wording) + "\nCode: " + fault.code, replace_all("{\"error\": \"" + replace_all(filled(wording), "\"", "\\\"") + "\"}", "\n", "\\r\\n")}) {
        const auto found = recognise(printed);
        REQUIRE_FALSE(found.empty());
        INFO("took it for " << found.front().fault->id);
        CHECK((found.front().fault->id == fault.id || same_words(*found.front().fault, fault)));
        CHECK(is_sure(found.front()));
      }
    }
  }
  CHECK(tried > 180);
}

TEST_CASE("an error is told rather than the shell around it, with what it names", "[faults]") {
  const auto found = recognise(
      "ERROR: {\"status\":\"Failed\",\"error\":{\"code\":\"DeploymentFailed\",\"target\":\"/subscriptions/1/x\",\"message\":\"At least one resource deployment operation failed. "
      "Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.\",\"details\":[{\"code\":\"Conflict\",\"message\":\"{\\r\\n  \\\"error\\\": {\\r\\n"
      "    \\\"code\\\": \\\"StorageAccountAlreadyTaken\\\",\\r\\n    \\\"message\\\": \\\"The storage account named mystorage is already taken.\\\"\\r\\n  }\\r\\n}\"}]}}");
  REQUIRE_FALSE(found.empty());
  CHECK(found.front().fault->id == "storage-name-taken");
  CHECK(found.front().values.at("account") == "mystorage");
}

TEST_CASE("what is like nothing in the catalogue is not guessed at", "[faults]") {
  CHECK(recognise("The cat sat on the mat.").empty());
  CHECK(recognise("").empty());
  CHECK(recognise("error").empty());
  const auto near = recognise("Operation failed: (StorageAccountAlreadyTaken)");
  REQUIRE_FALSE(near.empty());
  CHECK_FALSE(is_sure(near.front()));
  CHECK(near.front().fault->id == "storage-name-taken");
}
