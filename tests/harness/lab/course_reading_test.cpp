#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "harness/lab/lab.hpp"
#include "harness/lab/lexicon.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

constexpr const char* kInstructions = "fixtures/course/Instructions/";

lab::Lab read_course(const std::string& path) {
  auto lab = lab::read_lab(fixtures::get(kInstructions + path), path);
  REQUIRE(lab);
  return *std::move(lab);
}

bool is_actionable(const std::string& kind) {
  static const std::set<std::string> kPassive{"info", "cond", "effect", "hint", "tolerate", "observe", "alt.begin"};
  return !kPassive.contains(kind);
}

/// What decides how an operation is carried out, labels in canonical English and in no order.
std::string essence(const lab::Op& op) {
  std::vector<std::string> labels = op.en;
  // Two buttons of the portal and the studio differ in one capital, and few languages tell them apart.
  for (std::string& label : labels) label = to_lower(label);
  std::sort(labels.begin(), labels.end());
  std::vector<std::string> places = op.context;
  std::sort(places.begin(), places.end());
  std::string out = op.kind + " [" + join(labels, ", ") + "]";
  if (!places.empty()) out += " in " + join(places, ", ");
  if (!op.label_en.empty()) out += " field " + op.label_en;
  if (op.kind == "form.field") out += " mode " + std::to_string(static_cast<int>(op.value_mode));
  if (op.value_mode == lab::ValueMode::literal && !op.value_en.empty()) out += " value " + op.value_en;
  if (op.wait_max_s > 0) out += " up to " + std::to_string(static_cast<int>(op.wait_max_s)) + " s";
  for (const lab::Predicate& one : op.predicates) {
    if (!one.value.empty()) out += " so that " + one.subject + " " + one.is + " " + one.value;
  }
  return out + op.code + (op.conditional ? " if" : "") + (op.optional ? " perhaps" : "");
}

std::map<int, std::multiset<std::string>> essences(const lab::Lab& lab) {
  std::map<int, std::multiset<std::string>> out;
  for (const lab::Unit& unit : lab.units) {
    for (const lab::Op& op : unit.ops) {
      if (is_actionable(op.kind)) out[unit.line].insert(essence(op));
    }
  }
  return out;
}

/// The operations of one sentence in a page of its language.
std::string kinds_of(const std::string& language, const std::string& sentence) {
  // The course's own prose says which language the page is in.
  const std::string course(fixtures::get(kInstructions + (language == "en" ? "" : language + "/") + "04-work-with-compute.md"));
  const std::string prose = course.substr(0, course.find("\n## "));
  const auto lab = lab::read_lab(prose + "\n## A\n\n1. " + sentence + "\n", "x.md");
  REQUIRE(lab);
  REQUIRE(lab->language == language);
  REQUIRE(lab->steps.size() == 1);
  std::vector<std::string> out;
  for (const lab::Op& op : lab->steps[0].units.at(0).ops) {
    if (op.kind != "cond" && op.kind != "info") out.push_back(op.kind + (op.en.empty() ? "" : " " + join(op.en, ", ")) + (op.optional ? " perhaps" : ""));
  }
  return join(out, "; ");
}

struct Sentence {
  const char* language;
  const char* text;
  const char* ops;
};

}  // namespace

TEST_CASE("lab reader: the sample course orders the same, line by line, in each of its languages", "[course]") {
  std::set<std::string> seen;
  for (const auto& language : lab::languages()) {
    const std::string& code = language->code();
    for (const std::string name : {"04-work-with-compute.md", "08-track-jobs.md"}) {
      INFO(code << "/" << name);
      const lab::Lab lab = read_course(code == "en" ? name : code + "/" + name);
      CHECK(lab.language == code);
      CHECK(lab.findings.empty());
      seen.insert(lab.language);
      const auto want = essences(read_course(name));
      const auto got = essences(lab);
      for (const auto& [line, ops] : want) {
        INFO("line " << line);
        CHECK((got.contains(line) ? got.at(line) : std::multiset<std::string>{}) == ops);
      }
      CHECK(got.size() == want.size());
    }
  }
  CHECK(seen.size() == 11);
}

TEST_CASE("lab reader: \"but do not create it yet\" forbids creating, not filling in") {
  for (const auto& [language, text, ops] : std::array<Sentence, 7>{{
           {"en", "Configure the compute instance, but don't create it yet.", "ui.fill; neg create"},
           {"fr", "Configurez l’instance de calcul, mais ne la créez pas.", "ui.fill; neg create"},
           {"es", "Configure la instancia de proceso, pero no la cree todavía.", "ui.fill; neg create"},
           {"it", "Configurare l’istanza di calcolo, ma non crearla ancora.", "ui.fill; neg create"},
           {"pt", "Configure a instância de computação, mas não a crie ainda.", "ui.fill; neg create"},
           {"id", "Konfigurasikan instans komputasi, tetapi jangan buat dulu.", "ui.fill; neg create"},
           {"ko", "컴퓨팅 인스턴스를 구성하되 아직 만들지 마세요.", "ui.fill; neg create"},
       }}) {
    INFO(text);
    CHECK(kinds_of(language, text) == ops);
  }
}

