#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::site {

/// A notebook (nbformat 4) as its file holds it: what the page shows and changes of it, with all else kept as it is. Cells are known
/// by their ids; where the file has none (before nbformat 4.5) they get ids that are not written.
/// Source of the format: nbformat's description of notebooks, https://nbformat.readthedocs.io.
class NotebookDocument {
 public:
  /// An empty text is a new notebook. Fails with one line where the text is no notebook of format 4.
  static Result<NotebookDocument> parse(const std::string& text);
  ~NotebookDocument();
  NotebookDocument(NotebookDocument&&) noexcept;
  NotebookDocument& operator=(NotebookDocument&&) noexcept;
  /// As Jupyter writes it: sorted keys, one space of indent, long texts as lists of lines.
  std::string text() const;

  /// The cells as the page has them (`Cell` of sim/portal/web/src/protocol.ts).
  Json cells() const;
  /// Takes kinds, sources and order from the page; what a known cell has beside them stays. Fails when a cell is no cell.
  Result<void> arrange(const Json& cells);

  /// Ids of code cells that hold code, in order.
  std::vector<std::string> code_cells() const;
  /// None where there is no such code cell.
  std::optional<std::string> source(const std::string& id) const;
  void set_source(const std::string& id, const std::string& source);
  /// A list, empty where there is no such code cell.
  Json outputs(const std::string& id) const;
  /// Null where it was not run.
  Json count(const std::string& id) const;
  void set_outputs(const std::string& id, const Json& outputs, const Json& count);

  /// The kernel that it names by its display name; empty when it names none.
  std::string kernel() const;
  void set_kernel(const std::string& name, const std::string& display);

 private:
  explicit NotebookDocument(Json notebook);
  Json* find(const std::string& id);
  const Json* find(const std::string& id) const;
  void name_cells();

  std::unique_ptr<Json> notebook_;
  bool ids_written_;
};

}  // namespace azlab::site
