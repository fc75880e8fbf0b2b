#pragma once

#include "sim/core/result.hpp"
#include "sim/http/context.hpp"

namespace azlab::storage {

/// Storage's answer to a failure: XML with Code and Message, and x-ms-error-code, which clients read where an answer
/// has no body (HEAD).
Response storage_error(Context& context, const Error& error);

/// Storage's own codes and texts (its documented error codes).
Error no_container();
Error no_blob();
Error condition_not_met();
Error invalid_header(std::string_view name);
Error invalid_query(std::string_view name);
/// A part of the service that azlab does not serve: said by name.
Error not_served(std::string_view what);

}  // namespace azlab::storage
