// What the page is told of a lab, and its score: as JSON and to print.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/guide/guide.hpp"
#include "harness/guide/lab_text.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

constexpr int kScoreVersion = 1;

/// Points of what has been seen of an item.
int got_of(const Item& item, const Progress& progress) {
  if (item.optional) return 0;
  int out = 0;
  for (std::size_t i = 0; i < item.checks.size(); ++i) out += progress.held[i] ? points_of(item.checks[i]) : 0;
  return out;
}

std::string row(const Json& item, const std::string& language) {
  const bool counts = item.at("decidable").get<bool>();
  const bool done = item.at("done").get<bool>();
  const std::string when = counts ? (done ? item.at("doneAt").get<std::string>() : std::string()) : sentence(language, done ? "score-own" : "score-open");
  return fmt::format("<tr class=\"{}\"><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n", done ? "done" : "open", done ? "✓" : "–", escaped(item.at("text").get<std::string>()),
                     escaped(when), counts && item.at("of").get<int>() > 0 ? fmt::format("{}/{}", item.at("got").get<int>(), item.at("of").get<int>()) : "", item.at("hints").get<int>() > 0 ? std::to_string(item.at("hints").get<int>()) : "");
}

constexpr std::string_view kStyle =
    "body{font:11pt/1.4 'Segoe UI',system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem;color:#111;background:#fff}"
    "h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}.points{font-size:1.3rem;font-weight:600}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #ccc}.n{text-align:right;white-space:nowrap}"
    ".open td{color:#555}.mark{border:1px solid #8a6d00;background:#fff8e1;padding:.4rem .7rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{font-weight:600}dd{margin:0}"
    "@media print{body{margin:0;max-width:none}tr,h2{break-inside:avoid}h2{break-after:avoid}}";

}  // namespace

Json Guide::lab_json() const {
  const std::lock_guard lock(mutex_);
  Json steps = Json::array();
  int got = 0;
  int of = 0;
  for (std::size_t section = 0; section < plan_.sections.size(); ++section) {
    Json items = Json::array();
    for (std::size_t i = 0; i < plan_.items.size(); ++i) {
      const Item& item = plan_.items[i];
      if (item.section != section) continue;
      const Progress& one = progress_[i];
      got += got_of(item, one);
      of += item.points();
      Json told = {{"id", item.id}, {"text", item.text}, {"html", item.html}, {"done", one.done}};
      if (!item.decidable()) told["byHand"] = true;
      if (item.optional) told["optional"] = true;
      items.push_back(std::move(told));
    }
    const Section& one = plan_.sections[section];
    if (items.empty() && one.html.empty()) continue;
    steps.push_back({{"id", one.id}, {"heading", one.heading}, {"text", one.html}, {"items", items}});
  }
  return {{"steps", steps}, {"score", {{"got", got}, {"of", of}}}};
}

Json Guide::score() const {
  Json items = Json::array();
  int got = 0;
  int of = 0;
  int hints = 0;
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    const Item& item = plan_.items[i];
    const Progress& one = progress_[i];
    got += got_of(item, one);
    of += item.points();
    hints += one.hints;
    items.push_back({{"id", item.id},       {"line", item.line},         {"step", plan_.sections[item.section].heading}, {"text", item.text},           {"decidable", item.decidable()},
                     {"optional", item.optional}, {"done", one.done},    {"doneAt", one.done ? Json(one.done_at) : Json(nullptr)}, {"byOutcome", one.by_outcome}, {"got", got_of(item, one)},
                     {"of", item.points()}, {"hints", one.hints}});
  }
  return {{"version", kScoreVersion}, {"lab", {{"file", plan_.file}, {"title", plan_.title}, {"language", plan_.language}}}, {"person", options_.person}, {"simulatedAt", to_iso8601_seconds(simulator_.now())},
          {"writtenAt", to_iso8601_seconds(Clock::machine_time())}, {"simulation", true}, {"got", got}, {"of", of}, {"hintsUsed", hints}, {"items", items}};
}

Json Guide::score_json() const {
  const std::lock_guard lock(mutex_);
  return score();
}

std::string Guide::score_page() const { return score_html(score_json(), plan_.language); }

std::string score_html(const Json& score, const std::string& language) {
  const auto say = [&](std::string_view key) { return escaped(sentence(language, key)); };
  const std::string title = escaped(score.at("lab").at("title").get<std::string>());
  std::string out = fmt::format("<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{}: {}</title><style>{}</style></head><body>\n", escaped(language), say("score-title"),
                                title, kStyle);
  out += fmt::format("<p class=\"mark\">{}</p>\n<h1>{}</h1>\n<p class=\"points\">{}: {} / {}</p>\n", say("score-simulation"), title, say("score-points"), score.at("got").get<int>(), score.at("of").get<int>());
  out += "<dl>";
  for (const auto& [key, value] : {std::pair<const char*, std::string>{"score-person", score.at("person")}, {"score-hints", std::to_string(score.at("hintsUsed").get<int>())}, {"score-simulated", score.at("simulatedAt")}, {"score-real", score.at("writtenAt")}}) {
    out += "<dt>" + say(key) + "</dt><dd>" + escaped(value) + "</dd>";
  }
  out += "</dl>\n";
  std::string step;
  for (const auto& item : score.at("items")) {
    const std::string own = item.at("step");
    if (own != step || step.empty()) {
      if (!step.empty()) out += "</table>\n";
      out += fmt::format("<h2>{}</h2>\n<table><tr><th></th><th>{}</th><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr>\n", escaped(own), say("score-instruction"), say("score-done"), say("score-points"), say("score-hints"));
      step = own;
    }
    out += row(item, language);
  }
  if (!step.empty()) out += "</table>\n";
  return out + "</body></html>\n";
}

}  // namespace azlab::guide
