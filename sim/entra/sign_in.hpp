#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/http/context.hpp"

namespace azlab::entra {

/// Why a sign-in is refused: an entry of fixtures/entra/errors.json and what its `{placeholders}` stand for.
struct SignInError {
  std::string id;
  std::map<std::string, std::string> values{};
};
template <class T>
using SignIn = tl::expected<T, SignInError>;
inline tl::unexpected<SignInError> refuse_sign_in(std::string id, std::map<std::string, std::string> values = {}) {
  return tl::make_unexpected(SignInError{std::move(id), std::move(values)});
}

/// "AADSTS700016: Application with…", without the trace.
std::string sign_in_error_text(const SignInError& error);
/// The OAuth word of an error: "invalid_client".
std::string sign_in_error_word(const SignInError& error);
/// Entra's JSON: error, error_description with trace, error_codes, timestamp, trace_id, correlation_id, error_uri.
Response sign_in_error_response(Context& context, const Request& request, const SignInError& error);

/// The fields of a form or a query, decoded. Names compare exactly, as Entra compares them; the first one counts.
class Form {
 public:
  static Form parse(std::string_view encoded);
  /// Empty when absent.
  const std::string& get(std::string_view name) const;
  bool has(std::string_view name) const { return !get(name).empty(); }
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};
/// The form in a request's body; a body too large for one (1 MiB) counts as empty.
Form form_of(const Request& request);

/// What a client wants tokens for.
struct Wanted {
  std::string audience;          ///< `aud`, spelt as the client spelt it
  std::string scopes;            ///< of the access token (`scp`): "user_impersonation"
  std::string granted;           ///< `scope` of the answer
  bool id_token = false;         ///< openid
  bool refresh_token = false;    ///< offline_access
};
/// Reads `scope` (v2) or `resource` (v1). What precedes "/.default" is the audience to the letter, so that
/// "https://management.core.windows.net//.default" means "https://management.core.windows.net/".
SignIn<Wanted> read_wanted(const Form& form, bool v1, bool application_only);

/// The first instant of this run, or now where time is the machine's: what a client's own clock shows, as far as we
/// know. Leaps of simulated time must not make tokens look expired or not yet valid to clients (design 4).
Time time_of_clients(Context& context);

/// Simulated time without what a clock that ran faster than its people ran ahead: by it codes end that a person types or a
/// browser brings back.
Time time_of_people(Context& context);
/// The clock ran ahead of its people by so much more.
void hurry(World& world, Duration ahead);

/// Whether credentials are checked (SimulatorOptions::strict), as a row, so that handlers see it.
bool is_strict(const World& world);
void set_strict(World& world, bool strict);

}  // namespace azlab::entra
