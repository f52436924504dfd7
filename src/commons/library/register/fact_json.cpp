// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/register/fact_json.hpp"

namespace daybreak::library {
namespace {

// Each text of a fact and its name; the same list writes and reads.
template <typename F, typename Visit>
void each_text(F& fact, Visit visit) {
  visit("id", fact.id);
  visit("en", fact.text.en);
  visit("es", fact.text.es);
  visit("value_en", fact.value.en);
  visit("value_es", fact.value.es);
  visit("source", fact.source);
  visit("place", fact.place);
  visit("owner", fact.owner);
  visit("jurisdiction", fact.jurisdiction);
  visit("disputed_en", fact.dispute.en);
  visit("disputed_es", fact.dispute.es);
  visit("disputed_source", fact.dispute_source);
  visit("expired_en", fact.expired.en);
  visit("expired_es", fact.expired.es);
}

}  // namespace

Json to_json(const Fact& fact) {
  Json json = Json::object();
  each_text(fact, [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json.set(key, value);
  });
  json.set("as_of", format_date(fact.as_of));
  json.set("review_by", format_date(fact.review_by));
  return json;
}

Result<Fact> fact_from_json(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return fail(ErrorKind::kCorrupt, json.error().message, "a fact of the register");
  Fact fact;
  each_text(fact, [&](std::string_view key, std::string& value) { value = json->text_of(key); });
  const auto as_of = parse_date(json->text_of("as_of"));
  const auto review_by = parse_date(json->text_of("review_by"));
  if (!as_of || !review_by || fact.id.empty())
    return fail(ErrorKind::kCorrupt, "lacks its id or dates", "a fact of the register");
  fact.as_of = *as_of;
  fact.review_by = *review_by;
  return fact;
}

}  // namespace daybreak::library
