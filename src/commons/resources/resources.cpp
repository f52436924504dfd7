// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/resources/resources.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "embedded/commons_resources_migrations.hpp"

namespace daybreak::resources {
namespace {

constexpr trust::Object kLibrary{.type = "resources_item",
                                 .owner = {},
                                 .audience = trust::Audience::kTaskForce,
                                 .partners = {},
                                 .subject = {}};

tl::unexpected<Error> absent() { return fail(ErrorKind::kNotFound, "there is no such item"); }

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ','))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

LinkState link_from(std::string_view code) {
  for (const auto state : {LinkState::kWorks, LinkState::kMoved, LinkState::kBroken})
    if (code_of(state) == code) return state;
  return LinkState::kUnchecked;
}

Item item_of(const db::Row& row) {
  return {.id = row.uuid(0),
          .kind = row.text(1),
          .title = {row.text(2), row.text(3)},
          .about = {row.text(4), row.text(5)},
          .publisher = row.text(6),
          .address = row.text(7),
          .licence = row.text(8),
          .audiences = words_in(row.text(9)),
          .topics = words_in(row.text(10)),
          .languages = words_in(row.text(11)),
          .federal = row.boolean(12),
          .published = row.boolean(13),
          .review = row.maybe_date(14),
          .opens = row.maybe_date(15),
          .closes = row.maybe_date(16),
          .version = row.integer(17),
          .link = link_from(row.text(18)),
          .link_code = static_cast<int>(row.integer(19)),
          .checked_at = row.maybe_instant(20)};
}

bool has(const std::vector<std::string>& list, std::string_view one) {
  return one.empty() || std::ranges::find(list, one) != list.end();
}

bool fits(const Item& item, const Filter& filter) {
  if (!filter.kind.empty() && item.kind != filter.kind) return false;
  if (filter.federal && !item.federal) return false;
  if (!has(item.audiences, filter.audience) || !has(item.topics, filter.topic)) return false;
  const std::string wanted = search_key(filter.text);
  if (wanted.empty()) return true;
  const std::string all = search_key(item.title.en + " " + item.title.es + " " + item.about.en +
                                     " " + item.about.es + " " + item.publisher);
  return std::ranges::all_of(split(wanted, ' '), [&](std::string_view word) {
    return all.find(word) != std::string::npos;
  });
}

}  // namespace

db::ModuleMigrations migrations() {
  return {"resources", &embedded::commons_resources_migrations()};
}

bool Resources::may(const trust::Actor& actor, std::string_view action) const {
  return trust::decide(actor, {action}, kLibrary, {}, clock_.now()).allowed;
}

Result<void> Resources::permit(const trust::Actor& actor, std::string_view action, const Uuid& id) {
  return gatekeeper_.require(actor, {action}, kLibrary, id.to_string());
}

Result<void> Resources::record(db::Connection& c, const trust::Actor& actor,
                               std::string_view action, const Uuid& id) {
  return trust::append_audit(c, actor,
                             {.action = "resources_item." + std::string(action),
                              .object_type = "resources_item",
                              .object = id.to_string()},
                             clock_.now());
}

Result<std::vector<Item>> Resources::load(const Filter& filter) {
  std::vector<Item> all;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT id, kind, title_en, title_es, about_en, about_es, publisher, address, licence, "
        "audiences, topics, languages, federal, published, review, opens, closes, version, "
        "link_state, link_code, checked_at FROM resources_item ORDER BY title_en, id",
        {}, [&](const db::Row& row) -> Result<void> {
          Item item = item_of(row);
          if (fits(item, filter)) all.push_back(std::move(item));
          return {};
        });
  }));
  return all;
}

Result<std::vector<Item>> Resources::published(const Filter& filter) {
  std::vector<Item> all = TRY(load(filter));
  const std::vector<Uuid> shown = TRY(stories_for("site"));
  std::erase_if(all, [&](const Item& item) {
    return !item.published || (item.is_story() && std::ranges::find(shown, item.id) == shown.end());
  });
  return all;
}

