#pragma once

#include <string>

#include "harness/az/invocation.hpp"

namespace azlab::az {

/// The known extension of that name, or null (fixtures/az/extensions.json).
Json known_extension(const std::string& name);
/// The row of `versions` for the installed version of an extension; null when it is not installed.
Json installed_extension(Invocation& az, const std::string& name);
/// Installs a version (empty: the newest that this core takes).
Result<void> install_extension(Invocation& az, const std::string& name, const std::string& version);
/// When `extension.use_dynamic_install` is configured and the words belong to an extension that is not there, does what
/// az does then; true when it was installed and the command is to run again.
Result<bool> offer_extension(Invocation& az, const std::string& words);
/// What `az --version` prints.
std::string version_text(Invocation& az);
/// The version of az's core that is imitated.
std::string core_version();

}  // namespace azlab::az
