// SPDX-License-Identifier: AGPL-3.0-or-later
// How the directory stands: what nobody checked in time, group of fields by group; which needs no
// service answers, county by county. Read from the whole store once per change of it; safe to use
// from any thread.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "commons/directory/search/needs.hpp"
#include "commons/directory/service.hpp"
#include "trust/policy.hpp"

namespace daybreak::directory::health {

inline constexpr std::array<std::string_view, 4> kGroups = {"contact", "hours", "eligibility",
                                                            "location"};

// One service, as far as the dashboard needs it.
struct Standing {
  Uuid service;
  std::string name, organization;
  trust::Audience audience = trust::Audience::kConfidential;
  std::optional<Date> checked;                            // the last time that all was checked
  std::array<std::optional<Date>, kGroups.size()> group;  // each group's own, or that of all
  int valid_days = 180;                                   // 90 for what is open day and night
  std::vector<std::uint16_t> roots;  // of the need tree, as positions in roots()
  std::vector<std::uint32_t> counties;
  bool reaches_everywhere = false;  // statewide or national

  bool is_overdue(const std::optional<Date>& date, Date today) const {
    return !date || std::chrono::sys_days(today) - std::chrono::sys_days(*date) >
                        std::chrono::days(valid_days);
  }
};

struct Snapshot {
  std::vector<Standing> services;       // by name
  std::vector<std::uint32_t> counties;  // every county that some service names
};

// For each root of the need tree: how many services, and in which counties none.
struct Coverage {
  std::uint16_t root = 0;
  std::int64_t services = 0, everywhere = 0;
  std::map<std::uint32_t, std::int64_t> by_county;  // only those with a service
};

class Dashboard {
 public:
  Dashboard(Directory& directory, std::shared_ptr<const search::NeedTree> needs);

  // The present snapshot; made anew only when the store changed.
  Result<std::shared_ptr<const Snapshot>> look();
  // Over the services that `counts` accepts.
  std::vector<Coverage> coverage(const Snapshot& snapshot,
                                 const std::function<bool(const Standing&)>& counts) const;
  const std::vector<const search::Need*>& roots() const { return roots_; }

 private:
  Standing standing_of(const Bundle& bundle) const;

  Directory& directory_;
  std::shared_ptr<const search::NeedTree> needs_;
  std::vector<const search::Need*> roots_;
  std::mutex mutex_;
  std::int64_t mark_ = -1;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace daybreak::directory::health
