// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/service.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/unicode.hpp"
#include "commons/directory/eligibility.hpp"

namespace daybreak::directory {
namespace {

using store::Stored;

// A record while an import works on it.
struct Working {
  Stored stored;
  bool is_new = false, touched = false;
  Json before;
  std::vector<FieldChange> conflicts;
};

void take_theirs(Working& work, const Record& record, const Uuid& source) {
  const Json base = work.stored.base ? *work.stored.base : work.stored.record.body;
  const Json theirs = completed(base, record.body, record.completeness, record.entity);
  if (theirs == base) return;
  Merged merged = merge(base, work.stored.record.body, theirs);
  sort_members(merged.value, info(record.entity));
  work.touched = true;
  work.stored.base = merged.value == theirs ? std::nullopt : std::optional(theirs);
  work.stored.record.body = std::move(merged.value);
  work.stored.source = source;
  std::ranges::move(merged.conflicts, std::back_inserter(work.conflicts));
}

// What a person typed must fit as it is: nothing is set aside or mended behind the person's back.
Result<void> check_edited(Json& body, Entity entity) {
  std::vector<Notice> notices;
  const IdSpace ids("directory");
  const bool stands = Normalizer(ids, notices).normalize(body, entity, "");
  for (const Notice& notice : notices)
    if (!stands || notice.kind != Notice::Kind::kRepaired)
      return fail(ErrorKind::kInvalid, notice.reason, "field " + notice.field);
  if (const Json* rule = body.find("eligibility_rule")) TRY(check_rule(*rule));
  sort_members(body, info(entity));
  return {};
}

std::string key_of(Entity entity, const Uuid& id) {
  return std::string(info(entity).name) + id.to_string();
}

}  // namespace

ImportCounts& ImportCounts::operator+=(const ImportCounts& other) {
  created += other.created;
  updated += other.updated;
  unchanged += other.unchanged;
  kept_edits += other.kept_edits;
  return *this;
}

Result<Uuid> Directory::put_source(const store::Source& source) {
  store::Source named = source;
  if (named.id.is_nil()) named.id = Uuid::generate(clock_, random_);
  return database_.write(
      [&](db::Connection& c) { return store::put_source(c, named, clock_.now()); });
}

Result<ImportCounts> Directory::import(std::vector<Record> records, const Uuid& source,
                                       std::string_view source_name, ImportMode mode) {
  std::vector<Uuid> ids;
  for (const Record& record : records) ids.push_back(record.id);
  const Instant now = clock_.now();
  const auto work = [&](db::Connection& c) -> Result<ImportCounts> {
    std::vector<Working> working;
    std::unordered_map<std::string, std::size_t> where;
    for (Stored& stored : TRY(store::load(c, ids, store::Removed::kInclude))) {
      where.emplace(key_of(stored.record.entity, stored.record.id), working.size());
      working.push_back({.stored = std::move(stored)});
      working.back().before = working.back().stored.record.body;
    }
    for (Record& record : records) {
      const auto [at, is_new] = where.emplace(key_of(record.entity, record.id), working.size());
      if (is_new) {
        working.push_back({.is_new = true, .touched = true});
        working.back().stored.record = std::move(record);
        working.back().stored.source = source;
      } else {
        take_theirs(working[at->second], record, source);
      }
    }
    ImportCounts counts;
    for (Working& one : working) {
      one.is_new ? ++counts.created : one.touched ? ++counts.updated : ++counts.unchanged;
      if (!one.conflicts.empty()) ++counts.kept_edits;
      if (mode == ImportMode::kDryRun || !one.touched) continue;
      ++one.stored.revision;
      one.stored.modified = now;
      const auto changes =
          one.is_new ? std::vector<FieldChange>() : differences(one.before, one.stored.record.body);
      TRY(store::put(c, one.stored, "import:" + std::string(source_name),
                     one.is_new ? "create" : "import", changes));
      if (one.conflicts.empty()) continue;
      TRY(store::put_proposal(
          c, {Uuid::generate(clock_, random_), one.stored.record.entity, one.stored.record.id, now,
              "import:" + std::string(source_name), "The source differs from what was edited here",
              one.conflicts, "open"}));
    }
    return counts;
  };
  return mode == ImportMode::kDryRun ? database_.read(work) : database_.write(work);
}

Result<Stored> Directory::current(db::Connection& c, const Uuid& id) {
  std::vector<Stored> found = TRY(store::load(c, std::span(&id, 1)));
  if (found.empty())
    return fail(ErrorKind::kNotFound, "is not in the directory", "record " + id.to_string());
  return std::move(found.front());
}

Result<std::int64_t> Directory::save(Entity entity, Json body, std::int64_t revision,
                                     std::string_view who) {
  std::vector<Notice> notices;
  const IdSpace ids("directory");
  if (text_of(body, "id").empty()) body.set("id", Uuid::generate(clock_, random_).to_string());
  if (!Normalizer(ids, notices).normalize(body, entity, "")) {
    return fail(ErrorKind::kInvalid, notices.empty() ? "cannot stand" : notices.back().reason,
                notices.empty() ? "" : "field " + notices.back().field);
  }
  if (const Json* rule = body.find("eligibility_rule")) TRY(check_rule(*rule));
  sort_members(body, info(entity));
  const Uuid id = id_of(body);
  return database_.write([&](db::Connection& c) -> Result<std::int64_t> {
    std::vector<Stored> found = TRY(store::load(c, std::span(&id, 1), store::Removed::kInclude));
    std::erase_if(found, [&](const Stored& s) { return s.record.entity != entity; });
    Stored stored = found.empty() ? Stored{} : std::move(found.front());
    if (stored.revision != revision) {
      return fail(ErrorKind::kConflict, "was changed meanwhile",
                  std::string(info(entity).name) + " " + id.to_string(),
                  "Reload, look at the changes and save again");
    }
    const auto changes = differences(stored.record.body, body);
    if (revision > 0 && changes.empty()) return revision;
    if (revision > 0 && stored.source && !stored.base) stored.base = stored.record.body;
    stored.record = {entity, id, body, Completeness::kWhole, {}};
    stored.revision = revision + 1;
    stored.modified = clock_.now();
    stored.removed = false;
    TRY(store::put(c, stored, who, revision == 0 ? "create" : "edit",
                   revision == 0 ? std::vector<FieldChange>() : changes));
    return stored.revision;
  });
}

Result<std::int64_t> Directory::edit(const Edit& edit) {
  return database_.write([&](db::Connection& c) { return edit_in(c, edit); });
}

Result<std::int64_t> Directory::edit_in(db::Connection& c, const Edit& edit) {
  std::vector<Stored> found =
      TRY(store::load(c, std::span(&edit.id, 1), store::Removed::kInclude));
  std::erase_if(found, [&](const Stored& s) { return s.record.entity != edit.entity; });
  const std::string place = std::string(info(edit.entity).name) + " " + edit.id.to_string();
  if (found.empty() && edit.revision != 0)
    return fail(ErrorKind::kNotFound, "is not in the directory", place);
  Stored stored = found.empty() ? Stored{} : std::move(found.front());
  if (edit.revision && *edit.revision != stored.revision)
    return fail(ErrorKind::kConflict, "was changed meanwhile", place,
                "Reload, look at the changes and save again");
  const bool is_new = stored.revision == 0;
  const Json before = stored.record.body;
  Json body = is_new ? Json::object({{"id", edit.id.to_string()}}) : before;
  if (edit.make) TRY(edit.make(body));
  TRY(check_edited(body, edit.entity));
  const auto changes = is_new ? std::vector<FieldChange>() : differences(before, body);
  const bool removed = edit.removed.value_or(stored.removed);
  if (!is_new && changes.empty() && removed == stored.removed) return stored.revision;
  if (stored.source && !stored.base) stored.base = before;
  stored.record = {edit.entity, edit.id, std::move(body), Completeness::kWhole, {}};
  ++stored.revision;
  stored.modified = clock_.now();
  stored.removed = removed;
  if (edit.along) TRY(edit.along(c, before, stored.record.body));
  TRY(store::put(c, stored, edit.who, edit.action, changes));
  return stored.revision;
}

Result<void> Directory::remove(const Uuid& id, std::int64_t revision, std::string_view who) {
  return database_.write([&](db::Connection& c) -> Result<void> {
    Stored stored = TRY(current(c, id));
    if (stored.revision != revision)
      return fail(ErrorKind::kConflict, "was changed meanwhile", "record " + id.to_string(),
                  "Reload and decide again");
    stored.removed = true;
    ++stored.revision;
    stored.modified = clock_.now();
    return store::put(c, stored, who, "remove", {});
  });
}

namespace {

// Changes one record by a function, with history. What a provider or staff sets here (capacity,
// verification) is theirs, not the source's: the base is kept.
Result<void> change(db::Connection& c, Stored stored, const Clock& clock, std::string_view who,
                    std::string_view action, const std::function<Result<void>(Json&)>& edit) {
  Json body = stored.record.body;
  TRY(edit(body));
  sort_members(body, info(stored.record.entity));
  const auto changes = differences(stored.record.body, body);
  if (changes.empty()) return {};
  if (stored.source && !stored.base) stored.base = stored.record.body;
  stored.record.body = std::move(body);
  ++stored.revision;
  stored.modified = clock.now();
  return store::put(c, stored, who, action, changes);
}

Result<void> with(const Also& also, db::Connection& c) { return also ? also(c) : Result<void>(); }

}  // namespace

Result<void> Directory::set_capacity(const Uuid& service, CapacityStatus status,
                                     std::string_view who,
                                     std::optional<std::chrono::hours> lifetime, const Also& also) {
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(change(
        c, TRY(current(c, service)), clock_, who, "capacity", [&](Json& body) -> Result<void> {
          const Instant now = clock_.now();
          body.set("capacity_status",
                   to_json(Capacity{status, now, now + lifetime.value_or(usual_lifetime(body))}));
          return {};
        }));
    return with(also, c);
  });
}

