// SPDX-License-Identifier: AGPL-3.0-or-later
// Catalogues for named partners: an organisation that some record names searches an index of its
// own, which holds what everyone (or the task force) sees and what names it, and nothing else.
// Opened when first asked for. Any thread.
#pragma once

#include <map>

#include "commons/directory/catalogue/catalogue.hpp"

namespace daybreak::directory {

class PartnerCatalogues {
 public:
  PartnerCatalogues(Directory& directory, std::filesystem::path folder,
                    std::shared_ptr<const search::NeedTree> needs, const Clock& clock)
      : directory_(directory),
        folder_(std::move(folder)),
        needs_(std::move(needs)),
        clock_(clock) {}

  // The catalogue of a partner's audience, up to date; nullptr while no record names it.
  Result<Catalogue*> find(const Audience& audience, std::string_view organization);
  // Words that mean the same, for all that are open and all that will be.
  void set_synonyms(std::vector<std::vector<std::string>> groups);

 private:
  struct Entry {
    std::int64_t mark = -1;  // of the store, when it was looked whether a record names it
    bool is_named = false;
    std::unique_ptr<Catalogue> catalogue;
  };
  Directory& directory_;
  std::filesystem::path folder_;
  std::shared_ptr<const search::NeedTree> needs_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::vector<std::vector<std::string>> synonyms_;
};

}  // namespace daybreak::directory
