#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  for (auto& part : split(path, '/')) {
    const auto bare = std::string(trim(part));
    if (!bare.empty()) segments.push_back(bare);
  }
  return segments;
}

}  // namespace

/// "Users/your-user-name/x", in whatever language, is the signed-in user's folder; the rest stays as written.
std::string Walker::Impl::bind_user(std::string path) const {
  path = replace_all(std::move(path), "\\", "/");
  path = replace_all(std::move(path), "*", "");
  auto segments = segments_of(path);
  constexpr std::string_view kUsers[] = {"users", "utenti", "usuarios", "usu\xC3\xA1rios", "benutzer", "utilisateurs", "pengguna"};
  if (segments.size() >= 2 && std::find(std::begin(kUsers), std::end(kUsers), fold(segments[0])) != std::end(kUsers)) {
    const auto name = session.user_name();
    segments[0] = "Users";
    segments[1] = name.substr(0, name.find('@'));
  }
  return join(segments, "/");
}

bool Walker::Impl::show_notebooks(Task& task) {
  auto view = session.view();
  if (view.screen == "studio.notebooks") return true;
  if (view.dialog) act("cancel");
  if (view.app != "studio" && !act("switch-tab", {}, "studio").ok) return false;
  if (!act("click", "studio.notebooks").ok) return false;
  task.note("Went to the page \"Notebooks\".");
  return session.view().screen == "studio.notebooks";
}

OpResult Walker::Impl::check_path(Task& task, const std::string& written, bool directory) {
  if (!show_notebooks(task)) return task.done("blocked", "The studio's Files pane is not open, so " + in_quotes(written) + " cannot be looked up.");
  auto path = bind_user(written);
  if (path.find('/') == std::string::npos) {
    // A bare name is looked for where the reader works: in their own folder.
    const auto name = session.user_name();
    const auto view = session.view();
    if (portal::find_control(view.controls, "files/" + path) == nullptr) path = "Users/" + name.substr(0, name.find('@')) + "/" + path;
  }
  const auto segments = segments_of(path);
  std::string at;
  for (const auto& segment : segments) {
    auto view = session.view();
    const auto here = at.empty() ? std::string("files") : "files/" + at;
    const auto* parent = portal::find_control(view.controls, here);
    if (parent != nullptr && parent->kind == "row" && parent->value == "directory" && parent->children.empty()) {
      act("click", here);
      view = session.view();
      parent = portal::find_control(view.controls, here);
    }
    const auto next = at.empty() ? segment : at + "/" + segment;
    const auto* row = portal::find_control(view.controls, "files/" + next);
    if (row != nullptr) {
      at = next;
      continue;
    }
    std::vector<std::string> there;
    for (const auto& child : parent == nullptr ? view.controls : parent->children) {
      if (child.kind == "row" && child.id.starts_with("files/")) there.push_back(child.label);
    }
    const auto near = nearest(segment, there, 1);
    const auto place = at.empty() ? std::string("the Files pane") : at;
    const auto listed = there.empty() ? "; it is empty" : "; there is: " + join(there, ", ");
    // Names made of the same words count as near even when much is added in front.
    const auto within = std::find_if(there.begin(), there.end(), [&](const std::string& name) { return segment.find(name) != std::string::npos || name.find(segment) != std::string::npos; });
    const auto meant = within != there.end() ? *within : near.empty() ? std::string() : near.front();
    task.add(directory ? "fs/folder-not-found" : "fs/file-not-found", in_quotes(path) + " does not exist: " + place + " has no " + in_quotes(segment) + listed + ".",
             meant.empty() ? std::string() : "Write " + in_quotes((at.empty() ? "" : at + "/") + meant) + ".");
    return task.failed(in_quotes(path) + " does not exist: " + place + " has no " + in_quotes(segment) + listed + ".");
  }
  return task.passed(in_quotes(path) + " is in the Files pane.");
}

OpResult Walker::Impl::open_file(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  if (task.op.args.empty()) return task.done("not understood", "The text names no file.");
  const auto path = bind_user(task.op.args.front());
  const auto opened = session.parameter("file");
  if (!opened.empty() && (opened == path || opened.ends_with("/" + path))) return task.passed(in_quotes(opened) + " is open in the editor.");
  if (!show_notebooks(task)) return task.done("blocked", "The studio's Files pane is not open, so " + in_quotes(path) + " cannot be opened.");
  const auto name = session.user_name();
  const auto own = "Users/" + name.substr(0, name.find('@')) + "/" + path;
  for (const auto& candidate : {path, own}) {
    const auto view = session.view();
    const auto* row = portal::find_control(view.controls, "files/" + candidate);
    if (row != nullptr) {
      act("click", row->id);
      return task.passed("Opened " + in_quotes(candidate) + " in the editor.");
    }
  }
  return check_path(task, own, false);
}

OpResult Walker::Impl::paste(Task& task) {
  // The text to paste comes with the fence, as file.content.
  if (task.op.kind == "file.paste" && task.op.code.empty()) return task.passed("The text to paste follows.");
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto view = session.view();
  const auto* editor = portal::find_control(view.controls, "editor");
  if (editor == nullptr) return task.failed("No file is open in an editor on " + in_quotes(view.title) + ".");
  const auto outcome = act("type", editor->id, task.op.code);
  if (!outcome.ok) return task.failed("The editor refuses: " + outcome.error + ".");
  return task.passed("Pasted " + std::to_string(task.op.code.size()) + " bytes into " + session.parameter("file") + ".");
}

OpResult Walker::Impl::save_file(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto view = session.view();
  const auto file = session.parameter("file");
  const auto* save = portal::find_control(view.controls, "save");
  if (save == nullptr || file.empty()) return missing(task, {.text = "Save", .en = "Save"}, view);
  if (!task.op.args.empty()) {
    const auto path = bind_user(task.op.args.front());
    if (file != path && !file.ends_with("/" + path)) return task.failed("The editor shows " + in_quotes(file) + ", not " + in_quotes(path) + ".");
  }
  const auto outcome = act("click", save->id);
  if (!outcome.ok) return task.failed("Saving " + in_quotes(file) + " fails: " + outcome.error + ".");
  return task.passed("Saved " + in_quotes(file) + ".");
}

}  // namespace azlab::walk
