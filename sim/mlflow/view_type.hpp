#pragma once

#include <string_view>

namespace azlab::mlflow {

enum class ViewType { active_only, deleted_only, all };

/// By name or by number, as protobuf's JSON allows; active only when nothing is said.
inline ViewType read_view_type(std::string_view text) {
  if (text == "DELETED_ONLY" || text == "2") return ViewType::deleted_only;
  if (text == "ALL" || text == "3") return ViewType::all;
  return ViewType::active_only;
}

inline bool is_in_view(ViewType view, bool deleted) { return view == ViewType::all || (view == ViewType::deleted_only) == deleted; }

}  // namespace azlab::mlflow
