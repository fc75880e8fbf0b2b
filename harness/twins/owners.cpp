#include <algorithm>
#include <array>
#include <utility>

#include "harness/rules/catalogue.hpp"
#include "harness/twins/twins.hpp"

namespace azlab::twins {
namespace {

/// Rules of the text and the rule of a translation that says the same with the source beside it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kSaidAgain{
    {{"md/broken-emphasis", "l10n/markup-broken"}, {"text/no-break-space", "l10n/dash-changed"}}};

bool said_again(const lab::Finding& finding, const std::vector<lab::Finding>& compared) {
  const auto* const again = std::find_if(kSaidAgain.begin(), kSaidAgain.end(), [&](const auto& pair) { return pair.first == finding.rule; });
  return again != kSaidAgain.end() && finding.owner == "translation" &&
         std::any_of(compared.begin(), compared.end(), [&](const lab::Finding& other) { return other.rule == again->second && other.line == finding.line; });
}

}  // namespace

void mark_owners(const lab::Lab& source, const std::vector<lab::Finding>& of_source, const lab::Lab& twin, const Alignment& alignment,
                 std::vector<lab::Finding>& of_twin) {
  for (lab::Finding& finding : of_twin) {
    if (rules::owner_of(finding) != "source") continue;
    const auto unit = unit_at(twin, finding.line);
    const auto source_unit = unit ? alignment.source_of(*unit) : std::nullopt;
    // Above the first unit stands what is about the page as a whole.
    const bool placed = !unit || source_unit.has_value();
    const bool in_source = placed && std::any_of(of_source.begin(), of_source.end(), [&](const lab::Finding& other) {
                             return other.rule == finding.rule && unit_at(source, other.line) == source_unit;
                           });
    finding.owner = in_source ? "source" : "translation";
  }
}

std::vector<lab::Finding> join_findings(const lab::Lab& source, const std::vector<lab::Finding>& of_source, const lab::Lab& twin, const Alignment& alignment,
                                        std::vector<lab::Finding> of_twin, std::vector<lab::Finding> compared) {
  mark_owners(source, of_source, twin, alignment, of_twin);
  std::erase_if(of_twin, [&](const lab::Finding& finding) { return said_again(finding, compared); });
  for (lab::Finding& finding : compared) of_twin.push_back(std::move(finding));
  std::stable_sort(of_twin.begin(), of_twin.end(), [](const lab::Finding& a, const lab::Finding& b) { return a.line < b.line; });
  return of_twin;
}

}  // namespace azlab::twins
