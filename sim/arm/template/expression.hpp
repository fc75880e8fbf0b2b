#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/arm/template/template.hpp"

/// What the parts of the template engine pass to each other; nothing outside sim/arm/template includes it.
namespace azlab::arm_template {

struct Expression;
struct FunctionEntry;
struct SpecialEntry;
using ExpressionPointer = std::shared_ptr<const Expression>;

/// A parsed `[…]`. Calls keep the function's name as written; names compare without case.
struct Expression {
  enum class Kind : std::uint8_t { kText, kInteger, kCall, kProperty, kIndex };
  Kind kind = Kind::kText;
  std::string text{};         ///< literal text, function name ("contoso.name" for one of the template's), property
  std::int64_t number = 0;
  const FunctionEntry* function = nullptr;  ///< of a call, one of the two; neither for the template's own functions
  const SpecialEntry* special = nullptr;
  std::vector<ExpressionPointer> children{};  ///< arguments; what a property or index is taken of, and the index
};

/// Whether a string of a template is an expression (`[…]`, but not the escaped `[[…]`).
bool is_expression(std::string_view text);
/// Parses the text between the brackets. Code "InvalidTemplate", a message without frame (see frame_* below).
Result<ExpressionPointer> parse_expression(std::string_view inside);

/// Where an expression stands: some functions are known only in some places.
enum class Place : std::uint8_t {
  kParameter,  ///< a parameter's default: newGuid and utcNow, no variables
  kVariable,
  kPlan,       ///< name, condition, dependsOn, copy count: nothing that needs a deployed resource
  kTrial,      ///< a body or output before anything runs: what needs a deployed resource ends as kDeferred
  kRun,        ///< a body or output in its turn
  kFunction,   ///< inside a template's own function
};
/// Code of the error with which a trial stops at what only a run can tell.
inline constexpr std::string_view kDeferred = "Deferred";

/// A value a user-defined function or lambda sees under a name.
using Bindings = std::map<std::string, Json, std::less<>>;

/// Everything of a plan that evaluation needs; made by expand.
struct State {
  Template source;
  Scope scope;
  Json supplied;              ///< the body's `parameters`
  Bindings parameters;        ///< resolved, by lower-case name
  Bindings variables;         ///< evaluated, by lower-case name
  std::vector<std::string> resolving;  ///< parameters and variables being evaluated, to see circles
  std::unordered_map<std::string, ExpressionPointer> parsed;
  bool foreseeing = false;    ///< see ExpandOptions
  std::size_t charged = 0;    ///< values made so far; see Evaluator::charge
  std::vector<std::pair<std::string, std::string>> symbols;  ///< (lower-case symbol, resource id)
  /// Resources of the plan as `reference` finds them: id, lower-case name and api-version.
  struct Known {
    std::string id;
    std::string name;
    std::string api_version;
  };
  std::vector<Known> known;
};

/// Evaluates expressions and JSON with expressions in it.
class Evaluator {
 public:
  Evaluator(State& state, Environment& environment, Place place) : state_(state), environment_(environment), place_(place) {}

  std::vector<CopyFrame> copies{};
  const Bindings* function_parameters = nullptr;  ///< inside a user-defined function
  std::vector<std::pair<std::string, Json>> lambda_variables{};
  bool keep_deferred = false;  ///< a text that only a run can evaluate stays as it is written
  bool kept = false;           ///< that has happened
  std::vector<std::string>* referenced = nullptr;  ///< if given, receives ids that make implicit dependencies

  State& state() { return state_; }
  Environment& environment() { return environment_; }
  Place place() const { return place_; }

  Result<Json> evaluate(const Expression& expression);
  /// A template string: expression, escaped or plain.
  Result<Json> text(std::string_view text);
  /// Strings, keys and property copies at any depth.
  Result<Json> value(const Json& value, std::size_t depth = 0);
  /// An element of an array of {name, count, input} loops, run and collected.
  Result<Json> run_loop(const Json& loop, std::size_t depth);
  Result<std::int64_t> loop_count(const Json& loop);

  Result<Json> parameter(std::string_view name);
  Result<Json> variable(std::string_view name);
  /// Whether every expression in a value can be read; evaluates nothing.
  static Result<void> check_syntax(const Json& value, std::size_t depth = 0);
  /// Refuses values that are too big or too deep to go on with.
  Result<void> charge(const Json& value);

