#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/faults/placeholders.hpp"
#include "sim/http/context.hpp"

namespace azlab::faults {

/// Whether fixtures/catalogue has an error of this id: a fault or a rule.
bool is_known(std::string_view id);
std::vector<std::string> known_ids();
/// Reads `ID[@operation[:phase[:times]]]`; `times` -1 is without end. With ID alone it strikes where its entry says.
Result<ArmedFault> parse_armed_fault(std::string_view text);
/// Arms a fault. Refused with one line when its id is unknown (the nearest is named), or when it could not strike: no such
/// operation or phase, nothing of the kind served, no answer to a request, a hang of what is done at once.
Result<void> arm(Machinery& machinery, const ArmedFault& fault);

/// The error of a catalogue entry with its `{placeholders}` filled in; Azure's words, from the entry's evidence.
/// Placeholders without a value stay as they are, so that a test sees them. Unknown ids are a defect: throws.
Error make_error(std::string_view id, const Values& values = {});

/// What a client sees when an armed fault strikes a request.
Response fault_response(Context& context, const ArmedFault& fault, const Request& request, const Match& match);

/// The error with which an armed fault fails a phase of an operation on `subject`.
Error fault_error(Context& context, const ArmedFault& fault, std::string_view subject);

/// How long something takes in this run: the catalogue's distribution (fixtures/catalogue/timings.json) under
/// the scenario's profile and the seed. `subject` makes it this resource's own.
Duration timing(const Context& context, std::string_view id, std::string_view subject);

}  // namespace azlab::faults
