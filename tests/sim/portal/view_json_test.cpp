#include "sim/portal/view_json.hpp"

#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/portal/library.hpp"
#include "tests/sim/portal/fake.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::portal;

namespace {

auto parts(const Control& c) {
  return std::tie(c.id, c.kind, c.label, c.label_en, c.also, c.enabled, c.busy, c.required, c.untranslated, c.unverified, c.value, c.options, c.free, c.error, c.hint, c.format, c.table, c.chrome);
}

bool same(const std::vector<Control>& a, const std::vector<Control>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const Control& x, const Control& y) { return parts(x) == parts(y) && same(x.children, y.children); });
}

View view_of_screen(const std::string& id, const std::string& language) {
  test::FakeAzure azure;
  Session session([&](const Request& request) { return azure(request); }, {.language = language, .as_of = "", .user_name = "alex.martin@contoso-labs.example", .seed = 1});
  const Json params = {{"workspaceId", test::FakeAzure::workspace()}, {"groupId", test::FakeAzure::group()}, {"resourceGroup", "rg-dp100-labs"}, {"query", "machine"}};
  const Json frame = {{"screen", id}, {"params", params}, {"form", Json::object()}};
  session.load(Json{{"tabs", Json::array({{{"app", id.substr(0, id.find('.'))}, {"frames", Json::array({frame})}}})}}.dump());
  return session.view();
}

}  // namespace

TEST_CASE("a view that is written for a walker is read as it was, on every screen") {
  for (const std::string language : {"en", "fr"}) {
    for (const auto& id : Library::builtin().ids()) {
      if (id.ends_with(".chrome")) continue;
      INFO(language << " " << id);
      const View view = view_of_screen(id, language);
      const auto read = view_of(view_json(view, ViewFor::walker));
      REQUIRE(read);
      CHECK(same(read->controls, view.controls));
      CHECK(std::tie(read->screen, read->app, read->title, read->address, read->complete, read->absent, read->dialog, read->popup, read->commit, read->step, read->way_out, read->notices) ==
            std::tie(view.screen, view.app, view.title, view.address, view.complete, view.absent, view.dialog, view.popup, view.commit, view.step, view.way_out, view.notices));
    }
  }
}

TEST_CASE("what a page is sent has no other spellings, and says of a field with options whether it is free") {
  const Json form = view_json(view_of_screen("portal.create.workspace", "en"));
  const std::string text = form.dump();
  CHECK(text.find("\"also\"") == std::string::npos);
  const View view = view_of(form).value();
  CHECK(find_control(view.controls, "resourceGroup")->free);
  CHECK_FALSE(find_control(view.controls, "region")->free);
}

TEST_CASE("what is no view is refused with one line") {
  CHECK(view_of(Json{{"screen", "portal.home"}}).error().message.find("this is no view: ") == 0);
  CHECK_FALSE(view_of(Json::array()));
}