 private:
  Result<Json> call(const Expression& call);
  Result<Json> call_user_function(const Expression& call);
  Result<Json> object(const Json& object, std::size_t depth);
  Result<Json> array(const Json& array, std::size_t depth);
  Result<Json> parse_and_evaluate(std::string_view inside);

  State& state_;
  Environment& environment_;
  Place place_;
  std::size_t depth_ = 0;
};

/// A call with its arguments evaluated.
struct Call {
  std::string_view name;  ///< as written
  const std::vector<Json>& arguments;
  Evaluator& evaluator;
};

struct FunctionEntry {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  Result<Json> (*body)(const Call&);
};
/// Functions that decide themselves which arguments to evaluate.
struct SpecialEntry {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  Result<Json> (*body)(const Expression&, Evaluator&);
};
inline constexpr std::size_t kAnyCount = 1000;

/// The tables, one a file; `find_*` compares without case.
const std::vector<FunctionEntry>& text_functions();
const std::vector<FunctionEntry>& collection_functions();
const std::vector<FunctionEntry>& number_functions();
const std::vector<FunctionEntry>& date_functions();
const std::vector<FunctionEntry>& resource_functions();
const std::vector<FunctionEntry>& address_functions();
const std::vector<FunctionEntry>& provider_functions();
const std::vector<SpecialEntry>& special_functions();
const FunctionEntry* find_function(std::string_view name);
const SpecialEntry* find_special(std::string_view name);

/// Errors. The inner ones carry the sentence only; whoever knows where it happened frames it.
tl::unexpected<Error> template_error(std::string message);
tl::unexpected<Error> deferred();
tl::unexpected<Error> call_error(const Call& call, std::string_view what);
/// "String", "Integer", …: kinds of values as Azure's messages name them.
std::string_view kind_of(const Json& value);
tl::unexpected<Error> not_expected(std::string_view function);
inline bool is_deferred(const Error& error) { return error.code == kDeferred; }
/// "Deployment template validation failed: '…'." with the TemplateViolation that says where.
Error validation_error(const Template& source, const std::string& path, std::string sentence);
/// The frames of parts: "The template resource 'x' at line '1' and column '2' is not valid: …".
Error resource_error(const Template& source, const std::string& path, const std::string& name, const Error& inner);
Error part_error(const Template& source, const std::string& path, std::string_view kind, const std::string& name, const Error& inner);
SourcePosition position_of(const Template& source, const std::string& path);

/// ARM ids from a type and names: `{base}/providers/{Ns}/{type}/{name}/…`; nothing when counts do not match.
/// The id that a name, symbol, "type/name" or id means, and the api-version the template puts it with; no id for a
/// name that the template does not know.
struct Target {
  std::string id;
  std::string api_version;
};
Target find_target(const State& state, const std::string& text);
std::optional<std::string> provider_path(std::string_view type, const std::vector<std::string>& names);
/// JSON as Azure's reader takes it: quotes may be single ones (the documentation's examples have them).
Result<Json> read_json(std::string_view text);
/// .NET format strings of the invariant culture, as utcNow and dateTimeAdd take them.
std::string format_time(Time time, std::string_view format);

/// Steps of expand.
Result<void> resolve_parameters(State& state, Environment& environment);
/// "String" for "string", "SecureObject" for "secureObject": as replies spell types; empty for no type.
std::string reply_type(std::string_view written);
/// Whether a parameter (any case) is declared as secureString or secureObject.
bool is_secure(const State& state, std::string_view parameter);
/// A resource's loop, as dependencies and batches see it.
struct CopyGroup {
  std::string name;
  std::vector<std::size_t> members;  ///< indices of planned resources
  std::size_t batch = 0;             ///< 0: all at once
};
struct Planning {
  std::vector<PlannedResource> resources{};
  std::vector<PlannedResource> absent{};
  std::vector<CopyGroup> groups{};
};
Result<Planning> plan_resources(State& state, Environment& environment);
Result<void> resolve_dependencies(Plan& plan, const Planning& planning, Environment& environment, const ExpandOptions& options);
/// The body of one resource, in a trial or a run.
Result<Json> render_body(Evaluator& evaluator, const PlannedResource& resource);

}  // namespace azlab::arm_template
