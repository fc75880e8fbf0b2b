// What of a notebook's file the page changes, and what it leaves alone.
#include "harness/site/notebook_document.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace azlab;
using azlab::site::NotebookDocument;

namespace {

/// As Jupyter writes one of format 4.4: no ids, texts as lines, and members that nobody here knows.
constexpr const char* kOlder = R"({
 "cells": [
  {
   "attachments": {
    "a.png": {
     "image/png": "iVBO"
    }
   },
   "cell_type": "markdown",
   "metadata": {
    "tags": [
     "intro"
    ]
   },
   "source": [
    "# Ünicode\n",
    "second"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "metadata": {
    "collapsed": true
   },
   "outputs": [
    {
     "data": {
      "image/png": "AA==",
      "text/html": [
       "<b>\n",
       "x</b>"
      ],
      "text/plain": [
       "x"
      ]
     },
     "execution_count": 3,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\n",
      "two\n"
     ]
    }
   ],
   "source": [
    "x"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "Python 3.10 - AzureML",
   "name": "python310-azureml"
  },
  "widgets": {
   "state": 1
  }
 },
 "nbformat": 4,
 "nbformat_minor": 4,
 "theirOwn": true
}
)";

}  // namespace

TEST_CASE("a notebook that nobody changed is written as it was read, to the byte", "[notebook-document]") {
  const auto document = NotebookDocument::parse(kOlder);
  REQUIRE(document);
  CHECK(document->text() == kOlder);
  CHECK(document->kernel() == "Python 3.10 - AzureML");
  const Json cells = document->cells();
  REQUIRE(cells.size() == 2);
  CHECK(cells[0] == Json({{"id", "cell-1"}, {"kind", "markdown"}, {"source", "# Ünicode\nsecond"}, {"outputs", Json::array()}, {"count", nullptr}}));
  CHECK(cells[1]["outputs"][0]["data"]["text/html"] == "<b>\nx</b>");
  CHECK(cells[1]["outputs"][0]["data"]["image/png"] == "AA==");
  CHECK(cells[1]["outputs"][1]["text"] == "one\ntwo\n");
  CHECK(cells[1]["count"] == 3);
}

TEST_CASE("the page's order and sources count, and what a cell has beside them moves with it", "[notebook-document]") {
  auto document = NotebookDocument::parse(kOlder);
  REQUIRE(document);
  const Json page = {{{"id", "cell-2"}, {"kind", "code"}, {"source", "y = 1\ny"}}, {{"id", "n-1"}, {"kind", "code"}, {"source", ""}}, {{"id", "cell-1"}, {"kind", "markdown"}, {"source", "new"}}};
  REQUIRE(document->arrange(page));
  const Json written = Json::parse(document->text());
  REQUIRE(written["cells"].size() == 3);
  CHECK(written["cells"][0]["metadata"] == Json({{"collapsed", true}}));
  CHECK(written["cells"][0]["source"] == Json::array({"y = 1\n", "y"}));
  CHECK(written["cells"][0]["outputs"].size() == 2);
  CHECK(written["cells"][1] == Json({{"cell_type", "code"}, {"execution_count", nullptr}, {"metadata", Json::object()}, {"outputs", Json::array()}, {"source", Json::array()}}));
  CHECK(written["cells"][2]["attachments"] == Json({{"a.png", {{"image/png", "iVBO"}}}}));
  CHECK(written["theirOwn"] == true);
  CHECK(written["metadata"]["widgets"]["state"] == 1);
  CHECK(document->code_cells() == std::vector<std::string>{"cell-2"});
  REQUIRE(document->arrange({{{"id", "cell-2"}, {"kind", "markdown"}, {"source", "text now"}}}));
  CHECK(Json::parse(document->text())["cells"] == Json::array({{{"cell_type", "markdown"}, {"metadata", {{"collapsed", true}}}, {"source", {"text now"}}}}));
}

TEST_CASE("cells that are none are refused, and change nothing", "[notebook-document]") {
  auto document = NotebookDocument::parse(kOlder);
  REQUIRE(document);
  const auto refused = [&](const Json& cells) { return !document->arrange(cells); };
  CHECK(refused({{{"id", ""}, {"kind", "code"}, {"source", ""}}}));
  CHECK(refused({{{"id", "a b"}, {"kind", "code"}, {"source", ""}}}));
  CHECK(refused({{{"id", std::string(65, 'a')}, {"kind", "code"}, {"source", ""}}}));
  CHECK(refused({{{"id", "a"}, {"kind", "heading"}, {"source", ""}}}));
  CHECK(refused({{{"id", "a"}, {"kind", "code"}, {"source", ""}}, {{"id", "a"}, {"kind", "code"}, {"source", ""}}}));
  CHECK(refused({"text"}));
  CHECK(document->text() == kOlder);
}

TEST_CASE("outputs become the file's, ids stay where the format has them", "[notebook-document]") {
  auto document = NotebookDocument::parse("");
  REQUIRE(document);
  REQUIRE(document->arrange({{{"id", "first"}, {"kind", "code"}, {"source", "1"}}}));
  document->set_outputs("first", {{{"output_type", "stream"}, {"name", "stdout"}, {"text", "a\nb"}}}, 4);
  document->set_outputs("nowhere", Json::array(), 5);
  document->set_kernel("python310-sdkv2", "Python 3.10 - SDK v2");
  CHECK(document->text() == R"({
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 4,
   "id": "first",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "a\n",
      "b"
     ]
    }
   ],
   "source": [
    "1"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "Python 3.10 - SDK v2",
   "language": "python",
   "name": "python310-sdkv2"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
)");
}

TEST_CASE("what is no notebook is refused in one line", "[notebook-document]") {
  const auto why = [](const char* text) { return NotebookDocument::parse(text).error().message; };
  CHECK(why("[]") == "this is no notebook that can be opened: it names no format");
  CHECK(why(R"({"nbformat": 3, "worksheets": []})") == "this is no notebook that can be opened: its format is 3; only format 4 is read");
  CHECK(why(R"({"nbformat": 4})") == "this is no notebook that can be opened: it has no list of cells");
  CHECK(why(R"({"nbformat": 4, "cells": [{"cell_type": "heading"}]})") == "this is no notebook that can be opened: one of its cells is no cell");
  CHECK(why(R"({"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [1]}]})") == "this is no notebook that can be opened: the outputs of one of its cells are none");
  CHECK(why("print(1)").starts_with("this is no notebook that can be opened: "));
  // Two cells of one id are two cells.
  const auto twice = NotebookDocument::parse(R"({"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "id": "a", "source": "1"}, {"cell_type": "code", "id": "a", "source": "2"}]})");
  REQUIRE(twice);
  CHECK(twice->cells()[0]["id"] == "a");
  CHECK(twice->cells()[1]["id"] == "cell-1");
}
