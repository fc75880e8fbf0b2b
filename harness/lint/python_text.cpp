#include "harness/lint/python_text.hpp"

#include <utility>

#include "sim/core/text.hpp"

namespace azlab::lint {
namespace {

/// Reads Python character by character: in which quotes it is, how deep in brackets, and whether in a comment.
class PythonReader {
 public:
  explicit PythonReader(std::string_view text) : text_(text) {}

  void read() {
    for (std::size_t at = 0; at < text_.size();) at = step(at);
    end_statement();
  }

  std::vector<Statement> statements{};
  std::string comments{};

 private:
  std::size_t step(std::size_t at) {
    const char c = text_[at];
    if (begins_) begin_line(at);
    if (!quote_.empty()) return inside_quotes(at);
    if (c == '#') return comment(at);
    if (c == '"' || c == '\'') return open_quotes(at);
    if (c == '\n') return end_line(at);
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    current_.text += c;
    return at + 1;
  }

  void begin_line(std::size_t at) {
    begins_ = false;
    if (!current_.first.empty()) return;
    std::size_t end = text_.find('\n', at);
    if (end == std::string_view::npos) end = text_.size();
    const std::string_view line = text_.substr(at, end - at);
    const std::size_t blanks = line.find_first_not_of(" \t");
    current_ = {.first = std::string(trim(line)), .line = line_, .indent = blanks == std::string_view::npos ? 0 : static_cast<int>(blanks)};
  }

  std::size_t inside_quotes(std::size_t at) {
    if (text_[at] == '\\') {
      current_.text += text_.substr(at, 2);
      return at + 2;
    }
    // A string that its line does not close is no string.
    const bool lost = quote_.size() == 1 && text_[at] == '\n';
    if (lost || text_.substr(at).starts_with(quote_)) {
      if (!lost) current_.text += quote_;
      const std::size_t next = lost ? at : at + quote_.size();
      quote_.clear();
      return next;
    }
    if (text_[at] == '\n') ++line_;
    current_.text += text_[at] == '\n' ? ' ' : text_[at];
    return at + 1;
  }

  std::size_t open_quotes(std::size_t at) {
    const std::string three(3, text_[at]);
    quote_ = text_.substr(at).starts_with(three) ? three : three.substr(0, 1);
    current_.text += quote_;
    return at + quote_.size();
  }

  std::size_t comment(std::size_t at) {
    std::size_t end = text_.find('\n', at);
    if (end == std::string_view::npos) end = text_.size();
    comments += std::string(text_.substr(at, end - at)) + "\n";
    return end;
  }

  std::size_t end_line(std::size_t at) {
    ++line_;
    begins_ = true;
    const bool goes_on = depth_ > 0 || current_.text.ends_with('\\');
    if (current_.text.ends_with('\\')) current_.text.pop_back();
    if (goes_on) {
      current_.text += ' ';
    } else {
      end_statement();
    }
    return at + 1;
  }

  void end_statement() {
    current_.text = std::string(trim(current_.text));
    if (!current_.text.empty()) statements.push_back(std::move(current_));
    current_ = {};
    depth_ = 0;
  }

  std::string_view text_;
  Statement current_{};
  std::string quote_{};
  int depth_ = 0;
  int line_ = 1;
  bool begins_ = true;
};

}  // namespace

std::vector<Statement> statements_of(std::string_view python) {
  PythonReader reader(python);
  reader.read();
  return std::move(reader.statements);
}

std::string comments_of(std::string_view python) {
  PythonReader reader(python);
  reader.read();
  return std::move(reader.comments);
}

}  // namespace azlab::lint
