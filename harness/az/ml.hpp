#pragma once

#include <string>

#include "harness/az/wire.hpp"

namespace azlab::az {

/// Path of a workspace, spelled as azure-ai-ml spells it.
Result<std::string> workspace_path(Invocation& az, const std::string& name);

/// What the ml extension prints: the entity's own dictionary, snake_case, absent members left out.
Json workspace_entity(const Json& resource);
Json compute_entity(const Json& resource);
Json datastore_entity(const Json& resource);
/// `collection`: "data", "environments", "models" or "components"; a version or a container.
Json asset_entity(const Json& resource, const std::string& collection);
Json job_entity(const Json& resource);

/// "storage|keyvault|insights|logalyti" names: first eight alphanumerics, the kind, hexadecimals, cut to 24.
std::string dependent_name(Invocation& az, const std::string& workspace, const std::string& kind);
/// "PT1M2.5S" as the client writes durations: "1m 2s".
std::string minutes_and_seconds(const std::string& iso_duration);

/// Runs the template deployment that makes a workspace, printing progress as the client does.
Result<void> deploy_workspace(Invocation& az, const std::string& deployment, const Json& template_and_parameters);
Result<Json> ml_workspace_create(Invocation& az);
Result<Json> ml_workspace_update(Invocation& az);

/// Overrides of the YAML file by arguments; an empty object without `--file`.
Result<Json> entity_file(Invocation& az);
/// 120 as "PT2M", as isodate writes it for azure-ai-ml.
std::string iso_seconds(long whole_seconds);
/// "CamelCase" to "camel_case", as the client's schema does.
std::string snake_case(const std::string& text);
/// Copies members under snake_case names, recursively; null members are left out.
Json snake_cased(const Json& value);

}  // namespace azlab::az
