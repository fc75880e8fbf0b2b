#pragma once

#include "sim/entra/sign_in.hpp"

namespace azlab::entra {

struct Application;

/// The client of a request at an endpoint of ours; refuses tenants and clients that the directory has not.
SignIn<const Application*> client_of(const Form& form, const Match& match);
/// Whether a request is for an endpoint of version 1 ("/oauth2/token" against "/oauth2/v2.0/token").
bool is_v1(const Request& request);

// Handlers, rows of routes.cpp.
Response openid_configuration(Context&, const Request&, const Match&);
Response instance_discovery(Context&, const Request&, const Match&);
Response published_keys(Context&, const Request&, const Match&);
Response user_realm(Context&, const Request&, const Match&);
Response issue_token(Context&, const Request&, const Match&);
Response start_device_code(Context&, const Request&, const Match&);
Response authorize(Context&, const Request&, const Match&);
Response device_page(Context&, const Request&, const Match&);
Response signed_out_page(Context&, const Request&, const Match&);
Response native_client_page(Context&, const Request&, const Match&);
Response instance_metadata_token(Context&, const Request&, const Match&);
Response instance_metadata(Context&, const Request&, const Match&);
Response local_endpoint_token(Context&, const Request&, const Match&);
Response cloud_shell_token(Context&, const Request&, const Match&);
Response run_token(Context&, const Request&, const Match&);

/// Microsoft Graph, as far as az asks it (graph.cpp).
std::vector<Route> graph_routes();

}  // namespace azlab::entra
