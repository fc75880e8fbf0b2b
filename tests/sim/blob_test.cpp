#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "sim/core/world.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

constexpr const char* kHost = "https://stlab.blob.core.windows.net";

/// An account `stlab` with a container `files`.
struct Store : Azure {
  explicit Store(SimulatorOptions options = {}) : Azure(std::move(options)) {
    make_group();
    put(resource("Microsoft.Storage/storageAccounts/stlab"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
    settle();
    ask(Method::put, "/files?restype=container");
  }
  Response ask(Method method, const std::string& path, const std::string& body = "", const Headers& headers = {}, const std::string& origin = "in-process") {
    Request request = Request::make(method, kHost + path, Body(body));
    request.headers = headers;
    request.caller.origin = origin;
    return simulator.handle(request);
  }
  Response upload(const std::string& name, const std::string& bytes, Headers headers = {}) {
    headers.set("x-ms-blob-type", "BlockBlob");
    return ask(Method::put, "/files/" + name, bytes, headers);
  }
};

}  // namespace

TEST_CASE("a blob comes back with its bytes, type, MD5 and metadata", "[blob]") {
  Store store;
  const Response made = store.upload("a/b.txt", "hello", {{"Content-Type", "text/plain"}, {"x-ms-meta-Owner", "me"}});
  CHECK(made.status == 201);
  CHECK(made.headers.get("Content-MD5") == "XUFAKrxLKna5cZ2REBfFkg==");
  const Response got = store.ask(Method::get, "/files/a/b.txt");
  CHECK(got.status == 200);
  CHECK(got.body.text() == "hello");
  CHECK(got.headers.get("Content-Type") == "text/plain");
  CHECK(got.headers.get("x-ms-meta-owner") == "me");
  CHECK(got.headers.get("ETag") == made.headers.get("ETag"));
  const Response head = store.ask(Method::head, "/files/a/b.txt");
  CHECK(head.status == 200);
  CHECK(head.headers.get("Content-Length") == "5");
  CHECK(head.body.empty());
}

TEST_CASE("what is not there is named in a header, because HEAD has no body", "[blob]") {
  Store store;
  CHECK(store.ask(Method::head, "/files/none").headers.get("x-ms-error-code") == "BlobNotFound");
  CHECK(store.ask(Method::get, "/nowhere/none").headers.get("x-ms-error-code") == "ContainerNotFound");
  CHECK(store.ask(Method::get, "/nowhere/none").status == 404);
}

TEST_CASE("ranges are answered as storage does", "[blob]") {
  Store store;
  store.upload("x", "0123456789");
  store.upload("empty", "");
  const Response part = store.ask(Method::get, "/files/x", "", {{"x-ms-range", "bytes=2-4"}});
  CHECK(part.status == 206);
  CHECK(part.body.text() == "234");
  CHECK(part.headers.get("Content-Range") == "bytes 2-4/10");
  CHECK(store.ask(Method::get, "/files/x", "", {{"Range", "bytes=8-99"}}).body.text() == "89");
  CHECK(store.ask(Method::get, "/files/x", "", {{"Range", "bytes=0-99"}}).headers.get("Content-Range") == "bytes 0-9/10");
  const Response none = store.ask(Method::get, "/files/empty", "", {{"x-ms-range", "bytes=0-33554431"}});
  CHECK(none.status == 416);
  CHECK(none.headers.get("x-ms-error-code") == "InvalidRange");
}

TEST_CASE("conditional headers decide about reads and writes", "[blob]") {
  Store store;
  const std::string first(store.upload("x", "one").headers.get("ETag"));
  const Response again = store.upload("x", "two", {{"If-None-Match", "*"}});
  CHECK(again.status == 409);
  CHECK(again.headers.get("x-ms-error-code") == "BlobAlreadyExists");
  CHECK(store.ask(Method::get, "/files/x", "", {{"If-None-Match", first}}).status == 304);
  const std::string second(store.upload("x", "two", {{"If-Match", first}}).headers.get("ETag"));
  CHECK(second != first);
  CHECK(store.upload("x", "three", {{"If-Match", first}}).headers.get("x-ms-error-code") == "ConditionNotMet");
  CHECK(store.ask(Method::get, "/files/x").body.text() == "two");
}

TEST_CASE("an upload whose MD5 does not fit leaves nothing behind", "[blob]") {
  Store store;
  const Response made = store.upload("x", "hello", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}});
  CHECK(made.status == 400);
  CHECK(made.headers.get("x-ms-error-code") == "Md5Mismatch");
  CHECK(store.ask(Method::get, "/files/x").status == 404);
}

