// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/desk/merge_records.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/desk/fields.hpp"
#include "stats/linkage/distance.hpp"

namespace daybreak::directory::desk {
namespace {

constexpr double kAlike = 0.88;           // names, by Jaro and Winkler
constexpr std::size_t kMostInBlock = 60;  // a switchboard's number says nothing
constexpr std::size_t kMostCandidates = 2000;

struct Known {
  Uuid id;
  Entity entity;
  std::string name;
};

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  return digits.size() > 10 && digits.front() == '1' ? digits.substr(1) : digits;
}

const JsonArray& items_of(const Json& value, std::string_view member) {
  static const JsonArray kNone;
  const Json* found = value.find(member);
  const JsonArray* items = found ? found->if_array() : nullptr;
  return items ? *items : kNone;
}

// "Shelter 12" and "Shelter 13" are two.
bool is_alike(const std::string& a, const std::string& b) {
  return digits_of(a) == digits_of(b) && linkage::jaro_winkler(a, b) >= kAlike;
}

using Blocks = std::map<std::string, std::vector<Known>>;

void add_to_blocks(const store::Stored& stored, Blocks& by_phone) {
  const Json& body = stored.record.body;
  const Known known{stored.record.id, stored.record.entity, search_key(text_of(body, "name"))};
  const std::string kind(info(stored.record.entity).name);
  for (const Json& phone : items_of(body, "phones"))
    if (const std::string digits = digits_of(text_of(phone, "number")); digits.size() >= 10)
      by_phone[kind + digits].push_back(known);
}

// The street and town of each service's places.
Result<void> add_addresses(db::Connection& c, Blocks& by_address) {
  std::unordered_map<Uuid, std::string> addresses;
  TRY(store::each(c, Entity::kLocation, 1000, [&](std::vector<store::Stored> part) -> Result<void> {
    for (const store::Stored& one : part)
      for (const Json& address : items_of(one.record.body, "addresses"))
        if (!text_of(address, "address_1").empty())
          addresses[one.record.id] = search_key(text_of(address, "address_1")) + "|" +
                                     search_key(text_of(address, "city"));
    return {};
  }));
  std::unordered_map<Uuid, std::set<std::string>> of_service;
  TRY(store::each(c, Entity::kServiceAtLocation, 1000,
                  [&](std::vector<store::Stored> part) -> Result<void> {
                    for (const store::Stored& one : part) {
                      const auto at = Uuid::parse(text_of(one.record.body, "location_id"));
                      const auto service = Uuid::parse(text_of(one.record.body, "service_id"));
                      if (!at || !service) continue;
                      if (const auto found = addresses.find(*at); found != addresses.end())
                        of_service[*service].insert(found->second);
                    }
                    return {};
                  }));
  return store::each(
      c, Entity::kService, 1000, [&](std::vector<store::Stored> part) -> Result<void> {
        for (const store::Stored& one : part)
          for (const std::string& address : of_service[one.record.id])
            by_address[address].push_back(
                {one.record.id, Entity::kService, search_key(text_of(one.record.body, "name"))});
        return {};
      });
}

void pair_up(const Blocks& blocks, std::string_view reason,
             std::vector<store::DuplicateCandidate>& found) {
  for (const auto& [key, block] : blocks) {
    if (block.size() > kMostInBlock) continue;
    for (std::size_t i = 0; i < block.size(); ++i)
      for (std::size_t j = i + 1; j < block.size() && found.size() < kMostCandidates; ++j)
        if (block[i].id != block[j].id && is_alike(block[i].name, block[j].name))
          found.push_back({block[i].id, block[j].id, block[i].entity,
                           linkage::jaro_winkler(block[i].name, block[j].name) * 0.99,
                           std::string(reason)});
  }
}

std::string_view link_to(Entity entity) {
  return entity == Entity::kOrganization ? "organization_id" : "service_id";
}

}  // namespace

Result<std::size_t> find_candidates(Directory& directory) {
  const std::size_t named = TRY(directory.find_duplicates());
  Blocks by_phone, by_address;
  TRY(directory.database().read([&](db::Connection& c) -> Result<void> {
    for (const Entity entity : {Entity::kOrganization, Entity::kService})
      TRY(store::each(c, entity, 1000, [&](std::vector<store::Stored> part) -> Result<void> {
        for (const store::Stored& stored : part) add_to_blocks(stored, by_phone);
        return {};
      }));
    return add_addresses(c, by_address);
  }));
  std::vector<store::DuplicateCandidate> found;
  pair_up(by_phone, "same telephone, like name", found);
  pair_up(by_address, "same address, like name", found);
  TRY(directory.database().write(
      [&](db::Connection& c) { return store::put_duplicates(c, found); }));
  return named + found.size();
}

Result<std::vector<Pair>> open_pairs(const Office& office, const trust::Actor& actor) {
  constexpr std::size_t kMost = 500;
  const auto candidates = TRY(office.directory.database().read(
      [&](db::Connection& c) { return store::open_duplicates(c, kMost); }));
  std::vector<Uuid> ids;
  for (const auto& one : candidates) ids.insert(ids.end(), {one.first, one.second});
  std::unordered_map<Uuid, store::Stored> records;
  if (!ids.empty())
    for (store::Stored& stored : TRY(office.directory.database().read(
             [&](db::Connection& c) { return store::load(c, ids); }))) {
      const Uuid id = stored.record.id;
      records.emplace(id, std::move(stored));
    }
  const Instant now = office.clock.now();
  const auto seen = [&](const Uuid& id, Entity entity) -> std::optional<Seen> {
    const auto found = records.find(id);
    if (found == records.end() || found->second.record.entity != entity) return std::nullopt;
    const store::Stored& stored = found->second;
    const Subject subject("directory_record", entity, stored.record.body);
    if (!trust::decide(actor, {"edit"}, subject.object(), {}, now)) return std::nullopt;
    Seen one{.entity = entity,
             .id = id,
             .revision = stored.revision,
             .modified = stored.modified,
             .sight = sight_of(actor, subject, now)};
    auto shown = for_audience(stored.record, one.sight);
    if (!shown) return std::nullopt;
    one.body = std::move(*shown).take();
    return one;
  };
  std::vector<Pair> pairs;
  for (const store::DuplicateCandidate& one : candidates) {
    auto first = seen(one.first, one.entity), second = seen(one.second, one.entity);
    if (first && second) pairs.push_back({one, std::move(*first), std::move(*second)});
  }
  return pairs;
}

