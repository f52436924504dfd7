// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/catalogue/catalogue.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/memory.hpp"
#include "base/text.hpp"
#include "commons/directory/catalogue/view.hpp"

namespace daybreak::directory {
namespace {

constexpr std::chrono::milliseconds kLookEvery{50};
constexpr std::size_t kMostIncremental = 2000;  // more changes than that: fill anew

Uuid link_of(const Json& body, std::string_view field) {
  return Uuid::parse(text_of(body, field)).value_or(Uuid());
}

void add_terms(const Json& body, std::vector<Uuid>& terms, std::vector<Uuid>& taxonomies) {
  const Json* attributes = body.find("attributes");
  const JsonArray* items = attributes ? attributes->if_array() : nullptr;
  if (items == nullptr) return;
  for (const Json& attribute : *items) {
    Uuid term = link_of(attribute, "taxonomy_term_id");
    if (const Json* nested = attribute.find("taxonomy_term")) {
      term = id_of(*nested);
      if (const Uuid taxonomy = link_of(*nested, "taxonomy_id"); !taxonomy.is_nil())
        taxonomies.push_back(taxonomy);
      if (const Json* detail = nested->find("taxonomy_detail"))
        taxonomies.push_back(id_of(*detail));
    }
    if (!term.is_nil()) terms.push_back(term);
  }
}

Listing::Service service_entry(const Bundle& bundle) {
  Listing::Service entry{.id = bundle.service.id(),
                         .organization = link_of(bundle.service.body(), "organization_id"),
                         .modified = bundle.modified};
  add_terms(bundle.service.body(), entry.terms, entry.taxonomies);
  for (const Bundle::Place& place : bundle.places) entry.places.push_back(place.place.id());
  const Json* counties = bundle.service.body().find("counties");
  if (const JsonArray* codes = counties ? counties->if_array() : nullptr)
    for (const Json& code : *codes)
      if (const auto fips = code.if_string() ? to_integer(*code.if_string()) : std::nullopt)
        entry.counties.push_back(static_cast<std::uint32_t>(*fips));
  return entry;
}

void add_places(const Bundle& bundle, const Listing::Service& service,
                std::vector<Listing::Place>& places) {
  for (const Bundle::Place& place : bundle.places) {
    Listing::Place entry{.id = place.place.id(),
                         .service = service.id,
                         .organization = service.organization,
                         .terms = service.terms,
                         .taxonomies = service.taxonomies,
                         .modified = service.modified};
    add_terms(place.place.body(), entry.terms, entry.taxonomies);
    if (place.location) {
      const Json* latitude = place.location->body().find("latitude");
      const Json* longitude = place.location->body().find("longitude");
      const auto y = latitude ? latitude->if_number() : std::nullopt;
      const auto x = longitude ? longitude->if_number() : std::nullopt;
      if (y && x) entry.point = search::Point{*y, *x};
    }
    places.push_back(std::move(entry));
  }
}

template <typename T>
const T* find_by_id(const std::vector<T>& entries, const Uuid& id) {
  const auto found = std::ranges::lower_bound(entries, id, {}, &T::id);
  return found == entries.end() || found->id != id ? nullptr : &*found;
}

void sort_by_id(Listing& listing) {
  std::ranges::sort(listing.services, {}, &Listing::Service::id);
  std::ranges::sort(listing.places, {}, &Listing::Place::id);
  std::ranges::sort(listing.organizations);
  std::ranges::sort(listing.taxonomies);
  std::ranges::sort(listing.terms, {}, &Listing::Term::id);
}

}  // namespace

const Listing::Service* Listing::find_service(const Uuid& id) const {
  return find_by_id(services, id);
}
const Listing::Place* Listing::find_place(const Uuid& id) const { return find_by_id(places, id); }

Result<std::unique_ptr<Catalogue>> Catalogue::open(Directory& directory, Audience audience,
                                                   const std::filesystem::path& folder,
                                                   std::shared_ptr<const search::NeedTree> needs,
                                                   const Clock& clock) {
  std::unique_ptr<Catalogue> made(new Catalogue(directory, std::move(audience), needs, clock));
  auto index = search::Index::open(folder.string(), needs);
  if (!index && index.error().kind == ErrorKind::kCorrupt) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    index = search::Index::open(folder.string(), needs);
  }
  made->index_ = TRY(std::move(index));
  const std::int64_t mark =
      TRY(directory.database().read([](db::Connection& c) { return store::change_mark(c); }));
  if (made->index_->mark() == std::to_string(mark))
    made->mark_ = mark;
  else
    TRY(made->fill(mark));
  return made;
}

std::shared_ptr<const Listing> Catalogue::made_listing() {
  const std::lock_guard lock(listing_mutex_);
  return listing_;
}

