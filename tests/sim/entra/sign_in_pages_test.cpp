#include "sim/core/journal.hpp"
#include "sim/entra/device_code.hpp"
#include "tests/sim/entra/entra_fixture.hpp"

using namespace azlab;
using namespace azlab::entra;
using namespace azlab::entra::test;

namespace {

const std::string kScope = percent_encode("https://management.core.windows.net//.default offline_access openid profile");
const std::string kCommon = std::string(kLogin) + "organizations/oauth2/v2.0/";
const std::string kDeviceGrant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=" + std::string(kCli);

std::string authorize_url(const std::string& rest) {
  return kCommon + "authorize?client_id=" + kCli + "&response_type=code&redirect_uri=" + percent_encode("http://localhost:8400") + "&scope=" + kScope + "&state=s%2B1" + rest;
}
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const auto start = text.find(before);
  if (start == std::string::npos) return {};
  return text.substr(start + before.size(), text.find(after, start + before.size()) - start - before.size());
}
std::string redeem(const std::string& code, const std::string& rest = "") {
  return "grant_type=authorization_code&client_id=" + std::string(kCli) + "&redirect_uri=" + percent_encode("http://localhost:8400") + "&scope=" + kScope + "&code=" + code + rest;
}

}  // namespace

TEST_CASE("in leap time a device code confirms itself after one pending answer") {
  SignInService service;
  const Response start = service.post(kCommon + "devicecode", "client_id=" + std::string(kCli) + "&scope=" + kScope);
  const Json body = SignInService::json(start);
  const std::string user_code = body["user_code"];
  CHECK(user_code.size() == 9);
  CHECK(body["expires_in"] == 900);
  CHECK(body["interval"] == 1);
  CHECK(body["verification_uri"] == "https://microsoft.com/devicelogin");
  CHECK(body["message"] == "To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code " + user_code + " to authenticate.");
  const std::string poll = kDeviceGrant + "&code=" + body["device_code"].get<std::string>() + "&device_code=" + body["device_code"].get<std::string>();
  const Response pending = service.post(kCommon + "token", poll);
  CHECK(pending.status == 400);
  CHECK(SignInService::json(pending)["error"] == "authorization_pending");
  CHECK(SignInService::json(pending)["error_codes"] == Json({70016}));
  const Response done = service.post(kCommon + "token", poll);
  CHECK(SignInService::claims(done)["oid"] == kAlex);
  CHECK(SignInService::claims(done)["aud"] == "https://management.core.windows.net/");
  CHECK(SignInService::json(service.post(kCommon + "token", poll))["error"] == "bad_verification_code");
}

TEST_CASE("told so, a device code waits for the page, where one chooses a person and is never asked for a password") {
  SignInService service;
  set_device_confirmation(service.machinery.world, DeviceConfirmation::page);
  const Json body = SignInService::json(service.post(kCommon + "devicecode", "client_id=" + std::string(kCli) + "&scope=" + kScope));
  const std::string user_code = body["user_code"];
  const std::string poll = kDeviceGrant + "&device_code=" + body["device_code"].get<std::string>();
  for (int i = 0; i < 3; ++i) CHECK(SignInService::json(service.post(kCommon + "token", poll))["error"] == "authorization_pending");

  CHECK(service.get("https://microsoft.com/devicelogin").body.text().find("name=\"otc\"") != std::string::npos);
  const std::string page = std::string(kLogin) + "common/oauth2/deviceauth";
  CHECK(service.get(page + "?otc=WRONGCODE").body.text().find("That code didn't work.") != std::string::npos);
  const std::string choose = service.get(page + "?otc=" + user_code).body.text();
  CHECK(choose.find("Sam Rivera") != std::string::npos);
  CHECK(choose.find("type=\"password\"") == std::string::npos);
  // A link alone signs nobody in.
  service.get(page + "?otc=" + user_code + "&azlab_person=" + kSam);
  CHECK(SignInService::json(service.post(kCommon + "token", poll))["error"] == "authorization_pending");
  CHECK(service.post(page, "otc=" + user_code + "&azlab_person=" + kSam).body.text().find("signed in on your device as Sam Rivera") != std::string::npos);
  CHECK(SignInService::claims(service.post(kCommon + "token", poll))["oid"] == kSam);
}

TEST_CASE("a device code can be refused, and ends after fifteen minutes") {
  SignInService service(TimeMode::leap);
  set_device_confirmation(service.machinery.world, DeviceConfirmation::page);
  const auto begin = [&] { return SignInService::json(service.post(kCommon + "devicecode", "client_id=" + std::string(kCli) + "&scope=" + kScope)); };
  const auto error = [&](const Json& body) { return SignInService::json(service.post(kCommon + "token", kDeviceGrant + "&device_code=" + body["device_code"].get<std::string>()))["error"]; };
  const Json refused = begin();
  service.post(std::string(kLogin) + "common/oauth2/deviceauth", "azlab_person=cancel&otc=" + refused["user_code"].get<std::string>());
  CHECK(error(refused) == "authorization_declined");
  const Json late = begin();
  service.machinery.clock.set(service.machinery.clock.now() + std::chrono::minutes(16));
  CHECK(error(late) == "expired_token");
}