std::vector<FieldChange> offered(const Json& kept, const Json& gone) {
  std::set<std::string> numbers;
  for (const Json& phone : items_of(kept, "phones"))
    numbers.insert(digits_of(text_of(phone, "number")));
  std::vector<FieldChange> changes = differences(kept, gone);
  std::erase_if(changes, [&](const FieldChange& one) {
    // What the other does not say is never lost; the same number is not taken twice.
    return one.after.is_null() || one.path == "id" || one.path.ends_with("_id") ||
           one.path.starts_with("verifications") || one.path.starts_with("source_fields") ||
           (one.path.starts_with("phones[") &&
            numbers.contains(digits_of(text_of(one.after, "number"))));
  });
  return changes;
}

Result<void> merge_pair(const Office& office, const trust::Actor& actor, const Seen& kept,
                        const Seen& gone, const std::vector<FieldChange>& taken) {
  return office.directory.database().write([&](db::Connection& c) -> Result<void> {
    papers::Merge merge{.id = Uuid::generate(office.clock, office.random),
                        .kept = kept.id,
                        .gone = gone.id,
                        .entity = kept.entity,
                        .at = office.clock.now(),
                        .who = who_of(actor)};
    merge.kept_revision = TRY(change_in(c, office, actor,
                                        {.entity = kept.entity,
                                         .id = kept.id,
                                         .revision = kept.revision,
                                         .action = "merge",
                                         .make = [&](Json& body) -> Result<void> {
                                           for (const FieldChange& one : taken)
                                             TRY(apply_change(body, one));
                                           return {};
                                         }}));
    const auto dependents = kept.entity == Entity::kOrganization
                                ? TRY(store::load_by_organization(c, std::span(&gone.id, 1)))
                                : TRY(store::load_by_service(c, std::span(&gone.id, 1)));
    for (const store::Stored& one : dependents) {
      TRY(change_in(c, office, actor,
                    {.entity = one.record.entity,
                     .id = one.record.id,
                     .action = "merge",
                     .make = [&](Json& body) -> Result<void> {
                       body.set(link_to(kept.entity), kept.id.to_string());
                       return {};
                     }}));
      merge.moved.emplace_back(one.record.entity, one.record.id);
    }
    TRY(change_in(c, office, actor,
                  {.entity = gone.entity,
                   .id = gone.id,
                   .revision = gone.revision,
                   .action = "merge",
                   .removed = true}));
    TRY(papers::put_merge(c, merge));
    return papers::decide_duplicate(c, kept.id, gone.id, "merged");
  });
}

Result<void> keep_apart(const Office& office, const trust::Actor& actor, const Uuid& first,
                        const Uuid& second) {
  return office.directory.database().write([&](db::Connection& c) -> Result<void> {
    TRY(papers::decide_duplicate(c, first, second, "different"));
    return trust::append_audit(c, actor,
                               {.action = "directory_record.keep_apart",
                                .object_type = "directory_record",
                                .object = first.to_string(),
                                .detail = "other=" + second.to_string()},
                               office.clock.now());
  });
}

Result<void> unmerge(const Office& office, const trust::Actor& actor, const Uuid& id) {
  return office.directory.database().write([&](db::Connection& c) -> Result<void> {
    const auto merge = TRY(papers::merge(c, id));
    if (!merge) return fail(ErrorKind::kNotFound, "there is no such merge");
    TRY(papers::mark_undone(c, id));
    TRY(change_in(
        c, office, actor,
        {.entity = merge->entity, .id = merge->gone, .action = "unmerge", .removed = false}));
    for (const auto& [entity, moved] : merge->moved)
      TRY(change_in(c, office, actor,
                    {.entity = entity,
                     .id = moved,
                     .action = "unmerge",
                     .make = [&](Json& body) -> Result<void> {
                       if (text_of(body, link_to(merge->entity)) == merge->kept.to_string())
                         body.set(link_to(merge->entity), merge->gone.to_string());
                       return {};
                     }}));
    for (const store::Change& change : TRY(store::history(c, merge->kept))) {
      if (change.revision != merge->kept_revision || change.action != "merge") continue;
      TRY(change_in(c, office, actor,
                    {.entity = merge->entity,
                     .id = merge->kept,
                     .action = "unmerge",
                     .make = [&](Json& body) -> Result<void> {
                       for (const FieldChange& one : change.changes)
                         if (at_path(body, one.path) == one.after)
                           TRY(apply_change(body, {one.path, one.after, one.before}));
                       return {};
                     }}));
    }
    return papers::reopen_duplicate(c, merge->kept, merge->gone);
  });
}

Result<std::optional<Uuid>> merged_into(Directory& directory, const Uuid& gone) {
  return directory.database().read([&](db::Connection& c) { return papers::kept_of(c, gone); });
}

}  // namespace daybreak::directory::desk