Result<void> Directory::verify(const Uuid& service, std::string_view group, std::string_view who,
                               const Also& also) {
  const std::string today = format_instant(clock_.now()).substr(0, 10);
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(change(c, TRY(current(c, service)), clock_, who, "verify", [&](Json& body) -> Result<void> {
      Json* verifications = body.find("verifications");
      if (!verifications) verifications = &body.set("verifications", Json::object());
      verifications->set(group, Json::object({{"date", today}, {"by", who}}));
      if (group == "all") body.set("assured_date", today);
      return {};
    }));
    return with(also, c);
  });
}

Result<Uuid> Directory::propose(Entity entity, const Uuid& record, std::vector<FieldChange> changes,
                                std::string_view origin, std::string_view note, const Also& also) {
  const Uuid id = Uuid::generate(clock_, random_);
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    TRY(current(c, record));
    TRY(store::put_proposal(c, {id, entity, record, clock_.now(), std::string(origin),
                                std::string(note), changes, "open"}));
    return with(also, c);
  }));
  return id;
}

Result<void> Directory::accept(const Uuid& id, std::string_view who) {
  return database_.write([&](db::Connection& c) -> Result<void> {
    const auto proposal = TRY(store::proposal(c, id));
    if (!proposal) return fail(ErrorKind::kNotFound, "is not there", "proposal " + id.to_string());
    TRY(change(c, TRY(current(c, proposal->record)), clock_, who, "accept",
               [&](Json& body) -> Result<void> {
                 for (const FieldChange& one : proposal->changes) TRY(apply_change(body, one));
                 std::vector<Notice> notices;
                 const IdSpace ids("directory");
                 if (Normalizer(ids, notices).normalize(body, proposal->entity, "")) return {};
                 return fail(ErrorKind::kInvalid, notices.back().reason,
                             "field " + notices.back().field);
               }));
    return store::decide_proposal(c, id, "accepted", who, clock_.now());
  });
}

