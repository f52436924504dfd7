// SPDX-License-Identifier: AGPL-3.0-or-later
// Survivors' stories: shown only while a recorded consent allows it, and gone when it is withdrawn.
#include <algorithm>

#include "base/text.hpp"
#include "commons/resources/resources.hpp"

namespace daybreak::resources {

Result<std::optional<Story>> Resources::load_story(const Uuid& item) {
  return database_.read([&](db::Connection& c) -> Result<std::optional<Story>> {
    const auto row =
        TRY(c.query_one("SELECT words_en, words_es, uses, until, form, recorded_by, recorded_at, "
                        "withdrawn_at FROM resources_story WHERE item = $1",
                        {item}));
    if (!row) return std::nullopt;
    Story story{.item = item,
                .words = {row->text(0), row->text(1)},
                .uses = {},
                .until = row->date(3),
                .form = row->text(4),
                .recorded_by = row->id<trust::MemberId>(5),
                .recorded_at = row->instant(6),
                .withdrawn_at = row->maybe_instant(7)};
    for (const std::string_view use : split(row->text(2), ','))
      if (!use.empty()) story.uses.emplace_back(use);
    return story;
  });
}

Result<std::optional<Story>> Resources::story(const trust::Actor& actor, const Uuid& item) {
  TRY(permit(actor, "record_story", item));
  return load_story(item);
}

Result<void> Resources::record_story(const trust::Actor& actor, Story story) {
  TRY(permit(actor, "record_story", story.item));
  TRY(check(story, today()));
  const Item item = TRY(find(actor, story.item));
  if (!item.is_story()) return fail(ErrorKind::kInvalid, "the item is no story", "kind");
  return database_.write([&](db::Connection& c) -> Result<void> {
    const auto before =
        TRY(c.query_one("SELECT withdrawn_at FROM resources_story WHERE item = $1", {story.item}));
    // Who withdrew is not asked again under the same entry.
    if (before && !before->is_null(0))
      return fail(ErrorKind::kConflict, "the consent was withdrawn", "until",
                  "Make a new entry, with a new consent");
    TRY(c.execute("DELETE FROM resources_story WHERE item = $1", {story.item}));
    TRY(
        c.execute("INSERT INTO resources_story (item, words_en, words_es, uses, until, form, "
                  "recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                  {story.item, story.words.en, story.words.es, join(story.uses, ","), story.until,
                   story.form, actor.member, clock_.now()}));
    return record(c, actor, "record_story", story.item);
  });
}

Result<void> Resources::withdraw_story(const trust::Actor& actor, const Uuid& item) {
  TRY(permit(actor, "withdraw_story", item));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("UPDATE resources_story SET words_en = '', words_es = '', uses = '', "
                      "withdrawn_by = $2, withdrawn_at = $3 WHERE item = $1 AND withdrawn_at IS "
                      "NULL",
                      {item, actor.member, clock_.now()})) != 1)
      return fail(ErrorKind::kNotFound, "there is no such story");
    // Title and summary may quote her: they go too.
    TRY(
        c.execute("UPDATE resources_item SET title_en = 'Withdrawn', title_es = 'Retirado', "
                  "about_en = '', about_es = '', published = 0, version = version + 1, changed_at "
                  "= $2 WHERE id = $1",
                  {item, clock_.now()}));
    TRY(c.execute("DELETE FROM resources_collection_item WHERE item = $1", {item}));
    return record(c, actor, "withdraw_story", item);
  });
}

Result<std::optional<Both>> Resources::words_of(const Uuid& item, std::string_view use) {
  const auto story = TRY(load_story(item));
  if (!story || !story->allows(use, today())) return std::nullopt;
  return story->words;
}

Result<std::vector<Uuid>> Resources::stories_for(std::string_view use) {
  std::vector<Uuid> ids;
  const std::vector<db::Row> rows = TRY(database_.read([&](db::Connection& c) {
    return c.query(
        "SELECT s.item, s.uses FROM resources_story s JOIN resources_item i ON i.id = "
        "s.item WHERE s.withdrawn_at IS NULL AND s.until >= $1 AND i.published = 1 "
        "ORDER BY s.recorded_at DESC, s.item",
        {today()});
  }));
  for (const db::Row& row : rows) {
    const auto uses = split(row.text(1), ',');
    if (std::ranges::find(uses, use) != uses.end()) ids.push_back(row.uuid(0));
  }
  return ids;
}

}  // namespace daybreak::resources