TEST_CASE("blocks become a blob in the order of their list", "[blob]") {
  Store store;
  const std::string one = base64_encode("block-1");
  const std::string two = base64_encode("block-2");
  store.ask(Method::put, "/files/big?comp=block&blockid=" + percent_encode(one), "World");
  store.ask(Method::put, "/files/big?comp=block&blockid=" + percent_encode(two), "Hello ");
  CHECK(store.ask(Method::get, "/files/big").status == 404);
  const std::string list = "<?xml version='1.0'?><BlockList><Latest>" + two + "</Latest><Uncommitted>" + one + "</Uncommitted></BlockList>";
  CHECK(store.ask(Method::put, "/files/big?comp=blocklist", list).status == 201);
  CHECK(store.ask(Method::get, "/files/big").body.text() == "Hello World");
  const std::string blocks = store.ask(Method::get, "/files/big?comp=blocklist&blocklisttype=all").body.text();
  CHECK(blocks.find("<CommittedBlocks><Block><Name>" + two + "</Name><Size>6</Size></Block>") != std::string::npos);
  CHECK(blocks.find("<UncommittedBlocks/>") != std::string::npos);
  CHECK(store.ask(Method::put, "/files/big?comp=blocklist", "<BlockList><Latest>AAAA</Latest></BlockList>").headers.get("x-ms-error-code") == "InvalidBlockList");
  CHECK(store.ask(Method::put, "/files/big?comp=blocklist", "<BlockList><Latest>").headers.get("x-ms-error-code") == "InvalidXmlDocument");
}

TEST_CASE("append blobs grow at their end", "[blob]") {
  Store store;
  CHECK(store.ask(Method::put, "/files/log", "", {{"x-ms-blob-type", "AppendBlob"}}).status == 201);
  CHECK(store.ask(Method::put, "/files/log?comp=appendblock", "one\n").headers.get("x-ms-blob-append-offset") == "0");
  CHECK(store.ask(Method::put, "/files/log?comp=appendblock", "two\n").headers.get("x-ms-blob-append-offset") == "4");
  CHECK(store.ask(Method::put, "/files/log?comp=appendblock", "x", {{"x-ms-blob-condition-appendpos", "1"}}).status == 412);
  CHECK(store.ask(Method::get, "/files/log").body.text() == "one\ntwo\n");
}

TEST_CASE("metadata is set without touching the bytes", "[blob]") {
  Store store;
  const std::string before(store.upload("x", "hello").headers.get("ETag"));
  const Response set = store.ask(Method::put, "/files/x?comp=metadata", "", {{"x-ms-meta-upload_status", "completed"}});
  CHECK(set.status == 200);
  CHECK(set.headers.get("ETag") != before);
  const Response head = store.ask(Method::head, "/files/x");
  CHECK(head.headers.get("x-ms-meta-upload_status") == "completed");
  CHECK(store.ask(Method::get, "/files/x").body.text() == "hello");
}

TEST_CASE("lists come in pages, with folders where a delimiter asks for them", "[blob]") {
  Store store;
  for (const char* name : {"a/1", "a/2", "b", "c/d/3"}) store.upload(name, "x");
  const std::string all = store.ask(Method::get, "/files?restype=container&comp=list&delimiter=/").body.text();
  CHECK(all.find("<BlobPrefix><Name>a/</Name></BlobPrefix>") != std::string::npos);
  CHECK(all.find("<BlobPrefix><Name>c/</Name></BlobPrefix>") != std::string::npos);
  CHECK(all.find("<Name>a/1</Name>") == std::string::npos);
  const std::string first = store.ask(Method::get, "/files?restype=container&comp=list&maxresults=3").body.text();
  CHECK(first.find("<Name>b</Name>") != std::string::npos);
  const auto at = first.find("<NextMarker>") + 12;
  const std::string marker = first.substr(at, first.find("</NextMarker>") - at);
  const std::string second = store.ask(Method::get, "/files?restype=container&comp=list&marker=" + percent_encode(marker)).body.text();
  CHECK(second.find("<Name>b</Name>") == std::string::npos);
  CHECK(second.find("<Name>c/d/3</Name>") != std::string::npos);
  CHECK(second.find("<NextMarker></NextMarker>") != std::string::npos);
  const std::string one = store.ask(Method::get, "/files?restype=container&comp=list&delimiter=/&maxresults=2").body.text();
  const auto end = one.find("<NextMarker>") + 12;
  const std::string rest = store.ask(Method::get, "/files?restype=container&comp=list&delimiter=/&marker=" + percent_encode(one.substr(end, one.find("</NextMarker>") - end))).body.text();
  CHECK(one.find("<Name>c/</Name>") == std::string::npos);
  CHECK(rest.find("<BlobPrefix><Name>c/</Name></BlobPrefix>") != std::string::npos);
  CHECK(rest.find("<Name>a/</Name>") == std::string::npos);
  CHECK(store.ask(Method::get, "/files?restype=container&comp=list&prefix=a/").body.text().find("<Name>b</Name>") == std::string::npos);
}