Result<Item> Resources::find_published(const Uuid& id) {
  const std::vector<Item> all = TRY(published());
  const auto found = std::ranges::find(all, id, &Item::id);
  if (found == all.end()) return absent();
  return *found;
}

Result<std::vector<Item>> Resources::list(const trust::Actor& actor, const Filter& filter) {
  TRY(permit(actor, "list", {}));
  return load(filter);
}

Result<Item> Resources::find(const trust::Actor& actor, const Uuid& id) {
  const std::vector<Item> all = TRY(list(actor));
  const auto found = std::ranges::find(all, id, &Item::id);
  if (found == all.end()) return absent();
  return *found;
}

Result<void> Resources::write_item(db::Connection& c, const Item& one, std::int64_t before) {
  // Another address has to be looked at anew.
  const std::int64_t done = TRY(c.execute(
      before == 0
          ? "INSERT INTO resources_item (id, kind, title_en, title_es, about_en, about_es, "
            "publisher, address, licence, audiences, topics, languages, federal, published, "
            "review, opens, closes, version, changed_at, link_state, link_code) SELECT $1, $2, "
            "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, '', 0 "
            "WHERE $20 = 0"
          : "UPDATE resources_item SET kind = $2, title_en = $3, title_es = $4, about_en = $5, "
            "about_es = $6, publisher = $7, link_state = CASE WHEN address = $8 THEN link_state "
            "ELSE '' END, checked_at = CASE WHEN address = $8 THEN checked_at ELSE NULL END, "
            "address = $8, licence = $9, audiences = $10, topics = $11, languages = $12, federal "
            "= $13, published = $14, review = $15, opens = $16, closes = $17, version = $18, "
            "changed_at = $19 WHERE id = $1 AND version = $20",
      {one.id,
       one.kind,
       one.title.en,
       one.title.es,
       one.about.en,
       one.about.es,
       one.publisher,
       one.address,
       one.licence,
       join(one.audiences, ","),
       join(one.topics, ","),
       join(one.languages, ","),
       one.federal ? 1 : 0,
       one.published ? 1 : 0,
       one.review,
       one.opens,
       one.closes,
       before + 1,
       clock_.now(),
       before}));
  if (done != 1)
    return fail(ErrorKind::kConflict, "somebody else changed it meanwhile", "title_en",
                "Open it again and make your change there");
  return {};
}

Result<Item> Resources::save(const trust::Actor& actor, Item item) {
  const bool is_new = item.id.is_nil();
  TRY(permit(actor, is_new ? "create" : "edit", item.id));
  TRY(check(item));
  if (is_new) item.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<Item> {
    TRY(write_item(c, item, is_new ? 0 : item.version));
    TRY(record(c, actor, is_new ? "create" : "edit", item.id));
    Item saved = item;
    saved.version = is_new ? 1 : item.version + 1;
    return saved;
  });
}

Result<void> Resources::remove(const trust::Actor& actor, const Uuid& id) {
  TRY(permit(actor, "delete", id));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("DELETE FROM resources_item WHERE id = $1", {id})) != 1) return absent();
    return record(c, actor, "delete", id);
  });
}

Result<std::vector<Resources::Link>> Resources::links_due(std::chrono::hours unseen,
                                                          std::size_t most) {
  std::vector<Link> due;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT id, address FROM resources_item WHERE address <> '' AND (checked_at IS NULL OR "
        "checked_at <= $1) ORDER BY coalesce(checked_at, 0), id LIMIT $2",
        {clock_.now() - unseen, static_cast<std::int64_t>(most)},
        [&](const db::Row& row) -> Result<void> {
          due.push_back({row.uuid(0), row.text(1)});
          return {};
        });
  }));
  return due;
}

Result<void> Resources::note_link(const Link& link, LinkState state, int code) {
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute(
        "UPDATE resources_item SET link_state = $3, link_code = $4, checked_at = $5 WHERE "
        "id = $1 AND address = $2",
        {link.item, link.address, code_of(state), code, clock_.now()}));
    return {};
  });
}

