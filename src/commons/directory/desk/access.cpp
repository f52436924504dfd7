// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/desk/access.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "commons/directory/desk/store.hpp"

namespace daybreak::directory::desk {
namespace {

using store::Stored;

constexpr std::string_view kRecord = "directory_record";

std::optional<Uuid> uuid_of(const Json& body, std::string_view member) {
  const auto id = Uuid::parse(text_of(body, member));
  return id ? std::optional(*id) : std::nullopt;
}

// The location that a service's place is at.
Result<std::optional<Json>> location_of(db::Connection& c, Entity entity, const Json& body) {
  if (entity != Entity::kServiceAtLocation) return std::nullopt;
  const auto id = uuid_of(body, "location_id");
  if (!id) return std::nullopt;
  for (Stored& stored : TRY(store::load(c, std::span(&*id, 1), store::Removed::kInclude)))
    if (stored.record.entity == Entity::kLocation) return std::move(stored.record.body);
  return std::nullopt;
}

struct Found {
  Stored stored;
  std::optional<Json> location;
};

Result<Found> find(db::Connection& c, Entity entity, const Uuid& id) {
  std::vector<Stored> all = TRY(store::load(c, std::span(&id, 1), store::Removed::kInclude));
  std::erase_if(all, [&](const Stored& s) { return s.record.entity != entity; });
  if (all.empty()) return fail(ErrorKind::kNotFound, "is not in the directory");
  auto location = TRY(location_of(c, entity, all.front().record.body));
  return Found{std::move(all.front()), std::move(location)};
}

const Json* pointer(const std::optional<Json>& value) { return value ? &*value : nullptr; }

std::string_view policy_action(std::string_view action) {
  if (action == "create" || action == "verify") return action;
  return action == "archive" ? "delete" : "edit";
}

Result<void> decided(const trust::Actor& actor, std::string_view action,
                     const trust::Object& object, Instant now) {
  const trust::Decision decision = trust::decide(actor, {action}, object, {}, now);
  if (decision) return {};
  if (decision.confirmation_would_help)
    return fail(ErrorKind::kDenied, "this needs a fresh confirmation of who you are",
                "confirmation", "Enter your password and code again");
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

std::set<std::string> partners_of(const Json& part) {
  std::set<std::string> names;
  const Json* partners = part.find("partners");
  if (const JsonArray* items = partners ? partners->if_array() : nullptr)
    for (const Json& item : *items)
      if (item.if_string()) names.insert(*item.if_string());
  return names;
}

bool is_wider(const Json& before, const Json& after) {
  const trust::Audience old = audience_of(before), now = audience_of(after);
  if (now < old) return true;
  if (now == trust::Audience::kPublic) return false;
  const auto had = partners_of(before), has = partners_of(after);
  return !std::ranges::includes(had, has);
}

void each_part(const Json& body, Entity entity,
               const std::function<void(const Json&, Entity)>& take) {
  for (const Child& child : info(entity).children) {
    const Json* held = body.find(child.name);
    const JsonArray* items = held ? held->if_array() : nullptr;
    if (items == nullptr) continue;
    for (const Json& item : *items) {
      take(item, child.entity);
      each_part(item, child.entity, take);
    }
  }
}

// Every part that stands in both, and the record itself: the audience from which it was opened to
// a wider one.
std::vector<trust::Audience> widened(const Json& before, const Json& after, Entity entity) {
  std::vector<trust::Audience> opened;
  if (is_wider(before, after)) opened.push_back(audience_of(before));
  std::unordered_map<std::string, const Json*> old;
  each_part(before, entity,
            [&](const Json& part, Entity) { old.emplace(text_of(part, "id"), &part); });
  each_part(after, entity, [&](const Json& part, Entity) {
    const auto was = old.find(std::string(text_of(part, "id")));
    if (was != old.end() && is_wider(*was->second, part))
      opened.push_back(audience_of(*was->second));
  });
  return opened;
}

std::string changed_fields(const Json& before, const Json& after) {
  std::set<std::string> names;
  for (const FieldChange& change : differences(before, after))
    names.insert(change.path.substr(0, change.path.find_first_of(".[")));
  return join({names.begin(), names.end()}, ",");
}

bool holds_hidden(const Json& value, const Audience& sight) {
  if (value.find("visibility") && !sight.sees(value)) return true;
  if (const JsonObject* members = value.if_object())
    return std::ranges::any_of(*members,
                               [&](const JsonMember& m) { return holds_hidden(m.value, sight); });
  if (const JsonArray* items = value.if_array())
    return std::ranges::any_of(*items, [&](const Json& one) { return holds_hidden(one, sight); });
  return false;
}

bool is_hidden_word(const Json& word, const Audience& sight) {
  return word.if_string() && !sight.sees(Json::object({{"visibility", word}}));
}

// Ids of parts that were hidden at some time, by what a change says.
void note_hidden(const FieldChange& change, const Audience& sight, std::set<std::string>& ids) {
  if (change.path.ends_with("].visibility") &&
      (is_hidden_word(change.before, sight) || is_hidden_word(change.after, sight))) {
    const std::size_t close = change.path.rfind(']'), open = change.path.rfind('[', close);
    ids.insert(change.path.substr(open + 1, close - open - 1));
  }
  if (change.path.ends_with("]") &&
      (holds_hidden(change.before, sight) || holds_hidden(change.after, sight))) {
    const std::size_t open = change.path.rfind('[');
    ids.insert(change.path.substr(open + 1, change.path.size() - open - 2));
  }
}

bool is_open(const FieldChange& change, const std::set<std::string>& hidden,
             const Audience& sight) {
  if (change.path.starts_with("metadata") || holds_hidden(change.before, sight) ||
      holds_hidden(change.after, sight))
    return false;
  return std::ranges::none_of(
      hidden, [&](const std::string& id) { return change.path.find(id) != std::string::npos; });
}

std::set<std::string> hidden_ids(const Json& body, Entity entity, const Audience& sight) {
  std::set<std::string> ids;
  for (const auto& [id, part] : hidden_parts(body, entity, sight)) ids.insert(id);
  return ids;
}

}  // namespace

Subject::Subject(std::string_view type, Entity entity, const Json& body, const Json* location)
    : type_(type), audience_(audience_of(body)) {
  if (location) audience_ = std::max(audience_, audience_of(*location));
  // The owner is the member organisation that has the id of the directory's organisation.
  const auto owner = uuid_of(body, entity == Entity::kOrganization ? "id" : "organization_id");
  if (owner) owner_ = trust::OrganizationId(*owner);
  for (const std::string& name : partners_of(body))
    if (const auto id = Uuid::parse(name)) named_.emplace_back(*id);
}

trust::Object Subject::object() const { return object_as(audience_); }

trust::Object Subject::object_as(trust::Audience audience) const {
  return {.type = type_, .owner = owner_, .audience = audience, .partners = named_};
}

trust::Audience audience_of(const Json& part) {
  if (!part.find("visibility")) return trust::Audience::kPublic;
  return trust::audience_from(text_of(part, "visibility")).value_or(trust::Audience::kConfidential);
}

Audience sight_of(const trust::Actor& actor, const Subject& subject, Instant now) {
  const bool cleared =
      trust::decide(actor, {"edit"}, subject.object_as(trust::Audience::kConfidential), {}, now)
          .allowed;
  return cleared ? Audience::staff() : Audience::keepers();
}

Result<Seen> see(const Office& office, const trust::Actor& actor, Entity entity, const Uuid& id) {
  Found found =
      TRY(office.directory.database().read([&](db::Connection& c) { return find(c, entity, id); }));
  const Json* location = pointer(found.location);
  const Subject subject(kRecord, entity, found.stored.record.body, location);
  TRY(office.gatekeeper.require(actor, {"read"}, subject.object(), id.to_string()));
  Seen seen{.entity = entity,
            .id = id,
            .revision = found.stored.revision,
            .modified = found.stored.modified,
            .removed = found.stored.removed,
            .sight = sight_of(actor, subject, office.clock.now())};
  Record record = std::move(found.stored.record);
  const Json* at = entity == Entity::kServiceAtLocation ? location : nullptr;
  auto shown = at ? for_audience(std::move(record), at, seen.sight)
                  : for_audience(std::move(record), seen.sight);
  if (!shown) return fail(ErrorKind::kNotFound, "is not in the directory");
  seen.body = std::move(*shown).take();
  return seen;
}

bool may(const Office& office, const trust::Actor& actor, std::string_view action,
         const Seen& seen) {
  const Subject subject(kRecord, seen.entity, seen.body);
  return trust::decide(actor, {action}, subject.object(), {}, office.clock.now()).allowed;
}

namespace {
trust::Object desk_of(const trust::Actor& actor) {
  return {.type = kRecord, .owner = actor.organization, .audience = trust::Audience::kPublic};
}
}  // namespace

bool is_keeper(const Office& office, const trust::Actor& actor) {
  return trust::decide(actor, {"edit"}, desk_of(actor), {}, office.clock.now()).allowed;
}

Result<void> enter(const Office& office, const trust::Actor& actor) {
  return office.gatekeeper.require(actor, {"edit"}, desk_of(actor), "desk");
}

Result<void> permit(const Office& office, const trust::Actor& actor, std::string_view type,
                    std::string_view action) {
  return office.gatekeeper.require(actor, {action},
                                   {.type = type, .audience = trust::Audience::kTaskForce}, "");
}

std::vector<std::pair<std::string, Json>> hidden_parts(const Json& body, Entity entity,
                                                       const Audience& sight) {
  std::vector<std::pair<std::string, Json>> hidden;
  each_part(body, entity, [&](const Json& part, Entity) {
    if (!sight.sees(part)) hidden.emplace_back(std::string(text_of(part, "id")), part);
  });
  return hidden;
}

Result<std::int64_t> change(const Office& office, const trust::Actor& actor, const Wish& wish) {
  // First outside of the write, so that a denial leaves its line in the log.
  auto found = office.directory.database().read(
      [&](db::Connection& c) { return find(c, wish.entity, wish.id); });
  if (!found && wish.revision != 0) return tl::make_unexpected(std::move(found).error());
  const Json fresh = Json::object({{"id", wish.id.to_string()}});
  const Subject subject(kRecord, wish.entity, found ? found->stored.record.body : fresh,
                        found ? pointer(found->location) : nullptr);
  TRY(office.gatekeeper.require(actor, {policy_action(wish.action)}, subject.object(),
                                wish.id.to_string()));
  return office.directory.database().write(
      [&](db::Connection& c) { return change_in(c, office, actor, wish); });
}

Result<std::int64_t> change_in(db::Connection& c, const Office& office, const trust::Actor& actor,
                               const Wish& wish) {
  const auto along = [&](db::Connection& connection, const Json& before,
                         const Json& after) -> Result<void> {
    const Instant now = office.clock.now();
    const Json& judged = before.is_null() ? after : before;
    const auto location = TRY(location_of(connection, wish.entity, judged));
    const Subject subject(kRecord, wish.entity, judged, pointer(location));
    TRY(decided(actor, policy_action(wish.action), subject.object(), now));
    if (!before.is_null()) {
      for (const trust::Audience from : widened(before, after, wish.entity))
        TRY(decided(actor, "set_audience", subject.object_as(from), now));
      const Audience sight = sight_of(actor, subject, now);
      const auto kept = hidden_parts(after, wish.entity, sight);
      for (const auto& part : hidden_parts(before, wish.entity, sight))
        if (std::ranges::find(kept, part) == kept.end())
          return fail(ErrorKind::kNotFound, "there is no such part, or it is not for you");
    }
    return trust::append_audit(
        connection, actor,
        {.action = std::string(kRecord) + "." + wish.action,
         .object_type = std::string(info(wish.entity).name),
         .object = wish.id.to_string(),
         .owner = subject.object().owner,
         .detail = before.is_null() ? "" : "fields=" + changed_fields(before, after)},
        now);
  };
  return office.directory.edit_in(c, {.entity = wish.entity,
                                      .id = wish.id,
                                      .revision = wish.revision,
                                      .who = who_of(actor),
                                      .action = wish.action,
                                      .make = wish.make,
                                      .removed = wish.removed,
                                      .along = along});
}

std::vector<FieldChange> open_changes(std::vector<FieldChange> changes, const Json& full_body,
                                      Entity entity, const Audience& sight) {
  if (sight.kind() == Audience::Kind::kStaff) return changes;
  std::set<std::string> hidden = hidden_ids(full_body, entity, sight);
  for (const FieldChange& change : changes) note_hidden(change, sight, hidden);
  std::erase_if(changes, [&](const FieldChange& one) { return !is_open(one, hidden, sight); });
  return changes;
}

std::vector<store::Change> open_history(std::vector<store::Change> history, const Json& full_body,
                                        Entity entity, const Audience& sight) {
  if (sight.kind() == Audience::Kind::kStaff) return history;
  std::set<std::string> hidden = hidden_ids(full_body, entity, sight);
  std::size_t first = 0;  // what came before the record was opened stays closed
  for (std::size_t i = 0; i < history.size(); ++i) {
    for (const FieldChange& change : history[i].changes) {
      note_hidden(change, sight, hidden);
      if (change.path == "visibility" &&
          (is_hidden_word(change.before, sight) || is_hidden_word(change.after, sight)))
        first = i + 1;
    }
  }
  history.erase(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(first));
  for (store::Change& change : history)
    std::erase_if(change.changes,
                  [&](const FieldChange& one) { return !is_open(one, hidden, sight); });
  return history;
}

Result<std::vector<store::Change>> history_of(const Office& office, const Seen& seen) {
  return office.directory.database().read(
      [&](db::Connection& c) -> Result<std::vector<store::Change>> {
        const Found found = TRY(find(c, seen.entity, seen.id));
        return open_history(TRY(store::history(c, seen.id)), found.stored.record.body, seen.entity,
                            seen.sight);
      });
}

namespace {

// Nothing when the member does not decide on it.
Result<std::optional<Proposed>> proposed(const Office& office, const trust::Actor& actor,
                                         store::Proposal proposal) {
  const auto read = [&](db::Connection& c) -> Result<std::optional<Proposed>> {
    auto found = find(c, proposal.entity, proposal.record);
    if (!found) return std::nullopt;
    const Instant now = office.clock.now();
    const Json full = found->stored.record.body;
    const Json* location = pointer(found->location);
    const Subject subject(kRecord, proposal.entity, full, location);
    const Subject decides("directory_proposal", proposal.entity, full, location);
    if (!trust::decide(actor, {"read"}, subject.object(), {}, now) ||
        !trust::decide(actor, {"decide"}, decides.object(), {}, now))
      return std::nullopt;
    Proposed out{.proposal = proposal,
                 .seen = {.entity = proposal.entity,
                          .id = proposal.record,
                          .revision = found->stored.revision,
                          .modified = found->stored.modified,
                          .removed = found->stored.removed,
                          .sight = sight_of(actor, subject, now)}};
    const auto decided = TRY(papers::decisions(c, proposal.id));
    std::erase_if(out.proposal.changes, [&](const FieldChange& one) {
      return std::ranges::find(decided, one.path, &papers::Decision::path) != decided.end();
    });
    const std::size_t all = out.proposal.changes.size();
    out.proposal.changes =
        open_changes(std::move(out.proposal.changes), full, proposal.entity, out.seen.sight);
    out.has_more = out.proposal.changes.size() < all;
    if (out.has_more && out.proposal.changes.empty()) return std::nullopt;
    auto shown = location ? for_audience(std::move(found->stored.record), location, out.seen.sight)
                          : for_audience(std::move(found->stored.record), out.seen.sight);
    if (!shown) return std::nullopt;
    out.seen.body = std::move(*shown).take();
    return out;
  };
  return office.directory.database().read(read);
}

}  // namespace

Result<Proposed> see_proposal(const Office& office, const trust::Actor& actor, const Uuid& id) {
  auto proposal = TRY(
      office.directory.database().read([&](db::Connection& c) { return store::proposal(c, id); }));
  if (proposal && proposal->state == "open") {
    const Seen seen = TRY(see(office, actor, proposal->entity, proposal->record));
    if (auto found = TRY(proposed(office, actor, std::move(*proposal)))) return std::move(*found);
  }
  return fail(ErrorKind::kNotFound, "there is no such proposal, or it is not for you");
}

Result<std::vector<Proposed>> open_proposals(const Office& office, const trust::Actor& actor) {
  constexpr std::size_t kMost = 1000;
  std::vector<Proposed> out;
  for (store::Proposal& one : TRY(office.directory.database().read(
           [&](db::Connection& c) { return store::proposals(c, "open", kMost); })))
    if (auto found = TRY(proposed(office, actor, std::move(one)))) out.push_back(std::move(*found));
  return out;
}

std::string who_of(const trust::Actor& actor) { return "member:" + actor.member.to_string(); }

std::string who_words(const Office& office, language::Words t, std::string_view who) {
  if (who.starts_with("member:")) {
    const auto id = Uuid::parse(who.substr(7));
    const auto member = id ? office.members.find(trust::MemberId(*id))
                           : Result<std::optional<trust::Member>>(std::nullopt);
    if (member && *member) return (*member)->name;
    return std::string(t("A former member"));
  }
  if (who.starts_with("import:")) return t("Import of {0}", {who.substr(7)});
  if (who.starts_with("provider")) return std::string(t("The provider"));
  if (who == "public") return std::string(t("Someone from the public"));
  return std::string(who);
}

http::Response refuse(const Office& office, const http::Request& request, const Error& error,
                      const html::Href& back) {
  const language::Words t(visit::language_of(request));
  if (error.kind == ErrorKind::kDenied && error.place == "confirmation")
    return visit::redirect(request, html::Href("/confirm").with("return", back.view()));
  switch (error.kind) {
    case ErrorKind::kNotFound:
    case ErrorKind::kDenied:
      return office.visits.error_page(request, http::Status::kNotFound, "");
    case ErrorKind::kConflict:
      return office.visits.refusal(request, http::Status::kConflict,
                                   t("Someone changed this meanwhile. Go back, load the page "
                                     "again and look at what stands there now."));
    case ErrorKind::kInvalid:
      return office.visits.refusal(request, http::Status::kUnprocessable,
                                   t("This cannot be kept as it is: {0}", {error.describe()}));
    default:
      return office.visits.refusal(request, http::Status::kUnavailable,
                                   t("It could not be kept. Please try again."));
  }
}

}  // namespace daybreak::directory::desk
