// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/register/register.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/library/register/fact_json.hpp"
#include "embedded/commons_library_register_migrations.hpp"

namespace daybreak::library {
namespace {

constexpr std::size_t kLongestText = 600, kLongestReason = 300;
constexpr trust::Object kRegister{.type = "library_fact",
                                  .owner = {},
                                  .audience = trust::Audience::kTaskForce,
                                  .partners = {},
                                  .subject = {}};

tl::unexpected<Error> wrong(std::string message, std::string field, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(field), std::move(cure));
}

// The field of the form that a finding of the checker is about.
std::string_view field_of(const Finding& finding) {
  constexpr std::pair<std::string_view, std::string_view> kFields[] = {
      {"value-differs", "value"},
      {"unknown-source", "source"},
      {"source-incomplete", "new_address"},
      {"no-owner", "owner"},
      {"no-jurisdiction", "jurisdiction"},
      {"dates", "as_of"},
      {"dispute-unexplained", "disputed_source"}};
  for (const auto& [rule, field] : kFields)
    if (finding.rule == rule) return field;
  const bool spanish = finding.place.ends_with("(es)");
  if (finding.place.find("dispute") != std::string::npos)
    return spanish ? "disputed_es" : "disputed_en";
  return spanish ? "es" : "en";
}

void put(Library& library, const Fact& fact) {
  const auto found = std::ranges::find(library.facts, fact.id, &Fact::id);
  if (found == library.facts.end())
    library.facts.push_back(fact);
  else
    *found = fact;
}

std::string digest_of(const Fact* fact) {
  return fact == nullptr ? std::string() : sha256_hex(to_text(to_json(*fact)));
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 60 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

db::ModuleMigrations register_migrations() {
  return {"library_register", &embedded::commons_library_register_migrations()};
}

bool Register::may(const trust::Actor& actor, std::string_view action) const {
  return trust::decide(actor, {action}, kRegister, {}, clock_.now()).allowed;
}

std::shared_ptr<const Library> Register::library() {
  auto now = read();
  if (now) return *now;
  const std::lock_guard lock(mutex_);
  return last_ ? last_ : std::make_shared<const Library>(shipped_);
}

Result<std::shared_ptr<const Library>> Register::read() {
  return database_.read([&](db::Connection& c) -> Result<std::shared_ptr<const Library>> {
    const auto row =
        TRY(c.query_one("SELECT COALESCE(MAX(number), 0) FROM library_register_change"));
    const std::int64_t number = row->integer(0);
    {
      const std::lock_guard lock(mutex_);
      if (last_ && number == last_number_) return last_;
    }
    auto library = std::make_shared<Library>(shipped_);
    TRY(c.query_each("SELECT id, publisher, title, address FROM library_register_source", {},
                     [&](const db::Row& one) -> Result<void> {
                       library->sources.push_back(
                           {one.text(0), one.text(1), one.text(2), one.text(3)});
                       return {};
                     }));
    TRY(c.query_each("SELECT after FROM library_register_change ORDER BY number", {},
                     [&](const db::Row& one) -> Result<void> {
                       put(*library, TRY(fact_from_json(one.text(0))));
                       return {};
                     }));
    const std::lock_guard lock(mutex_);
    if (number >= last_number_) {
      last_ = library;
      last_number_ = number;
    }
    return std::shared_ptr<const Library>(library);
  });
}

Result<std::vector<RegisterChange>> Register::changes(std::string_view fact, int most) {
  std::vector<RegisterChange> all;
  TRY(database_.read([&](db::Connection& c) {
    all.clear();
    return c.query_each(
        "SELECT number, before, after, shipped, reason, changed_at FROM library_register_change "
        "WHERE $1 = '' OR fact = $1 ORDER BY number DESC LIMIT $2",
        {fact, most}, [&](const db::Row& row) -> Result<void> {
          RegisterChange one{.number = row.integer(0),
                             .before = {},
                             .after = TRY(fact_from_json(row.text(2))),
                             .reason = row.text(4),
                             .at = row.instant(5)};
          if (!row.text(1).empty()) one.before = TRY(fact_from_json(row.text(1)));
          one.shipped_since = row.text(3) != digest_of(shipped_.fact(one.after.id));
          all.push_back(std::move(one));
          return {};
        });
  }));
  return all;
}

Result<void> Register::check(const Library& now, const Correction& correction) const {
  const Fact& fact = correction.fact;
  if (!is_id(fact.id))
    return wrong("is no id", "id", "Write small letters, digits and hyphens, at most 60");
  if (trim(correction.reason).empty() || correction.reason.size() > kLongestReason)
    return wrong("the reason is missing or long", "reason", "Say in one sentence why");
  for (const auto& [field, text] :
       {std::pair{"en", &fact.text.en}, std::pair{"es", &fact.text.es},
        std::pair{"value", &fact.value.en}, std::pair{"value", &fact.value.es},
        std::pair{"place", &fact.place}, std::pair{"owner", &fact.owner},
        std::pair{"jurisdiction", &fact.jurisdiction}, std::pair{"disputed_en", &fact.dispute.en},
        std::pair{"disputed_es", &fact.dispute.es}, std::pair{"expired_en", &fact.expired.en},
        std::pair{"expired_es", &fact.expired.es}})
    if (text->size() > kLongestText || !is_valid_utf8(*text))
      return wrong("is too long", field, fmt::format("Write at most {} bytes", kLongestText));
  if (fact.expired.en.empty() != fact.expired.es.empty())
    return wrong("stands in one language only",
                 fact.expired.en.empty() ? "expired_en" : "expired_es",
                 "Write it in both languages");
  Library next = now;
  if (correction.new_source) next.sources.push_back(*correction.new_source);
  put(next, fact);
  // What was wrong before is no reason to refuse; what this change would break is.
  std::set<std::pair<std::string, std::string>> known;
  for (const Finding& finding : check_library(now, today()).findings)
    known.emplace(finding.rule, finding.place);
  const std::string own = "fact " + fact.id;
  for (const Finding& finding : check_library(next, today()).findings) {
    const bool is_own = finding.place.starts_with(own) &&
                        (finding.place.size() == own.size() || finding.place[own.size()] == ' ');
    if (finding.rule == "expired" || (!is_own && known.contains({finding.rule, finding.place})))
      continue;
    return wrong(fmt::format("{}: {}", finding.place, finding.message),
                 std::string(field_of(finding)), "Mend it and save again");
  }
  return {};
}

Result<RegisterChange> Register::save(const trust::Actor& actor, Correction correction) {
  const auto now = TRY(read());
  const Fact* stands = now->fact(correction.fact.id);
  TRY(gatekeeper_.require(actor, {stands == nullptr ? "create" : "edit"}, kRegister,
                          is_id(correction.fact.id) ? correction.fact.id : std::string()));
  if (correction.new_source) {
    correction.new_source->id = "own-" + sha256_hex(correction.new_source->address).substr(0, 12);
    correction.fact.source = correction.new_source->id;
    if (std::ranges::find(now->sources, correction.new_source->id, &Source::id) !=
        now->sources.end())
      correction.new_source.reset();
  }
  TRY(check(*now, correction));
  const std::string before = stands == nullptr ? std::string() : to_text(to_json(*stands));
  const std::string after = to_text(to_json(correction.fact));
  if (before == after)
    return wrong("nothing is different", "en", "Change what is wrong, or leave the page");
  const std::string shipped = digest_of(shipped_.fact(correction.fact.id));
  RegisterChange change{.number = 0,
                        .before = stands == nullptr ? std::nullopt : std::optional(*stands),
                        .after = correction.fact,
                        .reason = std::string(trim(correction.reason)),
                        .at = clock_.now()};
  change.number = TRY(database_.write([&](db::Connection& c) -> Result<std::int64_t> {
    const auto last = TRY(c.query_one(
        "SELECT COALESCE(MAX(number), 0), COALESCE(MAX(CASE WHEN fact = $1 THEN number ELSE 0 "
        "END), 0) FROM library_register_change",
        {correction.fact.id}));
    if (last->integer(1) != correction.after_change)
      return fail(ErrorKind::kConflict, "somebody else changed it meanwhile", "en",
                  "Open it again and make your change there");
    const std::int64_t number = last->integer(0) + 1;
    if (const auto& source = correction.new_source)
      TRY(
          c.execute("INSERT INTO library_register_source (id, publisher, title, address) VALUES "
                    "($1, $2, $3, $4)",
                    {source->id, source->publisher, source->title, source->address}));
    TRY(
        c.execute("INSERT INTO library_register_change (number, fact, before, after, shipped, "
                  "reason, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  {number, correction.fact.id, before, after, shipped, change.reason, change.at}));
    TRY(trust::append_audit(
        c, actor,
        {.action = stands == nullptr ? "library_fact.create" : "library_fact.edit",
         .object_type = "library_fact",
         .object = correction.fact.id,
         .detail = fmt::format("change={}", number)},
        change.at));
    return number;
  }));
  return change;
}

}  // namespace daybreak::library
