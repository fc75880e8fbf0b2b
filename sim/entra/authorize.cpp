#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/device_code.hpp"
#include "sim/entra/endpoints.hpp"
#include "sim/entra/grants.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/page.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kPersonField = "azlab_person";
constexpr std::string_view kNativeClient = "https://login.microsoftonline.com/common/oauth2/nativeclient";

/// Loopback addresses of any port, as native applications use them (RFC 8252), the page for applications without a
/// listener, and what an application has registered. Nothing else, or a link could send codes anywhere.
bool is_redirect_of(const Application& client, const std::string& uri) {
  if (uri == kNativeClient || std::find(client.redirect_uris.begin(), client.redirect_uris.end(), uri) != client.redirect_uris.end()) return true;
  for (const std::string_view start : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    if (uri.starts_with(start) && (uri.size() == start.size() || uri[start.size()] == ':' || uri[start.size()] == '/')) return uri.find('@') == std::string::npos && uri.find('\\') == std::string::npos;
  }
  return false;
}

Response sign_in_error_page(const SignInError& error) {
  return page_response(400, "Sorry, but we're having trouble signing you in.", "<p>" + html_escape(sign_in_error_text(error)) + "</p>");
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Sends the answer to the client's redirect URI in the way it asked for (`response_mode`).
Response send_back(const Form& asked, Fields fields) {
  if (asked.has("state")) fields.emplace_back("state", asked.get("state"));
  const std::string& redirect = asked.get("redirect_uri");
  if (asked.get("response_mode") == "form_post") {
    std::string hidden;
    for (const auto& [name, value] : fields) hidden += hidden_field(name, value);
    return html_response(200, fill_page("post", {{"action", html_escape(redirect)}, {"hidden", hidden}}));
  }
  const bool fragment = asked.get("response_mode") == "fragment";
  std::string location = redirect;
  char separator = fragment ? '#' : redirect.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : fields) {
    location += separator + name + "=" + percent_encode(value);
    separator = '&';
  }
  return {.status = 302, .headers = {{"Location", location}, {"Cache-Control", "no-store, no-cache"}, {"Referrer-Policy", "no-referrer"}}};
}

Fields error_fields(const SignInError& error) { return {{"error", sign_in_error_word(error)}, {"error_description", sign_in_error_text(error)}}; }

SignIn<const Application*> check_authorization(const Form& asked, const Match& match) {
  const auto client = client_of(asked, match);
  if (!client) return client;
  if (!is_redirect_of(**client, asked.get("redirect_uri"))) return refuse_sign_in("redirect-unknown", {{"redirectUri", asked.get("redirect_uri")}, {"clientId", (*client)->app_id}});
  return client;
}

Response send_code(Context& context, const Form& asked, const Application& client, const Person& person) {
  const std::string& method = asked.get("code_challenge_method");
  Fields fields = {{"code", make_authorization_code(context, {{"client", client.app_id},
                                                              {"person", person.id},
                                                              {"scope", asked.get("scope")},
                                                              {"resource", asked.get("resource")},
                                                              {"redirectUri", asked.get("redirect_uri")},
                                                              {"challenge", asked.get("code_challenge")},
                                                              {"method", method.empty() ? "plain" : method},
                                                              {"nonce", asked.get("nonce")}})}};
  if (asked.has("client_info")) fields.emplace_back("client_info", base64url(dump({{"uid", person.id}, {"utid", directory().tenant_id}})));
  fields.emplace_back("session_state", context.draw().guid("entra-session", person.id));
  return send_back(asked, std::move(fields));
}

}  // namespace

Response authorize(Context& context, const Request& request, const Match& match) {
  const Form asked = Form::parse(request.query);
  const auto client = check_authorization(asked, match);
  if (!client) return sign_in_error_page(client.error());
  if (asked.get("response_type") != "code") return send_back(asked, error_fields({"response-type", {{"responseType", asked.get("response_type")}}}));
  const bool v1 = is_v1(request);
  if (const auto wanted = read_wanted(asked, v1, false); !wanted) return send_back(asked, error_fields(wanted.error()));
  const std::string& chosen = asked.get(kPersonField);
  if (chosen == "cancel") return send_back(asked, {{"error", "access_denied"}, {"error_subcode", "cancel"}, {"error_description", "AADSTS65004: User declined to consent to access the app."}});
  if (const Person* person = directory().find_person(chosen)) return send_code(context, asked, **client, *person);
  // A silent request has nobody to ask; it is answered for the person whom it names.
  if (asked.get("prompt") == "none") {
    const Person* person = directory().find_person(asked.get("login_hint"));
    return person != nullptr ? send_code(context, asked, **client, *person) : send_back(asked, error_fields({"interaction-required"}));
  }
  std::string hidden;
  for (const auto& [name, value] : asked.fields()) {
    if (name != kPersonField) hidden += hidden_field(name, value);
  }
  return page_response(200, "Pick an account", choose_page("get", request.path, "to continue to " + (*client)->display_name, hidden));
}

Response device_page(Context& context, const Request& request, const Match&) {
  const Form asked = request.method == Method::post ? form_of(request) : Form::parse(request.query);
  const std::string code(trim(asked.get("otc")));
  const std::string here = "https://login.microsoftonline.com/common/oauth2/deviceauth";
  if (code.empty()) return page_response(200, "Enter code", fill_page("code", {{"action", here}, {"code", ""}}));
  if (!is_device_code_waiting(context.world(), code)) {
    return page_response(200, "Enter code", "<p>That code didn't work. Check the code and try again.</p>" + fill_page("code", {{"action", here}, {"code", html_escape(code)}}));
  }
  const std::string& chosen = asked.get(kPersonField);
  const Person* person = directory().find_person(chosen);
  // Signing in changes something, so it takes a POST; a link alone does not.
  if (request.method != Method::post || (person == nullptr && chosen != "cancel")) {
    return page_response(200, "Pick an account", choose_page("post", here, "You're signing in on another device.", hidden_field("otc", code)));
  }
  answer_device_code(context, code, person);
  return person != nullptr ? page_response(200, "You have signed in", "<p>You have signed in on your device as " + html_escape(person->display_name) + ". You may now close this window.</p>")
                           : page_response(200, "You cancelled", "<p>The device was not signed in. You may now close this window.</p>");
}

Response signed_out_page(Context&, const Request& request, const Match&) {
  const Form asked = Form::parse(request.query);
  return page_response(200, "You signed out of your account", asked.has("post_logout_redirect_uri") ? "<p>You came from " + html_escape(asked.get("post_logout_redirect_uri")) + ".</p>" : "<p>You may now close this window.</p>");
}

Response native_client_page(Context&, const Request&, const Match&) { return page_response(200, "You have signed in", "<p>You may now close this window.</p>"); }

}  // namespace azlab::entra
