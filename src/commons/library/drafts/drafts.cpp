// SPDX-License-Identifier: AGPL-3.0-or-later
// Drafts: reading them, beginning, answering, following a newer edition.
#include "commons/library/drafts/drafts.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "commons/library/drafts/kept.hpp"
#include "embedded/commons_library_drafts_migrations.hpp"

namespace daybreak::library::drafts {
namespace {

// Parties with accounts on this node see the documents that name them.
std::vector<trust::OrganizationId> accounts_of(const Draft& draft) {
  std::vector<trust::OrganizationId> named;
  for (const Party& party : draft.parties)
    if (party.account) named.emplace_back(*party.account);
  return named;
}
trust::Object object_of(std::span<const trust::OrganizationId> named) {
  trust::Object object = kDraftObject;
  object.partners = named;
  return object;
}

}  // namespace

db::ModuleMigrations migrations() {
  return {"library_drafts", &embedded::commons_library_drafts_migrations()};
}

bool Drafts::may(const trust::Actor& actor, std::string_view action) const {
  return trust::decide(actor, {action}, kDraftObject, {}, clock_.now()).allowed;
}

Result<void> Drafts::permit(const trust::Actor& actor, std::string_view action, const Uuid& id) {
  return gatekeeper_.require(actor, {action}, kDraftObject,
                             id.is_nil() ? std::string() : id.to_string());
}

Result<std::vector<Draft>> Drafts::load(db::Connection& c, const std::optional<Uuid>& id) {
  const std::string one = id ? id->to_string() : std::string();
  std::vector<Draft> all;
  std::map<Uuid, std::size_t> places;
  TRY(c.query_each(
      "SELECT id, name, template, version, edition, language, answers, state, task_force, follows, "
      "revision, created_at, changed_at, begins, ends, reason, paper_digest, CASE $1 WHEN '' THEN "
      "'' ELSE words END, fixed_at FROM library_drafts_draft WHERE $1 = '' OR id = $1 ORDER BY "
      "created_at DESC, id",
      {one}, [&](const db::Row& row) -> Result<void> {
        places[row.uuid(0)] = all.size();
        all.push_back(TRY(draft_of(row)));
        return {};
      }));
  TRY(c.query_each(
      "SELECT draft, number, name, kind, contact, account, state, signer, title, how, statement, "
      "at, copy_digest FROM library_drafts_party WHERE $1 = '' OR draft = $1 ORDER BY draft, "
      "number",
      {one}, [&](const db::Row& row) -> Result<void> {
        all[places.at(row.uuid(0))].parties.push_back(party_of(row));
        return {};
      }));
  return all;
}

Result<Draft> Drafts::load_one(db::Connection& c, const Uuid& id) {
  auto found = TRY(load(c, id));
  if (found.empty()) return fail(ErrorKind::kNotFound, "there is no such document");
  return std::move(found.front());
}

Result<std::vector<Draft>> Drafts::list(const trust::Actor& actor) {
  auto all = TRY(database_.read([&](db::Connection& c) { return load(c, std::nullopt); }));
  std::erase_if(all, [&](const Draft& draft) {
    const auto named = accounts_of(draft);
    return !trust::decide(actor, {"read"}, object_of(named), {}, clock_.now()).allowed;
  });
  return all;
}

Result<Draft> Drafts::find(const trust::Actor& actor, const Uuid& id) {
  const auto found = TRY(database_.read([&](db::Connection& c) { return load(c, id); }));
  const auto named =
      found.empty() ? std::vector<trust::OrganizationId>() : accounts_of(found.front());
  TRY(gatekeeper_.require(actor, {"read"}, object_of(named), id.to_string()));
  if (found.empty()) return fail(ErrorKind::kNotFound, "there is no such document");
  return found.front();
}

Result<void> Drafts::change(
    const trust::Actor& actor, std::string_view action, const Uuid& id,
    const std::function<Result<void>(db::Connection&, const Draft&)>& work) {
  return database_.write([&](db::Connection& c) -> Result<void> {
    const Draft draft = TRY(load_one(c, id));
    TRY(work(c, draft));
    TRY(
        c.execute("UPDATE library_drafts_draft SET revision = revision + 1, changed_at = $2 WHERE "
                  "id = $1",
                  {id, clock_.now()}));
    return trust::append_audit(c, actor,
                               {.action = "library_draft." + std::string(action),
                                .object_type = "library_draft",
                                .object = id.to_string()},
                               clock_.now());
  });
}

Result<Draft> Drafts::begin(const trust::Actor& actor, std::string_view template_id,
                            std::string name, language::Language language,
                            documents::Answers answers) {
  TRY(permit(actor, "create", {}));
  const Template made = TRY(editions_.current(template_id));
  name = std::string(trim(name));
  if (name.empty()) name = made.title.in(language);
  TRY(check_text("name", name, kLongestName));
  TRY(check_storable(made, answers));
  const Uuid id = Uuid::generate(clock_, random_);
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    TRY(editions_.keep(c, made));
    TRY(insert_draft(c, {.id = id,
                         .name = name,
                         .template_id = made.id,
                         .version = made.version,
                         .edition = made.digest,
                         .language = language,
                         .answers = answers,
                         .created_at = clock_.now()}));
    return trust::append_audit(c, actor,
                               {.action = "library_draft.create",
                                .object_type = "library_draft",
                                .object = id.to_string()},
                               clock_.now());
  }));
  return database_.read([&](db::Connection& c) { return load_one(c, id); });
}

