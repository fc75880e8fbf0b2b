#pragma once

#include "sim/entra/token.hpp"

namespace azlab::entra {

/// A request at a token endpoint.
struct TokenCall {
  Context& context;
  const Form& form;
  const Application& client;
  bool v1 = false;
};

/// One way to get tokens; rows of the table in token_endpoint.cpp.
SignIn<Grant> by_client_credentials(const TokenCall& call);
SignIn<Grant> by_password(const TokenCall& call);
SignIn<Grant> by_refresh_token(const TokenCall& call);
SignIn<Grant> by_authorization_code(const TokenCall& call);
SignIn<Grant> by_device_code(const TokenCall& call);
/// A service that was called with a person's token gets one of that person for what it calls in turn.
SignIn<Grant> on_behalf_of(const TokenCall& call);

/// Checks what a confidential client shows (secret, certificate, federated assertion) and returns `appidacr`. Anything
/// will do unless the run is strict; nothing at all never does.
SignIn<std::string> check_client(const TokenCall& call);

/// A code for one sign-in of a person by a client, to be redeemed once; `content` has client, person, scope,
/// redirectUri, and perhaps challenge, method and nonce.
std::string make_authorization_code(Context& context, Json content);

/// A device code was confirmed (with a person) or refused (null), by the code that people type. False: there is none waiting.
bool answer_device_code(Context& context, std::string_view user_code, const Person* person);

}  // namespace azlab::entra