Result<void> Directory::reject(const Uuid& id, std::string_view who) {
  return database_.write([&](db::Connection& c) {
    return store::decide_proposal(c, id, "rejected", who, clock_.now());
  });
}

Result<std::size_t> Directory::find_duplicates() {
  std::map<std::string, std::vector<Uuid>> by_key;
  TRY(database_.read([&](db::Connection& c) -> Result<void> {
    for (const Entity entity : {Entity::kOrganization, Entity::kService}) {
      TRY(store::each(c, entity, 1000, [&](std::vector<Stored> part) -> Result<void> {
        for (const Stored& stored : part) {
          const std::string name = search_key(text_of(stored.record.body, "name"));
          const std::string owner(
              text_of(stored.record.body, entity == Entity::kService ? "organization_id" : ""));
          by_key[std::string(info(entity).name) + "|" + name + "|" + owner].push_back(
              stored.record.id);
        }
        return {};
      }));
    }
    return {};
  }));
  std::vector<store::DuplicateCandidate> found;
  for (const auto& [key, ids] : by_key) {
    const Entity entity = key.starts_with("service") ? Entity::kService : Entity::kOrganization;
    for (std::size_t i = 1; i < ids.size() && i < 20; ++i)
      found.push_back({ids[0], ids[i], entity, 1.0,
                       entity == Entity::kService ? "same name, same organization" : "same name"});
  }
  TRY(database_.write([&](db::Connection& c) { return store::put_duplicates(c, found); }));
  return found.size();
}

}  // namespace daybreak::directory
