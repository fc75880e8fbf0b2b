#include "sim/portal/view_json.hpp"

#include <nlohmann/json.hpp>

namespace azlab::portal {
namespace {

template <class Value>
void put(Json& to, const char* name, const Value& value) {
  if (!value.empty()) to[name] = value;
}

void put_flag(Json& to, const char* name, bool flag) {
  if (flag) to[name] = true;
}

Json control_json(const Control& control, ViewFor reader) {
  Json out = {{"id", control.id}, {"kind", control.kind}, {"label", control.label}};
  if (reader == ViewFor::walker) {
    if (control.label_en != control.label) out["labelEn"] = control.label_en;
    put(out, "also", control.also);
  } else if (control.label_en != control.label) {
    put(out, "labelEn", control.label_en);
  }
  if (!control.enabled) out["enabled"] = false;
  put_flag(out, "busy", control.busy);
  put_flag(out, "required", control.required);
  put_flag(out, "untranslated", control.untranslated);
  put_flag(out, "unverified", control.unverified);
  put(out, "value", control.value);
  put(out, "options", control.options);
  if (!control.options.empty() && control.kind == "field") out["free"] = control.free;
  put(out, "error", control.error);
  put(out, "hint", control.hint);
  put(out, "format", control.format);
  put(out, "table", control.table);
  put_flag(out, "chrome", control.chrome);
  for (const Control& child : control.children) out["children"].push_back(control_json(child, reader));
  return out;
}

void take(const Json& from, const char* name, std::string& value) { value = from.value(name, std::string()); }

void take(const Json& from, const char* name, bool& flag) { flag = from.value(name, false); }

void take(const Json& from, const char* name, std::vector<std::string>& list) { list = from.value(name, std::vector<std::string>{}); }

Control control_of(const Json& from) {
  Control out{.id = from.at("id").get<std::string>(), .kind = from.at("kind").get<std::string>(), .label = from.at("label").get<std::string>()};
  out.label_en = from.value("labelEn", out.label);
  out.enabled = from.value("enabled", true);
  take(from, "also", out.also);
  take(from, "busy", out.busy);
  take(from, "required", out.required);
  take(from, "untranslated", out.untranslated);
  take(from, "unverified", out.unverified);
  take(from, "value", out.value);
  take(from, "options", out.options);
  take(from, "free", out.free);
  take(from, "error", out.error);
  take(from, "hint", out.hint);
  take(from, "format", out.format);
  take(from, "table", out.table);
  take(from, "chrome", out.chrome);
  if (const auto children = from.find("children"); children != from.end()) {
    for (const Json& child : *children) out.children.push_back(control_of(child));
  }
  return out;
}

}  // namespace

Json view_json(const View& view, ViewFor reader) {
  Json out = {{"screen", view.screen}, {"app", view.app}, {"title", view.title}, {"address", view.address}, {"controls", Json::array()}};
  put_flag(out, "complete", view.complete);
  put_flag(out, "absent", view.absent);
  put_flag(out, "dialog", view.dialog);
  put_flag(out, "popup", view.popup);
  put(out, "commit", view.commit);
  put(out, "step", view.step);
  put(out, "wayOut", view.way_out);
  put(out, "notices", view.notices);
  for (const Control& control : view.controls) out["controls"].push_back(control_json(control, reader));
  return out;
}

Result<View> view_of(const Json& from) {
  try {
    View out{.screen = from.at("screen").get<std::string>(), .app = from.at("app").get<std::string>()};
    take(from, "title", out.title);
    take(from, "address", out.address);
    take(from, "complete", out.complete);
    take(from, "absent", out.absent);
    take(from, "dialog", out.dialog);
    take(from, "popup", out.popup);
    take(from, "commit", out.commit);
    take(from, "step", out.step);
    take(from, "wayOut", out.way_out);
    take(from, "notices", out.notices);
    for (const Json& control : from.at("controls")) out.controls.push_back(control_of(control));
    return out;
  } catch (const Json::exception& e) {
    return fail(400, "BadView", std::string("this is no view: ") + e.what());
  }
}

}  // namespace azlab::portal
