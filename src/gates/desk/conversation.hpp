// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside gates/desk/ only: the five steps of a release as fields, and what was chosen in them.
#pragma once

#include "gates/desk/gates_desk.hpp"

namespace daybreak::gates::desk {

enum class Step : std::uint8_t { kWho, kWhat, kWhy, kUntil, kSign };
inline constexpr Step kSteps[] = {Step::kWho, Step::kWhat, Step::kWhy, Step::kUntil, Step::kSign};
std::string_view path_of(Step step);  // "who", "what", …
std::optional<Step> step_from(std::string_view path);
std::string_view question_of(language::Words t, Step step);

// What one step's page needs.
struct Conversation {
  const GatesDesk& desk;
  const vault::Work& work;
  const vault::releases::Release& release;
};
void write_step(html::Markup& out, const Conversation& conversation, Step step);
// The terms with what this step's form says; kInvalid when a member is named who is not there.
Result<vault::releases::Terms> read_step(const GatesDesk& desk, vault::releases::Terms terms, Step step,
                                         const http::Fields& fields);
vault::releases::Signature read_signature_fields(const http::Fields& fields);
// "Demonstration County Sheriff, Investigators"
std::string recipient_words(const GatesDesk& desk, language::Words t,
                            const vault::releases::Terms& terms);
// "Investigators of … may see: …; until …."
std::string in_one_sentence(const GatesDesk& desk, language::Words t,
                            const vault::releases::Terms& terms, Instant until);

}  // namespace daybreak::gates::desk
