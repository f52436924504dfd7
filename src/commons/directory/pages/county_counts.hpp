// SPDX-License-Identifier: AGPL-3.0-or-later
// How many services lie in each county (by their public point) or say that they serve it. Internal
// to the pages. Safe to use from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "commons/directory/catalogue/catalogue.hpp"
#include "html/chart.hpp"

namespace daybreak::directory::pages {

class CountyCounts {
 public:
  // Every county of the state when all services are in one, else those that have services. Counted
  // once for each version of what an audience may see.
  Result<std::shared_ptr<const std::vector<html::CountyValue>>> of(Catalogue& catalogue);

 private:
  struct Counted {
    std::shared_ptr<const Listing> listing;
    std::shared_ptr<const std::vector<html::CountyValue>> values;
  };
  std::mutex mutex_;
  std::vector<Counted> newest_;  // a few: one for each audience that asks
};

}  // namespace daybreak::directory::pages
