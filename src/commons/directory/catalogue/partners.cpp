// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/catalogue/partners.hpp"

namespace daybreak::directory {
namespace {

// Whether a record, or a part of one, is for this named partner.
Result<bool> is_named(db::Connection& c, std::string_view partner) {
  // Ids hold no sign that LIKE would read in another way.
  const auto row =
      TRY(c.query_one("SELECT 1 FROM directory_record WHERE removed = 0 AND body LIKE "
                      "'%\"partners\"%' AND body LIKE $1 LIMIT 1",
                      {"%\"" + std::string(partner) + "\"%"}));
  return row.has_value();
}

}  // namespace

Result<Catalogue*> PartnerCatalogues::find(const Audience& audience,
                                           std::string_view organization) {
  const std::int64_t mark =
      TRY(directory_.database().read([](db::Connection& c) { return store::change_mark(c); }));
  const std::lock_guard lock(mutex_);
  // Standing may change: the task force's partner and the one outside are two audiences.
  const bool outside = audience.kind() == Audience::Kind::kOutsidePartner;
  const std::string name = (outside ? "outside-" : "partner-") + std::string(organization);
  Entry& entry = entries_[name];
  if (entry.mark != mark) {
    entry.is_named = TRY(
        directory_.database().read([&](db::Connection& c) { return is_named(c, organization); }));
    entry.mark = mark;
  }
  if (!entry.is_named) return nullptr;
  if (!entry.catalogue) {
    entry.catalogue = TRY(Catalogue::open(directory_, audience, folder_ / name, needs_, clock_));
    entry.catalogue->set_synonyms(synonyms_);
  }
  TRY(entry.catalogue->refresh());
  return entry.catalogue.get();
}

void PartnerCatalogues::set_synonyms(std::vector<std::vector<std::string>> groups) {
  const std::lock_guard lock(mutex_);
  synonyms_ = std::move(groups);
  for (auto& [name, entry] : entries_)
    if (entry.catalogue) entry.catalogue->set_synonyms(synonyms_);
}

}  // namespace daybreak::directory