Result<std::shared_ptr<const Listing>> Catalogue::listing() {
  if (auto made = made_listing()) return made;
  const std::lock_guard refreshing(refreshing_);
  if (auto made = made_listing()) return made;
  auto listing = std::make_shared<const Listing>(TRY(list_all(false)));
  give_memory_back();
  const std::lock_guard lock(listing_mutex_);
  listing_ = listing;
  return listing;
}

Date Catalogue::overdue_before() const {
  return Date(std::chrono::floor<std::chrono::days>(clock_.now()) - kOverdueAfter);
}

Result<void> Catalogue::list_names(Listing& listing) {
  return directory_.database().read([&](db::Connection& c) -> Result<void> {
    const auto visible = [&](Entity entity,
                             const std::function<void(const Json&, const Uuid&)>& take) {
      return store::each(c, entity, 1000, [&](std::vector<store::Stored> batch) -> Result<void> {
        for (store::Stored& stored : batch) {
          const Uuid id = stored.record.id;
          if (const auto published = for_audience(std::move(stored.record), audience_))
            take(published->body(), id);
        }
        return {};
      });
    };
    TRY(visible(Entity::kOrganization,
                [&](const Json&, const Uuid& id) { listing.organizations.push_back(id); }));
    TRY(visible(Entity::kTaxonomy,
                [&](const Json&, const Uuid& id) { listing.taxonomies.push_back(id); }));
    TRY(visible(Entity::kTaxonomyTerm, [&](const Json& body, const Uuid& id) {
      Uuid taxonomy = link_of(body, "taxonomy_id");
      if (const Json* detail = body.find("taxonomy_detail")) taxonomy = id_of(*detail);
      listing.terms.push_back({id, taxonomy, link_of(body, "parent_id")});
    }));
    return {};
  });
}

// Walks over all services once; puts what is searched into the index, when that is wanted.
Result<Listing> Catalogue::list_all(bool into_index) {
  Listing listing;
  TRY(directory_.each_bundle(audience_, [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      listing.services.push_back(service_entry(bundle));
      add_places(bundle, listing.services.back(), listing.places);
      if (!into_index) continue;
      for (const search::Record& record : search_records(bundle, overdue_before()))
        TRY(index_->put(record));
    }
    return {};
  }));
  TRY(list_names(listing));
  sort_by_id(listing);
  listing.services.shrink_to_fit();
  listing.places.shrink_to_fit();
  return listing;
}

Result<void> Catalogue::fill(std::int64_t mark) {
  TRY(index_->start_over());
  Listing listing = TRY(list_all(true));
  TRY(index_->commit(std::to_string(mark)));
  mark_ = mark;
  const std::lock_guard lock(listing_mutex_);
  listing_ = std::make_shared<const Listing>(std::move(listing));
  return {};
}

Result<void> Catalogue::take_changes(std::int64_t mark) {
  const std::vector<Uuid> changed = TRY(directory_.database().read([&](db::Connection& c) {
    return store::services_changed_since(c, mark_, kMostIncremental + 1);
  }));
  if (changed.size() > kMostIncremental) return fill(mark);

  const std::vector<Bundle> bundles = TRY(directory_.bundles(changed, audience_));
  for (const Uuid& id : index_->records_of(changed)) TRY(index_->remove(id));
  for (const Bundle& bundle : bundles)
    for (const search::Record& record : search_records(bundle, overdue_before()))
      TRY(index_->put(record));
  TRY(index_->commit(std::to_string(mark)));
  mark_ = mark;
  return list_changes(changed, bundles);
}

Result<void> Catalogue::list_changes(std::span<const Uuid> changed,
                                     const std::vector<Bundle>& bundles) {
  const auto old = made_listing();
  if (old == nullptr) return {};
  auto listing = std::make_shared<Listing>(*old);
  const std::unordered_set<Uuid> gone(changed.begin(), changed.end());
  std::erase_if(listing->services, [&](const auto& s) { return gone.contains(s.id); });
  std::erase_if(listing->places, [&](const auto& p) { return gone.contains(p.service); });
  for (const Bundle& bundle : bundles) {
    listing->services.push_back(service_entry(bundle));
    add_places(bundle, listing->services.back(), listing->places);
  }
  listing->organizations.clear();
  listing->taxonomies.clear();
  listing->terms.clear();
  TRY(list_names(*listing));
  sort_by_id(*listing);
  const std::lock_guard lock(listing_mutex_);
  listing_ = std::move(listing);
  return {};
}

Result<void> Catalogue::refresh() {
  const std::unique_lock lock(refreshing_, std::try_to_lock);
  if (!lock) return {};
  const Instant now = clock_.now();
  if (now - looked_at_ < kLookEvery && now >= looked_at_) return {};
  looked_at_ = now;
  const std::int64_t mark =
      TRY(directory_.database().read([](db::Connection& c) { return store::change_mark(c); }));
  return mark == mark_ ? Result<void>() : take_changes(mark);
}

}  // namespace daybreak::directory