TEST_CASE("authorization code with PKCE: choose a person, come back with a code, redeem it once") {
  SignInService service;
  // The pair of RFC 7636, appendix B.
  const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const std::string url = authorize_url("&nonce=n1&client_info=1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
  const Response page = service.get(url);
  CHECK(page.status == 200);
  CHECK(page.headers.get("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body.text().find("Alex Martin") != std::string::npos);
  CHECK(page.body.text().find("type=\"password\"") == std::string::npos);
  const Response back = service.get(url + "&azlab_person=" + kSam);
  REQUIRE(back.status == 302);
  const std::string location(back.headers.get("Location"));
  CHECK(location.starts_with("http://localhost:8400?code="));
  CHECK(between(location + "&", "&state=", "&") == "s%2B1");
  CHECK(between(location, "&client_info=", "&") != "");
  const std::string code = between(location, "?code=", "&");
  CHECK(SignInService::json(service.post(kCommon + "token", redeem(code, "&code_verifier=wrong")))["error_codes"] == Json({501481}));
  CHECK(SignInService::json(service.post(kCommon + "token", "grant_type=authorization_code&client_id=" + std::string(kCli) + "&redirect_uri=http%3A%2F%2Flocalhost%3A1&code=" + code + "&code_verifier=" + verifier))["error_codes"] == Json({500112}));
  const Response done = service.post(kCommon + "token", redeem(code, "&code_verifier=" + verifier));
  CHECK(SignInService::claims(done)["oid"] == kSam);
  CHECK(SignInService::claims(done, "id_token")["nonce"] == "n1");
  CHECK(SignInService::json(service.post(kCommon + "token", redeem(code, "&code_verifier=" + verifier)))["error_codes"] == Json({54005}));
  CHECK(SignInService::json(service.post(kCommon + "token", redeem("made-up")))["error_codes"] == Json({70000}));
}

TEST_CASE("form_post answers with a form, values escaped; fragment and cancel go back as asked") {
  SignInService service;
  const std::string page = service.get(authorize_url("%22%3E%3Cscript%3E&response_mode=form_post&azlab_person=") + kAlex).body.text();
  CHECK(page.find("action=\"http://localhost:8400\"") != std::string::npos);
  CHECK(page.find("name=\"state\" value=\"s+1&quot;&gt;&lt;script&gt;\"") != std::string::npos);
  CHECK(std::string(service.get(authorize_url("&response_mode=fragment&azlab_person=") + kAlex).headers.get("Location")).starts_with("http://localhost:8400#code="));
  CHECK(std::string(service.get(authorize_url("&azlab_person=cancel")).headers.get("Location")).starts_with("http://localhost:8400?error=access_denied&error_subcode=cancel&"));
  CHECK(std::string(service.get(authorize_url("&prompt=none")).headers.get("Location")).starts_with("http://localhost:8400?error=interaction_required&"));
  CHECK(std::string(service.get(authorize_url("&prompt=none&login_hint=robin%40contoso-labs.example")).headers.get("Location")).starts_with("http://localhost:8400?code="));
}

TEST_CASE("codes go to this machine and to registered addresses only") {
  SignInService service;
  const auto status = [&](const std::string& client, const std::string& uri) {
    return service.get(kCommon + "authorize?client_id=" + client + "&response_type=code&scope=openid&azlab_person=" + kAlex + "&redirect_uri=" + percent_encode(uri)).status;
  };
  CHECK(status(kCli, "http://127.0.0.1:5000/x") == 302);
  CHECK(status(kCli, "https://login.microsoftonline.com/common/oauth2/nativeclient") == 302);
  CHECK(status(kPipeline, "https://pipeline.contoso-labs.example/signin") == 302);
  CHECK(status(kCli, "https://pipeline.contoso-labs.example/signin") == 400);
  CHECK(status(kCli, "https://fabrikam.example/") == 400);
  CHECK(status(kCli, "http://localhost.fabrikam.example/") == 400);
  CHECK(status(kCli, "http://localhost:1@fabrikam.example/") == 400);
  CHECK(status(kCli, "javascript:alert(1)") == 400);
  CHECK(status("nobody", "http://localhost") == 400);
}

TEST_CASE("no code, secret or token reaches the journal") {
  SignInService service;
  const std::string location(service.get(authorize_url("&azlab_person=") + kAlex).headers.get("Location"));
  const std::string code = between(location, "?code=", "&");
  const Json body = SignInService::json(service.post(kCommon + "token?client_secret=topsecret", redeem(code)));
  REQUIRE(body.contains("access_token"));
  for (const auto& entry : service.machinery.journal.entries()) {
    CHECK(entry.url.find(code) == std::string::npos);
    CHECK(entry.url.find("topsecret") == std::string::npos);
    CHECK(entry.url.find(body["refresh_token"].get<std::string>()) == std::string::npos);
  }
}
