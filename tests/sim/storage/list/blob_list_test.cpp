#include "sim/storage/list/blob_list.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::storage;

namespace {

constexpr const char* kFirst = R"(<?xml version="1.0"?><EnumerationResults><Blobs>
<Blob><Name>a/x &amp; y</Name><Properties><Creation-Time>Mon, 23 Nov 2026 09:00:00 GMT</Creation-Time><Etag>0x8D1</Etag><Content-Length>12</Content-Length></Properties></Blob>
<BlobPrefix><Name>a/b/</Name></BlobPrefix></Blobs><NextMarker>2 2</NextMarker></EnumerationResults>)";
constexpr const char* kLast = "<EnumerationResults><Blobs><Blob><Name>a/z</Name></Blob></Blobs><NextMarker/></EnumerationResults>";

}  // namespace

TEST_CASE("a list of blobs is read to its last page", "[blob-list]") {
  std::vector<std::string> asked;
  const auto all = list_all_blobs({.container = "https://st.blob.core.windows.net/c", .prefix = "a/", .signature = "sig=s", .by_folder = true}, [&](Request request) {
    asked.push_back(request.query);
    return Response{.status = 200, .body = asked.size() == 1 ? kFirst : kLast};
  });
  REQUIRE(all);
  REQUIRE(all->blobs.size() == 2);
  CHECK(all->blobs[0].name == "a/x & y");
  CHECK(all->blobs[0].size == 12);
  CHECK(all->blobs[0].etag == "0x8D1");
  CHECK(all->blobs[0].created == "2026-11-23T09:00:00Z");
  CHECK(all->blobs[1].name == "a/z");
  CHECK(all->folders == std::vector<std::string>{"a/b/"});
  CHECK(asked == std::vector<std::string>{"restype=container&comp=list&prefix=a%2F&delimiter=%2F&sig=s", "restype=container&comp=list&prefix=a%2F&delimiter=%2F&marker=2%202&sig=s"});
}

TEST_CASE("a refused list keeps its status and code; what is no XML is said to be none", "[blob-list]") {
  const auto answer = [](Response response) { return list_blob_page({.container = "https://st.blob.core.windows.net/c"}, [&](const Request&) { return response; }); };
  const auto refused = answer({.status = 403, .headers = {{"x-ms-error-code", "AuthorizationPermissionMismatch"}}, .body = "<Error/>"});
  REQUIRE(!refused);
  CHECK(refused.error().status == 403);
  CHECK(refused.error().code == "AuthorizationPermissionMismatch");
  CHECK(answer({.status = 200, .body = "no"}).error().code == "InvalidXmlDocument");
}
