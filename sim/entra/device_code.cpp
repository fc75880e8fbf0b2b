#include "sim/entra/device_code.hpp"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/endpoints.hpp"
#include "sim/entra/grants.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kConfirmationKey = "entra/device-confirmation";
constexpr std::string_view kDevicePrefix = "entra/device/";
constexpr std::chrono::minutes kDeviceCodeLifetime(15);
constexpr std::size_t kUserCodeLength = 9;

DeviceConfirmation device_confirmation(Context& context) {
  if (const RowPtr row = context.world().find(Table::setting, kConfirmationKey)) return row->body == "page" ? DeviceConfirmation::page : DeviceConfirmation::automatic;
  return context.machinery().clock.mode() == TimeMode::leap ? DeviceConfirmation::automatic : DeviceConfirmation::page;
}

std::string device_key(std::string_view device_code) { return std::string(kDevicePrefix) + to_lower(device_code); }

/// Letters and digits that nobody confuses, as Entra draws them.
std::string draw_user_code(Context& context, const std::string& device_code) {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string out;
  for (std::size_t i = 0; i < kUserCodeLength; ++i) out += kLetters[context.draw().bits("entra-user-code", device_code, i) % kLetters.size()];
  return out;
}

/// The key of the row that waits under a user code; empty when none does.
std::string waiting_key(const World& world, std::string_view user_code) {
  std::string found;
  world.for_each(Table::setting, kDevicePrefix, [&](const std::string& key, const RowPtr& row) {
    const auto json = parse_json(row->body);
    if (json && row->state == "pending" && equals_ignore_case(string_at(*json, "userCode"), user_code)) found = key;
    return found.empty();
  });
  return found;
}

void set_answer(World& world, const std::string& key, std::string_view state, const Person* person) {
  const RowPtr row = world.find(Table::setting, key);
  auto json = parse_json(row->body);
  if (!json) return;
  if (person != nullptr) (*json)["person"] = person->id;
  world.put(Table::setting, key, Row{.body = dump(*json), .type = {}, .state = std::string(state)});
}

}  // namespace

void set_device_confirmation(World& world, DeviceConfirmation how) {
  world.put(Table::setting, std::string(kConfirmationKey), Row{.body = how == DeviceConfirmation::page ? "page" : "automatic"});
}

bool is_device_code_waiting(const World& world, std::string_view user_code) { return !waiting_key(world, user_code).empty(); }

bool answer_device_code(Context& context, std::string_view user_code, const Person* person) {
  const std::string key = waiting_key(context.world(), user_code);
  if (key.empty()) return false;
  set_answer(context.world(), key, person != nullptr ? "confirmed" : "declined", person);
  return true;
}

Response start_device_code(Context& context, const Request& request, const Match& match) {
  const Form form = form_of(request);
  const auto client = client_of(form, match);
  if (!client) return sign_in_error_response(context, request, client.error());
  const bool v1 = is_v1(request);
  if (const auto wanted = read_wanted(form, v1, false); !wanted) return sign_in_error_response(context, request, wanted.error());
  const std::string device_code = context.draw().hex(64, "entra-device-code", (*client)->app_id, next_number(context.world(), "entra-device-code"));
  const std::string user_code = draw_user_code(context, device_code);
  const Json row = {{"userCode", user_code}, {"client", (*client)->app_id}, {"scope", form.get("scope")}, {"resource", form.get("resource")}, {"end", (time_of_people(context) + kDeviceCodeLifetime).time_since_epoch().count()}};
  context.world().put(Table::setting, device_key(device_code), Row{.body = dump(row), .type = {}, .state = "pending"});
  const int lifetime = static_cast<int>(to_seconds(kDeviceCodeLifetime));
  const int interval = device_confirmation(context) == DeviceConfirmation::automatic ? 1 : 5;
  const std::string page = "https://microsoft.com/devicelogin";
  Json body = {{"user_code", user_code},
               {"device_code", device_code},
               {"expires_in", lifetime},
               {"interval", interval},
               {"message", fmt::format("To sign in, use a web browser to open the page {} and enter the code {} to authenticate.", page, user_code)}};
  body[v1 ? "verification_url" : "verification_uri"] = page;
  if (v1) body.update({{"expires_in", std::to_string(lifetime)}, {"interval", std::to_string(interval)}});
  return json_response(200, body);
}

SignIn<Grant> by_device_code(const TokenCall& call) {
  const std::string& code = call.form.has("device_code") ? call.form.get("device_code") : call.form.get("code");
  if (code.empty()) return refuse_sign_in("parameter-missing", {{"parameter", "device_code"}});
  World& world = call.context.world();
  const std::string key = device_key(code);
  const RowPtr row = world.find(Table::setting, key);
  const auto json = row ? parse_json(row->body) : parse_json("");
  if (!json || !equals_ignore_case(string_at(*json, "client"), call.client.app_id)) return refuse_sign_in("device-unknown");
  if (row->state == "declined") return refuse_sign_in("device-declined");
  if (json->at("end").get<std::int64_t>() < time_of_people(call.context).time_since_epoch().count()) return refuse_sign_in("device-expired");
  if (row->state == "pending") {
    if (device_confirmation(call.context) == DeviceConfirmation::automatic) set_answer(world, key, "confirmed", &directory().persons.front());
    return refuse_sign_in("device-pending");
  }
  const Form asked = Form::parse("scope=" + percent_encode(string_at(*json, "scope")) + "&resource=" + percent_encode(string_at(*json, "resource")));
  auto wanted = read_wanted(asked, call.v1, false);
  if (!wanted) return tl::make_unexpected(wanted.error());
  const Person* person = directory().find_person(string_at(*json, "person"));
  world.erase(Table::setting, key);  // a device code is redeemed once
  return Grant{.client = &call.client, .person = person, .wanted = std::move(*wanted)};
}

}  // namespace azlab::entra
