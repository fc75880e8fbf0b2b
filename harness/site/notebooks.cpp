#include "harness/site/notebooks.hpp"

#include <vector>

#include "sim/core/text.hpp"

namespace azlab::site {

std::shared_ptr<Notebook> Notebooks::at(const std::string& workspace, const std::string& path) {
  const std::lock_guard lock(mutex_);
  auto& notebook = notebooks_[to_lower(workspace) + "/" + path];
  if (!notebook) notebook = std::make_shared<Notebook>(room_, workspace, path, ++made_);
  return notebook;
}

void Notebooks::look() {
  std::vector<std::shared_ptr<Notebook>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, notebook] : notebooks_) all.push_back(notebook);
  }
  for (const auto& notebook : all) notebook->look();
}

}  // namespace azlab::site
