// SPDX-License-Identifier: AGPL-3.0-or-later
// The resource library: items, collections and campaigns, and survivors' stories, which are shown
// only where and as long as a recorded consent says so; the moment it is withdrawn their words are
// gone from the store. Staff changes are recorded with them. Safe to use from any thread.
#pragma once

#include <string>
#include <vector>

#include "commons/resources/model.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::resources {

db::ModuleMigrations migrations();

struct Filter {
  std::string text, kind, audience, topic;
  bool federal = false;
};

class Resources {
 public:
  Resources(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random), gatekeeper_(database, clock) {}

  // What everyone may see now: published items; of stories those allowed on the site.
  Result<std::vector<Item>> published(const Filter& filter = {});
  Result<Item> find_published(const Uuid& id);
  Result<std::vector<Collection>> published_collections();

  // For the desk.
  Result<std::vector<Item>> list(const trust::Actor& actor, const Filter& filter = {});
  Result<Item> find(const trust::Actor& actor, const Uuid& id);
  // kConflict when another changed it since `version`; kInvalid names the field.
  Result<Item> save(const trust::Actor& actor, Item item);
  Result<void> remove(const trust::Actor& actor, const Uuid& id);
  Result<std::vector<Collection>> collections(const trust::Actor& actor);
  Result<Collection> save_collection(const trust::Actor& actor, Collection collection);
  Result<void> remove_collection(const trust::Actor& actor, const Uuid& id);
  bool may(const trust::Actor& actor, std::string_view action) const;

  // A story's words with the consent; by whoever keeps the library.
  Result<void> record_story(const trust::Actor& actor, Story story);
  Result<std::optional<Story>> story(const trust::Actor& actor, const Uuid& item);
  // Takes her words out of the store and the item out of every page; cannot be undone.
  Result<void> withdraw_story(const trust::Actor& actor, const Uuid& item);
  // The words where this use is allowed now, else nothing: for pages, mails, embeds.
  Result<std::optional<Both>> words_of(const Uuid& item, std::string_view use);
  // Stories that may be shown so now, newest first.
  Result<std::vector<Uuid>> stories_for(std::string_view use);

  // Links that were not looked at for so long, the longest first; and what became of one.
  struct Link {
    Uuid item;
    std::string address;
  };
  Result<std::vector<Link>> links_due(std::chrono::hours unseen, std::size_t most);
  Result<void> note_link(const Link& link, LinkState state, int code);

  // Puts entries of the data file that were never taken into the library.
  Result<int> take_data_file();
  Date today() const { return Date(std::chrono::floor<std::chrono::days>(clock_.now())); }
  const Clock& clock() const { return clock_; }

 private:
  Result<std::vector<Item>> load(const Filter& filter);
  Result<std::optional<Story>> load_story(const Uuid& item);
  Result<std::vector<Collection>> load_collections();
  Result<void> write_item(db::Connection& connection, const Item& item, std::int64_t before);
  Result<void> write_collection(db::Connection& connection, const Collection& collection);
  Result<void> permit(const trust::Actor& actor, std::string_view action, const Uuid& id);
  Result<void> record(db::Connection& connection, const trust::Actor& actor,
                      std::string_view action, const Uuid& id);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  trust::Gatekeeper gatekeeper_;
};

// The data file's entries, with ids that stay the same.
struct DataFile {
  std::vector<Item> items;
  std::vector<Collection> collections;
};
Result<DataFile> read_data_file(std::string_view items, std::string_view campaigns);
Result<DataFile> built_in_data();

}  // namespace daybreak::resources