Result<void> Drafts::answer(const trust::Actor& actor, const Uuid& id, documents::Answers answers,
                            std::int64_t revision) {
  TRY(permit(actor, "edit", id));
  return change(actor, "edit", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    TRY(must_be(draft, State::kDraft));
    if (draft.revision != revision)
      return fail(ErrorKind::kConflict, "somebody else changed it meanwhile", "answers",
                  "Open it again and make your change there");
    TRY(check_storable(TRY(editions_.find(c, draft.edition)), answers));
    TRY(c.execute("UPDATE library_drafts_draft SET answers = $2 WHERE id = $1",
                  {id, text_of(answers)}));
    return {};
  });
}

Result<std::optional<Drafts::Newer>> Drafts::newer(const Draft& draft) {
  if (draft.state != State::kDraft) return std::nullopt;
  const auto now = editions_.current(draft.template_id);
  if (!now || now->digest == draft.edition) return std::nullopt;
  const Template old = TRY(editions_.find(draft.edition));
  const auto library = facts_.library();
  const auto of = [&](const Template& made) {
    return documents::assemble(made, draft.answers, draft.language, today(), *library);
  };
  return Newer{*now, documents::differences(of(old), of(*now))};
}

Result<void> Drafts::take_newer(const trust::Actor& actor, const Uuid& id) {
  TRY(permit(actor, "edit", id));
  return change(actor, "edit", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    TRY(must_be(draft, State::kDraft));
    const Template made = TRY(editions_.current(draft.template_id));
    TRY(editions_.keep(c, made));
    // Answers to questions that the new edition does not ask are dropped.
    documents::Answers answers = draft.answers;
    std::erase_if(answers, [&](const auto& one) { return made.field(one.first) == nullptr; });
    TRY(
        c.execute("UPDATE library_drafts_draft SET edition = $2, version = $3, answers = $4 WHERE "
                  "id = $1",
                  {id, made.digest, made.version, text_of(answers)}));
    return {};
  });
}

Result<Draft> Drafts::renew(const trust::Actor& actor, const Uuid& id) {
  TRY(permit(actor, "create", id));
  const Draft old = TRY(find(actor, id));
  const Template made = TRY(editions_.current(old.template_id));
  const Uuid next = Uuid::generate(clock_, random_);
  documents::Answers answers = old.answers;
  std::erase_if(answers, [&](const auto& one) { return made.field(one.first) == nullptr; });
  TRY(change(actor, "renew", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    if (draft.state == State::kDraft || draft.state == State::kSigning)
      return fail(ErrorKind::kInvalid, "it is still being made", "state", "Go on with this one");
    TRY(editions_.keep(c, made));
    return insert_draft(c, {.id = next,
                            .name = draft.name,
                            .template_id = made.id,
                            .version = made.version,
                            .edition = made.digest,
                            .language = draft.language,
                            .answers = answers,
                            .task_force = draft.task_force,
                            .follows = id,
                            .created_at = clock_.now()});
  }));
  return database_.read([&](db::Connection& c) { return load_one(c, next); });
}

Result<std::vector<RegisterChange>> Drafts::changed_facts(const Draft& draft) {
  std::vector<RegisterChange> changed;
  if (!draft.fixed_at) return changed;
  const auto quoted = documents::quoted_facts(TRY(editions_.find(draft.edition)));
  if (quoted.empty()) return changed;
  for (RegisterChange& change : TRY(facts_.changes({}, 10'000)))
    if (change.at > *draft.fixed_at && std::ranges::find(quoted, change.after.id) != quoted.end())
      changed.push_back(std::move(change));
  return changed;
}

Result<doc::Document> Drafts::document(const Draft& draft) {
  const Template made = TRY(editions_.find(draft.edition));
  return documents::assemble(made, draft.answers, draft.language, today(), *facts_.library());
}

Result<std::vector<Draft>> Drafts::ending() {
  const Date by(std::chrono::floor<std::chrono::days>(clock_.now() + options_.ahead));
  std::vector<Draft> all =
      TRY(database_.read([&](db::Connection& c) { return load(c, std::nullopt); }));
  std::vector<Draft> ending;
  for (const Draft& draft : all) {
    const bool followed = std::ranges::any_of(all, [&](const Draft& other) {
      return other.follows == draft.id && other.state != State::kDeclined &&
             other.state != State::kWithdrawn;
    });
    if (draft.state == State::kInForce && draft.ends && *draft.ends <= by && !followed)
      ending.push_back(draft);
  }
  std::ranges::sort(ending, {}, [](const Draft& draft) { return *draft.ends; });
  return ending;
}

}  // namespace daybreak::library::drafts
