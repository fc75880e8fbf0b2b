#include "harness/guide/pages.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/portal/library.hpp"

namespace azlab::guide {
namespace {

class Pages {
 public:
  Pages(const walk::Wanted& label, const std::vector<walk::Wanted>& contexts, std::string_view language) : label_(label), contexts_(contexts), language_(language) {}

  std::vector<std::string> all() {
    for (const auto& id : library_.ids()) {
      const Json* screen = library_.find(id, "");
      if (screen == nullptr) continue;
      const Json title = screen->value("title", Json());
      const bool inside = is_context(title);
      // A dialog is not reached by its title: what opens it has a label of its own.
      if (bears(title, Json()) && !screen->value("dialog", false) && !id.ends_with(".chrome")) add(id, inside);
      look(*screen, inside);
    }
    return std::move(in_context_.empty() ? others_ : in_context_);
  }

 private:
  portal::Control as_control(const Json& label, const Json& also) const {
    portal::Control control;
    const auto text = library_.label(label, language_);
    control.label = text.text;
    control.label_en = text.en;
    control.also = text.also;
    if (also.is_array()) {
      for (const auto& one : also) control.also.push_back(one.get<std::string>());
    }
    return control;
  }
  bool bears(const Json& label, const Json& also) const { return !label.is_null() && walk::closeness(as_control(label, also), label_) < walk::kNoMatch; }
  bool is_context(const Json& label) const {
    if (label.is_null()) return false;
    const auto control = as_control(label, Json());
    return std::any_of(contexts_.begin(), contexts_.end(), [&](const walk::Wanted& one) { return walk::closeness(control, one) < walk::kNoMatch; });
  }

  void add(const std::string& screen, bool inside) {
    auto& list = inside ? in_context_ : others_;
    if (std::find(list.begin(), list.end(), screen) == list.end()) list.push_back(screen);
  }

  void add_opened(const Json& control, bool inside) {
    if (const auto opens = control.find("opens"); opens != control.end() && opens->is_string()) add(opens->get<std::string>(), inside);
    if (const auto done = control.find("do"); done != control.end() && done->is_array()) {
      for (const auto& step : *done) {
        if (const auto open = step.find("open"); open != step.end() && open->is_string()) add(open->get<std::string>(), inside);
      }
    }
  }

  void look(const Json& part, bool inside) {
    if (part.is_array()) {
      for (const auto& one : part) look(one, inside);
    }
    if (!part.is_object()) return;
    const Json label = part.value("label", Json());
    if (bears(label, part.value("also", Json()))) add_opened(part, inside);
    for (const auto& one : part) {
      if (one.is_structured()) look(one, inside || is_context(label));
    }
  }

  const portal::Library& library_ = portal::Library::builtin();
  const walk::Wanted& label_;
  const std::vector<walk::Wanted>& contexts_;
  std::string_view language_;
  std::vector<std::string> in_context_{};
  std::vector<std::string> others_{};
};

}  // namespace

std::vector<std::string> pages_of(const walk::Wanted& label, const std::vector<walk::Wanted>& contexts, std::string_view language) { return Pages(label, contexts, language).all(); }

}  // namespace azlab::guide
