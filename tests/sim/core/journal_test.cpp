#include "sim/core/journal.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("entries are numbered from one and found by number") {
  Journal journal;
  CHECK(journal.begin({.url = "a"}) == 1);
  CHECK(journal.begin({.parent = 1, .url = "b"}) == 2);
  REQUIRE(journal.find(2) != nullptr);
  CHECK(journal.find(2)->url == "b");
  CHECK(journal.find(3) == nullptr);
  CHECK(journal.find(0) == nullptr);
}

TEST_CASE("cutting back forgets what came later, and numbers go on from there") {
  Journal journal;
  journal.begin({.url = "a"});
  const auto here = journal.next_number();
  const auto hash = journal.hash();
  journal.begin({.url = "b"});
  CHECK(journal.hash() != hash);
  journal.cut_back_to(here);
  CHECK(journal.hash() == hash);
  CHECK(journal.begin({.url = "c"}) == here);
}

TEST_CASE("the hash tells histories apart by any field a client could see") {
  const auto hash_of = [](const JournalEntry& entry) {
    Journal journal;
    journal.begin(entry);
    return journal.hash();
  };
  const JournalEntry base{.at = Time(Duration(1000)), .operation = "o", .method = "GET", .url = "u", .origin = "x", .status = 200};
  CHECK(hash_of(base) == hash_of(base));
  JournalEntry other = base;
  other.status = 404;
  CHECK(hash_of(other) != hash_of(base));
  other = base;
  other.at += Duration(1);
  CHECK(hash_of(other) != hash_of(base));
  other = base;
  other.fault = "f";
  CHECK(hash_of(other) != hash_of(base));
}

TEST_CASE("a long history drops its oldest half and says how much") {
  Journal journal;
  for (std::size_t i = 0; i < Journal::kEntriesMax + 1; ++i) journal.begin({});
  CHECK(journal.dropped() == Journal::kEntriesMax / 2);
  CHECK(journal.entries().size() == Journal::kEntriesMax / 2 + 1);
  CHECK(journal.find(1) == nullptr);
  CHECK(journal.find(Journal::kEntriesMax + 1) != nullptr);
}

TEST_CASE("values that are secrets never reach the journal, whatever stands around them") {
  CHECK(without_secrets("https://a.blob.core.windows.net/c/b?sv=2024&sig=abc%2Fd&se=x") == "https://a.blob.core.windows.net/c/b?sv=2024&sig=redacted&se=x");
  CHECK(without_secrets("https://h/p?code=1&state=2&client%5Fsecret=3") == "https://h/p?code=redacted&state=2&client%5Fsecret=redacted");
  CHECK(without_secrets("https://h/p?Code=1&ASSERTION=&barcode=4&code") == "https://h/p?Code=redacted&ASSERTION=redacted&barcode=4&code");
  CHECK(without_secrets("https://h/code=1") == "https://h/code=1");
  CHECK(without_secrets("?") == "?");

  Journal journal;
  journal.begin({.url = "https://h/p?password=hunter2"});
  CHECK(journal.entries().front().url == "https://h/p?password=redacted");
}

TEST_CASE("who asked is kept once for all entries, and stays readable when the oldest go") {
  Journal journal;
  for (std::size_t i = 0; i < Journal::kEntriesMax + 1; ++i) journal.begin({.principal = "p", .client = std::string(i % 2 == 0 ? "azure-cli/2.91" : "curl/8")});
  CHECK(journal.entries().back().client == "azure-cli/2.91");
  CHECK(journal.entries()[0].client.data() == journal.entries()[2].client.data());
  CHECK(journal.entries()[0].principal == "p");
  CHECK(journal.entries()[0].user.empty());
}

TEST_CASE("names of clients are bounded in length and in number") {
  Journal journal;
  journal.begin({.client = std::string(1000, 'x')});
  CHECK(journal.entries().back().client == std::string(Journal::kClientBytesMax, 'x'));
  for (std::size_t i = 1; i < Journal::kNamesMax; ++i) journal.begin({.client = std::to_string(i)});
  CHECK(journal.entries().back().client == std::to_string(Journal::kNamesMax - 1));
  journal.begin({.client = "one more"});
  CHECK(journal.entries().back().client == "others");
}
