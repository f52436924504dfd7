// SPDX-License-Identifier: AGPL-3.0-or-later
// What one audience may find and list: the search index over the directory as that audience sees
// it, and the lists of its records for the API. Follows the store: cheap to ask, incremental when
// little changed. All functions may be called from any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "commons/directory/search/index.hpp"
#include "commons/directory/service.hpp"

namespace daybreak::directory {

// What the lists of the API are filtered by; one entry a record, ordered by id.
struct Listing {
  struct Place {
    Uuid id, service, organization;
    std::optional<search::Point> point;
    std::vector<Uuid> terms, taxonomies;
    Instant modified{};
  };
  struct Service {
    Uuid id, organization;
    std::vector<Uuid> terms, taxonomies, places;
    std::vector<std::uint32_t> counties;  // FIPS codes that it says it serves
    Instant modified{};
  };
  struct Term {
    Uuid id, taxonomy, parent;  // nil where there is none
  };
  std::vector<Service> services;
  std::vector<Place> places;
  std::vector<Uuid> organizations;
  std::vector<Term> terms;
  std::vector<Uuid> taxonomies;

  const Service* find_service(const Uuid& id) const;
  const Place* find_place(const Uuid& id) const;
};

class Catalogue {
 public:
  // Opens the index in `folder`, or makes it anew when it is damaged or of another version, and
  // brings it up to date.
  static Result<std::unique_ptr<Catalogue>> open(Directory& directory, Audience audience,
                                                 const std::filesystem::path& folder,
                                                 std::shared_ptr<const search::NeedTree> needs,
                                                 const Clock& clock);

  const Audience& audience() const { return audience_; }
  Directory& directory() const { return directory_; }
  const search::NeedTree& needs() const { return *needs_; }

  // Looks whether the store has changed (at most twenty times a second) and takes the changes in.
  Result<void> refresh();
  const search::Index& index() const { return *index_; }
  // Made at its first use after a start: searches do not wait for it.
  Result<std::shared_ptr<const Listing>> listing();
  void set_synonyms(const std::vector<std::vector<std::string>>& groups) {
    index_->set_synonyms(groups);
  }

  // Records older than this since they were verified are overdue.
  static constexpr std::chrono::days kOverdueAfter{180};

 private:
  Catalogue(Directory& directory, Audience audience, std::shared_ptr<const search::NeedTree> needs,
            const Clock& clock)
      : directory_(directory),
        audience_(std::move(audience)),
        needs_(std::move(needs)),
        clock_(clock) {}
  Result<void> fill(std::int64_t mark);
  Result<void> take_changes(std::int64_t mark);
  Result<Listing> list_all(bool into_index);
  std::shared_ptr<const Listing> made_listing();
  Result<void> list_names(Listing& listing);
  Result<void> list_changes(std::span<const Uuid> changed, const std::vector<Bundle>& bundles);
  Date overdue_before() const;

  Directory& directory_;
  Audience audience_;
  std::shared_ptr<const search::NeedTree> needs_;
  const Clock& clock_;
  std::unique_ptr<search::Index> index_;

  std::mutex refreshing_;  // one thread refreshes, others go on with what there is
  std::int64_t mark_ = -1;
  Instant looked_at_{};
  std::mutex listing_mutex_;
  std::shared_ptr<const Listing> listing_;  // null until it is made
};

}  // namespace daybreak::directory
