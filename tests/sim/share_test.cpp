#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

struct Share : Azure {
  Share() {
    make_workspace();
    const Json store = get_json(workspace() + "/datastores/workspaceworkingdirectory");
    base = "https://" + store["properties"]["accountName"].get<std::string>() + ".file.core.windows.net/" + store["properties"]["fileShareName"].get<std::string>();
  }
  Response ask(Method method, const std::string& path, const std::string& body = "", const Headers& headers = {}) {
    Request request = Request::make(method, base + path, Body(body));
    request.headers = headers;
    return simulator.handle(request);
  }
  std::string base;
};

}  // namespace

TEST_CASE("a file is made, written in ranges and read", "[share]") {
  Share share;
  CHECK(share.ask(Method::get, "?restype=share").status == 200);
  CHECK(share.ask(Method::put, "/Users?restype=directory").status == 201);
  CHECK(share.ask(Method::put, "/Users?restype=directory").headers.get("x-ms-error-code") == "ResourceAlreadyExists");
  CHECK(share.ask(Method::put, "/none/a.txt", "", {{"x-ms-content-length", "5"}, {"x-ms-type", "file"}}).headers.get("x-ms-error-code") == "ParentNotFound");
  CHECK(share.ask(Method::put, "/Users/a.txt", "", {{"x-ms-content-length", "5"}, {"x-ms-type", "file"}}).status == 201);
  CHECK(share.ask(Method::put, "/Users/a.txt?comp=range", "hello", {{"x-ms-range", "bytes=0-4"}, {"x-ms-write", "update"}}).status == 201);
  CHECK(share.ask(Method::get, "/Users/a.txt").body.text() == "hello");
  CHECK(share.ask(Method::get, "/Users/a.txt", "", {{"x-ms-range", "bytes=1-2"}}).body.text() == "el");
  CHECK(share.ask(Method::head, "/Users/a.txt").headers.get("Content-Length") == "5");
  CHECK(share.ask(Method::put, "/Users/a.txt?comp=range", "hello", {{"x-ms-range", "bytes=3-7"}}).headers.get("x-ms-error-code") == "InvalidRange");
}

TEST_CASE("directories list what they hold, and go when they are empty", "[share]") {
  Share share;
  share.ask(Method::put, "/d?restype=directory");
  share.ask(Method::put, "/d/a.txt", "", {{"x-ms-content-length", "3"}});
  const std::string list = share.ask(Method::get, "/d?restype=directory&comp=list").body.text();
  CHECK(list.find("<Name>a.txt</Name><Properties><Content-Length>3</Content-Length></Properties>") != std::string::npos);
  CHECK(share.ask(Method::del, "/d?restype=directory").headers.get("x-ms-error-code") == "DirectoryNotEmpty");
  CHECK(share.ask(Method::del, "/d/a.txt").status == 202);
  CHECK(share.ask(Method::del, "/d?restype=directory").status == 202);
  CHECK(share.ask(Method::get, "/d?restype=directory").status == 404);
}

TEST_CASE("what a client writes is what the studio's files show, and nothing leads out", "[share]") {
  Share share;
  share.ask(Method::put, "/n.txt", "", {{"x-ms-content-length", "2"}});
  share.ask(Method::put, "/n.txt?comp=range", "hi", {{"x-ms-range", "bytes=0-1"}});
  const std::string studio = "https://ml-lab.notebooks.azure.net/files" + share.workspace() + "/n.txt";
  CHECK(share.get(studio).body.text() == "hi");
  CHECK(share.ask(Method::get, "/a/%2E%2E/%2E%2E/x").headers.get("x-ms-error-code") == "InvalidUri");
  CHECK(share.ask(Method::put, "/n.txt?comp=lease").headers.get("x-ms-error-code") == "AzlabNotSimulated");
}