TEST_CASE("a container of the data plane is the one of ARM", "[blob]") {
  Store store;
  CHECK(store.get(store.resource("Microsoft.Storage/storageAccounts/stlab/blobServices/default/containers/files")).status == 200);
  CHECK(store.ask(Method::put, "/files?restype=container").headers.get("x-ms-error-code") == "ContainerAlreadyExists");
  CHECK(store.ask(Method::get, "/?comp=list").body.text().find("<Name>files</Name>") != std::string::npos);
  store.upload("x", "hello");
  CHECK(store.ask(Method::del, "/files?restype=container").status == 202);
  CHECK(store.ask(Method::get, "/files/x").headers.get("x-ms-error-code") == "ContainerNotFound");
  store.ask(Method::put, "/files?restype=container");
  CHECK(store.ask(Method::get, "/files/x").headers.get("x-ms-error-code") == "BlobNotFound");
}

TEST_CASE("a copy reads its source as a client would", "[blob]") {
  Store store;
  store.upload("x", "hello", {{"Content-Type", "text/plain"}});
  const Response copied = store.ask(Method::put, "/files/y", "", {{"x-ms-copy-source", std::string(kHost) + "/files/x"}});
  CHECK(copied.status == 202);
  CHECK(copied.headers.get("x-ms-copy-status") == "success");
  CHECK(store.ask(Method::get, "/files/y").body.text() == "hello");
  CHECK(store.ask(Method::get, "/files/y").headers.get("Content-Type") == "text/plain");
  CHECK(store.ask(Method::put, "/files/z", "", {{"x-ms-copy-source", std::string(kHost) + "/files/none"}}).status == 404);
}

TEST_CASE("names that lead out of a container are refused, and so is what is not served", "[blob]") {
  Store store;
  CHECK(store.upload("a/%2E%2E/b", "x").headers.get("x-ms-error-code") == "InvalidUri");
  CHECK(store.upload("a%00b", "x").headers.get("x-ms-error-code") == "InvalidResourceName");
  CHECK(store.ask(Method::put, "/files/x?comp=lease", "").headers.get("x-ms-error-code") == "AzlabNotSimulated");
  CHECK(store.ask(Method::put, "/files/x", "", {{"x-ms-blob-type", "PageBlob"}}).headers.get("x-ms-error-code") == "AzlabNotSimulated");
}

TEST_CASE("an account that forbids shared keys says so to those who bring one", "[blob]") {
  Store store;
  store.upload("x", "hello");
  store.send(Method::patch, store.resource("Microsoft.Storage/storageAccounts/stlab"), {{"properties", {{"allowSharedKeyAccess", false}}}});
  store.settle();
  const Response refused = store.ask(Method::get, "/files/x", "", {{"Authorization", "SharedKey stlab:abc"}}, "network");
  CHECK(refused.status == 403);
  CHECK(refused.headers.get("x-ms-error-code") == "KeyBasedAuthenticationNotPermitted");
}

TEST_CASE("strict mode verifies shared access signatures", "[blob]") {
  Store store({.strict = true});
  store.upload("x", "hello");
  const Json answer = Azure::json(store.post(store.resource("Microsoft.Storage/storageAccounts/stlab/listServiceSas"),
                                             {{"canonicalizedResource", "/blob/stlab/files"}, {"signedResource", "c"}, {"signedPermission", "rl"}, {"signedExpiry", "2026-12-01T00:00:00Z"}}));
  const std::string sas = answer["serviceSasToken"];
  CHECK(store.ask(Method::get, "/files/x?" + sas, "", {}, "network").status == 200);
  CHECK(store.ask(Method::get, "/files?restype=container&comp=list&" + sas, "", {}, "network").status == 200);
  CHECK(store.ask(Method::put, "/files/y?" + sas, "new", {{"x-ms-blob-type", "BlockBlob"}}, "network").headers.get("x-ms-error-code") == "AuthorizationPermissionMismatch");
  CHECK(store.ask(Method::get, "/files/x?" + replace_all(sas, "sp=rl", "sp=rwl"), "", {}, "network").headers.get("x-ms-error-code") == "AuthenticationFailed");
  CHECK(store.ask(Method::get, "/files/x?" + replace_all(sas, "2026-12", "2026-10"), "", {}, "network").headers.get("x-ms-error-code") == "AuthenticationFailed");
  const std::string list = store.ask(Method::get, "/files/x", "", {{"Authorization", "SharedKey stlab:AAAA"}}, "network").body.text();
  CHECK(list.find("AuthenticationFailed") != std::string::npos);
}

TEST_CASE("a deleted account takes its blobs along", "[blob]") {
  Store store;
  store.upload("x", "hello");
  store.del(store.resource("Microsoft.Storage/storageAccounts/stlab"));
  store.settle();
  store.simulator.inspect([](const World& world) {
    CHECK(world.size(Table::blob) == 0);
    CHECK(world.size(Table::blob_content) == 0);
  });
}