TEST_CASE("lab reader: what a verb says of a noun beside it is no order") {
  for (const auto& [language, text, ops] : std::array<Sentence, 4>{{
           {"zh-cn", "打开刚刚创建的 **a.sh** 文件。", "file.open a.sh"},
           {"zh-cn", "选择之前保存的 **a.sh** 脚本。", "ui.click a.sh"},
           {"zh-tw", "開啟剛才建立的 **a.sh** 檔案。", "file.open a.sh"},
           {"id", "Pilih skrip **a.sh** yang Anda simpan sebelumnya.", "ui.click a.sh"},
       }}) {
    INFO(text);
    CHECK(kinds_of(language, text) == ops);
  }
}

TEST_CASE("lab reader: an option is not optional") {
  CHECK(kinds_of("ja", "**[新規]** オプションを選択します。") == "ui.click New");
  CHECK(kinds_of("ja", "オプションで、**[新規]** を選択します。") == "ui.click New perhaps");
  CHECK(kinds_of("zh-cn", "可选择“新建”。") == "ui.click New");
}

TEST_CASE("lab reader: what must not be there is not looked for") {
  CHECK(kinds_of("it", "L’estensione deve essere presente.") == "verify");
  CHECK(kinds_of("it", "L’estensione non deve essere presente.").empty());
}

TEST_CASE("lab reader: another tab that opens is an effect, in whatever order a language says it") {
  CHECK(kinds_of("ja", "スタジオはブラウザーの別のタブで開きます。") == "effect");
  CHECK(kinds_of("zh-cn", "工作室将在单独的浏览器标签页中打开。") == "effect");
  CHECK(kinds_of("zh-tw", "工作室會在獨立的瀏覽器索引標籤中開啟。") == "effect");
}

TEST_CASE("lab reader: an address before its verb is where to go; a time is no place") {
  CHECK(kinds_of("zh-tw", "在 `https://portal.azure.com/` 開啟 Azure 入口網站。") == "nav.url https://portal.azure.com/");
  CHECK(kinds_of("id", "Konfigurasikan jadwal untuk **menghentikan** instans pada pukul **18:00**.") == "ui.fill stop, 18:00");
}

TEST_CASE("lab reader: a noun particle behind the next verb does not make a place of the label before it") {
  CHECK(kinds_of("ko", "*Machine Learning*을 검색하고 결과 중에서 **만들기**를 선택합니다.") == "ui.search Machine Learning; ui.click Create");
  CHECK(kinds_of("ko", "이름을 입력한 다음 **삭제**를 선택합니다.") == "ui.fill; ui.click Delete");
}

TEST_CASE("lab reader: an escaped asterisk belongs to the label, in brackets and quotation marks as well") {
  CHECK(kinds_of("ja", "**[Bash (\\*.sh)]** を選択します。") == "ui.click Bash (*.sh)");
  CHECK(kinds_of("zh-cn", "选择“**Bash (\\*.sh)**”。") == "ui.click Bash (*.sh)");
}

TEST_CASE("lab reader: what stands behind \"and\" says nothing of the noun before it") {
  for (const auto& [language, text] : std::array<std::pair<const char*, const char*>, 4>{{
           {"en", "Check that your subscription is shown and that the **No storage account required** option is selected."},
           {"es", "Compruebe que aparece su suscripción y que está seleccionada la opción **No se requiere ninguna cuenta de almacenamiento**."},
           {"zh-cn", "检查是否显示了你的订阅，以及是否已选择“不需要存储帐户”选项。"},
           {"zh-tw", "檢查是否顯示您的訂用帳戶，以及是否已選取 **[不需要儲存體帳戶]** 選項。"},
       }}) {
    INFO(text);
    const std::string course(fixtures::get(kInstructions + (std::string(language) == "en" ? "" : std::string(language) + "/") + "04-work-with-compute.md"));
    const auto lab = lab::read_lab(course.substr(0, course.find("\n## ")) + "\n## A\n\n1. " + text + "\n", "x.md");
    REQUIRE(lab);
    const auto& ops = lab->steps.at(0).units.at(0).ops;
    REQUIRE(ops.size() == 1);
    std::vector<std::string> said;
    for (const lab::Predicate& one : ops[0].predicates) said.push_back(one.subject + " " + one.is);
    CHECK(said == std::vector<std::string>{"subscription exists", "option selected"});
  }
}
