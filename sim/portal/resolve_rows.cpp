#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

#include "sim/portal/resolve.hpp"

namespace azlab::portal {

namespace {

const Json kEmptyList = Json::array();
const Json kNull;

/// Directories nest: the Files pane shows a folder's content when it is one of the user's own or was opened.
constexpr int kFilesDepthMax = 12;

const Json& member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

}  // namespace

void Resolver::join_row(const Json& joins, const std::map<std::string, Json>& lists, Json& row) {
  for (const auto& [name, join] : joins.items()) {
    const auto wanted = plain_text(evaluator_.query(join.value("to", std::string()), row));
    for (const auto& item : lists.at(name)) {
      if (!equals_ignore_case(plain_text(evaluator_.query(join.value("key", std::string()), item)), wanted)) continue;
      row[name] = item;
      break;
    }
  }
}

void Resolver::add_table(const Json& def, const Root& root, const Place& place, std::vector<Control>& out) {
  const auto id = place.prefix + def.value("id", std::string());
  for (const auto& column : def.value("columns", kEmptyList)) {
    Control header;
    header.id = id + "/column:" + column.value("id", std::string());
    header.kind = "text";
    header.table = id;
    apply_label(column, *root, header);
    out.push_back(std::move(header));
  }
  const auto& from = member(def, "rows");
  Json rows = from.is_string() ? get(evaluator_.expand(from.get<std::string>().substr(4), *root), def.value("quiet", false), false, place.page->view.notices)
                               : evaluator_.fill(from, *root);
  if (rows.is_object()) rows = rows.value("value", Json::array());
  if (!rows.is_array()) return;
  const Json page = {{"session", root->value("session", Json())}, {"params", root->value("params", Json())}, {"form", root->value("form", Json())}};
  const Json joins = def.value("join", Json::object());
  std::map<std::string, Json> lists;
  for (const auto& [name, join] : joins.items()) {
    auto list = evaluator_.query(join.value("from", std::string()), *root);
    lists[name] = list.is_array() ? std::move(list) : kEmptyList;
  }
  std::map<std::string, int> seen;
  for (auto& item : rows) {
    if (!item.is_object()) continue;
    join_row(joins, lists, item);
    item["page"] = page;
    const auto shared = std::make_shared<const Json>(std::move(item));
    const Json& row = *shared;
    if (!evaluator_.truth(member(def, "where"), row)) continue;
    Control control;
    control.kind = "row";
    control.table = id;
    // What has one name in Azure need not have one type: a vault and a workspace may share a name.
    const auto named = id + "/" + plain_text(evaluator_.query(def.value("key", std::string("name")), row));
    const int nth = ++seen[named];
    control.id = nth == 1 ? named : named + "#" + std::to_string(nth);
    if (def.contains("chosen") && evaluator_.truth(def["chosen"], row)) control.value = "selected";
    if (def.contains("label") || def.contains("text")) {
      apply_label(def, row, control);
    } else {
      control.label = control.label_en = plain_text(evaluator_.query(def.value("key", std::string("name")), row));
    }
    Place inside = place;
    inside.prefix = control.id + "/";
    for (const auto& column : def.value("columns", kEmptyList)) {
      if (!column.contains("value")) continue;
      Control cell;
      cell.kind = "status";
      cell.id = inside.prefix + column.value("id", std::string());
      apply_label(column, row, cell);
      fill_value(column, row, inside, cell);
      cell.busy = column.contains("busyWhen") && evaluator_.truth(column["busyWhen"], row);
      control.children.push_back(std::move(cell));
    }
    add_controls(member(def, "links").is_array() ? def["links"] : kEmptyList, shared, inside, control.children);
    place.page->targets[control.id] = Target{.def = &def, .root = shared, .frame = place.index};
    out.push_back(std::move(control));
  }
}

void Resolver::add_files(const Json& def, const Root& root, const Place& place, Control& control) {
  const auto base = evaluator_.expand(def.value("address", std::string()), *root);
  const auto user_directory = "Users/" + plain_text(member(member(*root, "session"), "user"));
  const auto opened = place.frame->form.value("openFolders", Json::array());
  const std::function<void(const std::string&, int, std::vector<Control>&)> list = [&](const std::string& directory, int depth, std::vector<Control>& out) {
    const auto answer = get(base + percent_encode(directory, "/"), true, false, place.page->view.notices);
    if (!answer.is_object()) return;
    for (const auto& entry : answer.value("value", kEmptyList)) {
      Control row;
      row.kind = "row";
      row.label = row.label_en = entry.value("name", std::string());
      const auto path = directory.empty() ? row.label : directory + "/" + row.label;
      row.id = control.id + "/" + path;
      row.also.push_back(path);
      row.value = entry.value("type", std::string("file"));
      const bool shown = path == "Users" || path == user_directory || std::find(opened.begin(), opened.end(), Json(path)) != opened.end();
      if (row.value == "directory" && shown && depth < kFilesDepthMax) list(path, depth + 1, row.children);
      place.page->targets[row.id] = Target{.def = &def, .root = root, .frame = place.index, .path = path};
      out.push_back(std::move(row));
    }
  };
  list("", 0, control.children);
}

Page Resolver::resolve(const BrowserState& state) {
  Page page;
  if (state.tabs.empty()) return page;
  const auto& tab = state.tabs[state.active];
  const auto& frame = tab.frames.back();
  const auto top = static_cast<FrameIndex>(tab.frames.size()) - 1;
  auto& view = page.view;
  view.screen = frame.screen;
  view.app = tab.app;
  const auto* screen = library_.find(frame.screen, options_.as_of);
  const bool dialog = screen != nullptr && screen->value("dialog", false);
  Root scope;
  if (screen == nullptr) {
    view.absent = true;
    view.title = text_of(Json(library_.name_of_absent(frame.screen)));
    scope = std::make_shared<const Json>(Json{{"params", frame.params}});
  } else {
    scope = std::make_shared<const Json>(scope_of(*screen, frame, state, view.notices));
    view.title = text_of(member(*screen, "title"));
    view.address = evaluator_.expand(screen->value("address", std::string()), *scope);
    view.complete = screen->value("complete", false);
    view.dialog = dialog;
    view.popup = dialog && screen->value("popup", false);
    view.commit = screen->value("commit", std::string());
    view.step = plain_text(member(*scope, "step"));
    view.way_out = screen->value("wayOut", std::vector<std::string>{});
    const Place place{&page, &frame, top, "", screen};
    add_steps(place, scope, view.controls);
    add_controls(screen->value("controls", kEmptyList).empty() ? kEmptyList : (*screen)["controls"], scope, place, view.controls);
  }
  if (!dialog) {
    if (const auto* chrome = library_.find(tab.app + ".chrome", options_.as_of)) {
      const Place place{&page, &frame, top, "", chrome};
      Json around = *scope;
      add_form(*chrome, frame, around);
      const auto first = static_cast<std::ptrdiff_t>(view.controls.size());
      add_controls((*chrome)["controls"], std::make_shared<const Json>(std::move(around)), place, view.controls);
      std::for_each(view.controls.begin() + first, view.controls.end(), [](Control& control) { control.chrome = true; });
    }
  }
  if (state.pane && tab.app == "portal") {
    if (const auto* pane = library_.find(state.pane->screen, options_.as_of)) {
      Control group;
      group.kind = "component";
      group.format = "pane";
      group.id = "pane";
      apply_label({{"label", member(*pane, "title")}}, Json::object(), group);
      group.value = state.pane->screen;
      const Place place{&page, &*state.pane, -1, "shell.", pane};
      add_controls((*pane)["controls"], std::make_shared<const Json>(scope_of(*pane, *state.pane, state, view.notices)), place, group.children);
      view.controls.push_back(std::move(group));
    }
  }
  view.notices.insert(view.notices.begin(), state.notices.begin(), state.notices.end());
  for (const auto& defect : evaluator_.defects()) view.notices.push_back("screen defect: " + defect);
  return page;
}

}  // namespace azlab::portal
