#include "harness/walk/picture.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("picture: a page as text") {
  const portal::View view{.screen = "s", .app = "studio", .title = "Compute", .address = "https://ml.azure.com/compute", .dialog = true,
                          .controls = {{.id = "t", .kind = "tab", .label = "Instances", .children = {{.id = "n", .kind = "button", .label = "New", .enabled = false},
                                                                                                     {.id = "r", .kind = "row", .label = "ci-1", .children = {{.id = "s", .kind = "status", .label = "State", .value = "Running"}}}}},
                                       {.id = "f", .kind = "field", .label = "Name", .required = true, .error = "Too short"},
                                       {.id = "g", .kind = "field", .label = "Size", .value = "DS11", .options = {"DS11", "DS12"}},
                                       {.id = "o", .kind = "toggle", .label = "Shut down", .value = "on"}},
                          .notices = {"Created"}};
  CHECK(walk::picture(view) ==
        "studio: Compute  (dialog)\n"
        "https://ml.azure.com/compute\n"
        "! Created\n"
        "  / Instances \\\n"
        "    [ New ]  (disabled)\n"
        "    - ci-1\n"
        "      State: Running\n"
        "  Name *: ____  ! Too short\n"
        "  Size: DS11  (DS11 | DS12)\n"
        "  [x] Shut down\n");
}

TEST_CASE("picture: a long page is cut and says so") {
  portal::View view{.screen = "s", .app = "portal", .title = "All"};
  for (int i = 0; i < 100; ++i) view.controls.push_back({.id = "x", .kind = "link", .label = "L"});
  CHECK(walk::picture(view).ends_with("  <L>\n  … 20 more\n"));
}
