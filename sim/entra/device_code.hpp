#pragma once

#include <string>
#include <string_view>

#include "sim/http/context.hpp"

namespace azlab::entra {

/// Who confirms a device code. `automatic`: the default person, once a client has polled in vain for the first time;
/// the default in leap time, where nobody sits at a browser. `page`: somebody at the sign-in page; the default elsewhere.
enum class DeviceConfirmation { automatic, page };
void set_device_confirmation(World& world, DeviceConfirmation how);

/// Whether a user code is waiting for an answer.
bool is_device_code_waiting(const World& world, std::string_view user_code);

}  // namespace azlab::entra
