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

Json control_json(const Control& control) {
  Json out = {{"id", control.id}, {"kind", control.kind}, {"label", control.label}};
  if (control.label_en != control.label) put(out, "labelEn", control.label_en);
  if (!control.enabled) out["enabled"] = false;
  put_flag(out, "busy", control.busy);
  put_flag(out, "required", control.required);
  put_flag(out, "free", control.free);
  put_flag(out, "untranslated", control.untranslated);
  put_flag(out, "unverified", control.unverified);
  put(out, "value", control.value);
  put(out, "options", control.options);
  put(out, "error", control.error);
  put(out, "hint", control.hint);
  put(out, "format", control.format);
  put(out, "table", control.table);
  put_flag(out, "chrome", control.chrome);
  for (const Control& child : control.children) out["children"].push_back(control_json(child));
  return out;
}

}  // namespace

Json view_json(const View& view) {
  Json out = {{"screen", view.screen}, {"app", view.app}, {"title", view.title}, {"address", view.address}, {"controls", Json::array()}};
  put_flag(out, "complete", view.complete);
  put_flag(out, "absent", view.absent);
  put_flag(out, "dialog", view.dialog);
  put(out, "commit", view.commit);
  put(out, "step", view.step);
  put(out, "wayOut", view.way_out);
  put(out, "notices", view.notices);
  for (const Control& control : view.controls) out["controls"].push_back(control_json(control));
  return out;
}

}  // namespace azlab::portal