Result<std::vector<Collection>> Resources::load_collections() {
  return database_.read([&](db::Connection& c) -> Result<std::vector<Collection>> {
    std::vector<Collection> all;
    std::map<Uuid, std::vector<Uuid>> items;
    TRY(
        c.query_each("SELECT r.collection, r.item FROM resources_collection_item r JOIN "
                     "resources_item i ON i.id = r.item ORDER BY i.title_en",
                     {}, [&](const db::Row& row) -> Result<void> {
                       items[row.uuid(0)].push_back(row.uuid(1));
                       return {};
                     }));
    TRY(c.query_each(
        "SELECT id, kind, title_en, title_es, about_en, about_es, copy_en, copy_es, starts, ends, "
        "posters, published FROM resources_collection ORDER BY coalesce(starts, ''), title_en",
        {}, [&](const db::Row& row) -> Result<void> {
          all.push_back({.id = row.uuid(0),
                         .campaign = row.text(1) == "campaign",
                         .title = {row.text(2), row.text(3)},
                         .about = {row.text(4), row.text(5)},
                         .copy = {row.text(6), row.text(7)},
                         .starts = row.maybe_date(8),
                         .ends = row.maybe_date(9),
                         .posters = words_in(row.text(10)),
                         .items = items[row.uuid(0)],
                         .published = row.boolean(11)});
          return {};
        }));
    return all;
  });
}

Result<std::vector<Collection>> Resources::published_collections() {
  auto all = TRY(load_collections());
  const auto shown = TRY(published());
  std::erase_if(all, [](const Collection& one) { return !one.published; });
  for (Collection& one : all)
    std::erase_if(one.items, [&](const Uuid& id) {
      return std::ranges::find(shown, id, &Item::id) == shown.end();
    });
  return all;
}

Result<std::vector<Collection>> Resources::collections(const trust::Actor& actor) {
  TRY(permit(actor, "list", {}));
  return load_collections();
}

Result<void> Resources::write_collection(db::Connection& c, const Collection& one) {
  TRY(c.execute("DELETE FROM resources_collection WHERE id = $1", {one.id}));
  TRY(c.execute(
      "INSERT INTO resources_collection (id, kind, title_en, title_es, about_en, about_es, "
      "copy_en, "
      "copy_es, starts, ends, posters, published, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, "
      "$8, $9, $10, $11, $12, $13)",
      {one.id, one.campaign ? "campaign" : "collection", one.title.en, one.title.es, one.about.en,
       one.about.es, one.copy.en, one.copy.es, one.starts, one.ends, join(one.posters, ","),
       one.published ? 1 : 0, clock_.now()}));
  for (const Uuid& item : one.items)
    TRY(
        c.execute("INSERT INTO resources_collection_item (collection, item) SELECT $1, id FROM "
                  "resources_item WHERE id = $2",
                  {one.id, item}));
  return {};
}

Result<Collection> Resources::save_collection(const trust::Actor& actor, Collection one) {
  TRY(permit(actor, "edit", one.id));
  TRY(check(one));
  if (one.id.is_nil()) one.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<Collection> {
    TRY(write_collection(c, one));
    TRY(record(c, actor, "edit", one.id));
    return one;
  });
}

Result<void> Resources::remove_collection(const trust::Actor& actor, const Uuid& id) {
  TRY(permit(actor, "delete", id));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("DELETE FROM resources_collection WHERE id = $1", {id})) != 1)
      return absent();
    return record(c, actor, "delete", id);
  });
}

Result<int> Resources::take_data_file() {
  const DataFile file = TRY(built_in_data());
  return database_.write([&](db::Connection& c) -> Result<int> {
    int taken = 0;
    const auto first = [&](const Uuid& id) -> Result<bool> {
      if (TRY(c.query_one("SELECT 1 FROM resources_taken WHERE id = $1", {id}))) return false;
      TRY(c.execute("INSERT INTO resources_taken (id) VALUES ($1)", {id}));
      ++taken;
      return true;
    };
    for (const Item& item : file.items)
      if (TRY(first(item.id))) TRY(write_item(c, item, 0));
    for (const Collection& one : file.collections)
      if (TRY(first(one.id))) TRY(write_collection(c, one));
    return taken;
  });
}

}  // namespace daybreak::resources
