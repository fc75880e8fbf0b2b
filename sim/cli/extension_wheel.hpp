#pragma once

#include <string>

#include "sim/core/result.hpp"

namespace azlab {

/// An extension of az as a file: what `az extension add` finds.
struct ExtensionWheel {
  std::string file;   ///< "ml-2.45.1-py3-none-any.whl"
  std::string bytes;  ///< a ZIP file
};

namespace cli {

/// Reads one. One clear line when it is none that az would take: NAME-VERSION-…-none-any.whl, a ZIP file.
Result<ExtensionWheel> read_extension_wheel(const std::string& path);

}  // namespace cli
}  // namespace azlab
