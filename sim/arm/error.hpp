#pragma once

#include "sim/core/json.hpp"
#include "sim/core/result.hpp"
#include "sim/http/message.hpp"

namespace azlab::arm {

/// `{"code","message"[,"target"][,"details"][,"additionalInfo"]}`: the inside of Azure's error envelope.
Json error_json(const Error& error);
/// The only function that turns an Error into an ARM answer.
Response error_response(const Error& error);

}  // namespace azlab::arm
