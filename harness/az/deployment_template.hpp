#pragma once

#include <string>

#include "harness/az/invocation.hpp"

namespace azlab::az {

/// Whether a `deployment` command is about a subscription ("deployment sub …") and not about a resource group.
bool at_subscription(const Invocation& az);
/// Path of a deployment of the command's scope; of all of them where `name` is empty.
Result<std::string> deployment_path(Invocation& az, const std::string& name);

/// What a command with `--template-file` and `--parameters` asks Azure for.
struct TemplateRequest {
  std::string path;
  std::string body;
};
/// Reads template and parameters. `settings` are further properties, as JSON members that begin with a comma.
Result<TemplateRequest> template_request(Invocation& az, const std::string& settings = "");

/// json.dumps of Python: a blank after commas and colons.
std::string python_dump(const Json& value);

}  // namespace azlab::az
