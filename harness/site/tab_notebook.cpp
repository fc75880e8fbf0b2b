// What a tab's page asks about its notebook.
#include <nlohmann/json.hpp>

#include "harness/site/tab.hpp"

namespace azlab::site {
namespace {

Json refusal_of(const Result<void>& done) { return done ? Json::object() : Json{{"error", done.error().message}}; }

}  // namespace

std::shared_ptr<Notebook> Tab::notebook(const Json& ask) {
  return house_.notebooks.at(session_->parameter("workspaceId"), ask.at("path").get<std::string>());
}

/// What the page's own controls say, where the page is that notebook's.
KernelChoice Tab::kernel_choice(const Json& ask) const {
  if (session_->parameter("file") != ask.at("path").get<std::string>()) return {};
  const portal::View view = session_->view();
  const auto chosen = [&](std::string_view id) {
    const auto* control = portal::find_control(view.controls, id);
    return control == nullptr ? std::string() : control->value;
  };
  return {.compute = chosen("compute"), .kernel = chosen("kernel")};
}

Json Tab::open_notebook(const Json& ask) {
  auto opened = notebook(ask)->open(socket_);
  return opened ? std::move(*opened) : Json{{"error", opened.error().message}};
}

Json Tab::run_cell(const Json& ask) { return refusal_of(notebook(ask)->run(ask.at("cell").get<std::string>(), ask.at("source").get<std::string>(), kernel_choice(ask))); }

Json Tab::run_all_cells(const Json& ask) { return refusal_of(notebook(ask)->run_all(kernel_choice(ask))); }

Json Tab::interrupt_kernel(const Json& ask) { return refusal_of(notebook(ask)->interrupt()); }

Json Tab::restart_kernel(const Json& ask) { return refusal_of(notebook(ask)->restart(kernel_choice(ask))); }

Json Tab::save_notebook(const Json& ask) { return refusal_of(notebook(ask)->save(ask.at("cells"), socket_.get())); }

}  // namespace azlab::site
