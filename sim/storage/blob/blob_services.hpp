#pragma once

#include "sim/http/router.hpp"

namespace azlab::storage {

// The handlers of the blob service, by file. Names are those of Microsoft's reference of its REST interface.

// blob_container.cpp
Response create_container(Context& context, const Request& request, const Match& match);
Response get_container(Context& context, const Request& request, const Match& match);
Response set_container_metadata(Context& context, const Request& request, const Match& match);
Response delete_container(Context& context, const Request& request, const Match& match);
Response list_containers(Context& context, const Request& request, const Match& match);
Response account_information(Context& context, const Request& request, const Match& match);

// blob_list.cpp
Response list_blobs(Context& context, const Request& request, const Match& match);

// blob_read.cpp
Response get_blob(Context& context, const Request& request, const Match& match);
Response get_blob_metadata(Context& context, const Request& request, const Match& match);
Response get_block_list(Context& context, const Request& request, const Match& match);

// blob_write.cpp
Response put_blob(Context& context, const Request& request, const Match& match);
Response set_blob_metadata(Context& context, const Request& request, const Match& match);
Response set_blob_properties(Context& context, const Request& request, const Match& match);
Response set_blob_tier(Context& context, const Request& request, const Match& match);
Response delete_blob(Context& context, const Request& request, const Match& match);

// blob_blocks.cpp
Response put_block(Context& context, const Request& request, const Match& match);
Response put_block_list(Context& context, const Request& request, const Match& match);
Response append_block(Context& context, const Request& request, const Match& match);

}  // namespace azlab::storage
