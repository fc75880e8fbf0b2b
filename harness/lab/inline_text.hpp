#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::lab {

/// Something marked up in running text: a label, a code span, a link, a pictogram.
struct Mark {
  enum class Kind { bold, italic, code, link, bracket, quote, glyph };
  Kind kind = Kind::bold;
  std::string text{};   ///< content without markup, entities decoded, spaces evened out
  std::string as_written{};  ///< the same before evening out: no-break spaces still there
  std::string url{};    ///< link
  bool in_parentheses = false;
  bool broken = false;  ///< CommonMark would not see this emphasis
};

/// Running text with its marks taken out: in `text` (folded) mark i is the one character U+E000+i.
struct InlineText {
  std::string text{};
  std::string plain{};  ///< the whole as a reader sees it, case kept
  std::vector<Mark> marks{};
};

/// Reads inline markup tolerantly (labs.md 2.3, layer 0): CommonMark's flanking rules do not hold for translated
/// pages, a reader still sees what was meant. Takes linear time.
InlineText scan_inline(std::string_view source);

inline constexpr std::size_t kMarksMax = 4000;

/// The number of the mark at `at` of a folded text and the length of its character; -1 when there is none.
int mark_at(std::string_view folded, std::size_t at);
inline constexpr std::size_t kMarkBytes = 3;

}  // namespace azlab::lab
