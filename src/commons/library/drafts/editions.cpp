// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/drafts/editions.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/library/drafts/work_json.hpp"

namespace daybreak::library::drafts {
namespace {

constexpr trust::Object kTemplateObject{.type = "library_template",
                                        .owner = {},
                                        .audience = trust::Audience::kTaskForce,
                                        .partners = {},
                                        .subject = {}};

bool is_id(std::string_view id) {
  return id.starts_with("own-") && id.size() > 4 && id.size() <= 60 &&
         std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

bool Editions::may(const trust::Actor& actor, std::string_view action) const {
  return trust::decide(actor, {action}, kTemplateObject, {}, clock_.now()).allowed;
}

Result<void> Editions::permit(const trust::Actor& actor, std::string_view action,
                              std::string_view id) {
  return gatekeeper_.require(actor, {action}, kTemplateObject, is_id(id) ? id : "");
}

Result<std::vector<Template>> Editions::current() {
  std::vector<Template> all = documents::built_in_templates();
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT t.id, e.content FROM library_drafts_template t JOIN library_drafts_edition e ON "
        "e.digest = t.digest WHERE t.retired = 0 ORDER BY t.id",
        {}, [&](const db::Row& row) -> Result<void> {
          all.push_back(TRY(documents::read_template(row.text(0), row.text(1))));
          return {};
        });
  }));
  return all;
}

Result<Template> Editions::current(std::string_view id) {
  for (Template& made : TRY(current()))
    if (made.id == id) return std::move(made);
  return fail(ErrorKind::kNotFound, "there is no such template");
}

Result<Template> Editions::find(db::Connection& c, std::string_view digest) {
  const auto row = TRY(c.query_one(
      "SELECT template, content FROM library_drafts_edition WHERE digest = $1", {digest}));
  if (!row) return fail(ErrorKind::kNotFound, "there is no such edition");
  if (sha256_hex(row->text(1)) != digest)
    return fail(ErrorKind::kCorrupt, "the edition's bytes are not what they were", "template");
  return documents::read_template(row->text(0), row->text(1));
}

Result<Template> Editions::find(std::string_view digest) {
  return database_.read([&](db::Connection& c) { return find(c, digest); });
}

Result<void> Editions::keep(db::Connection& c, const Template& made) {
  TRY(
      c.execute("INSERT INTO library_drafts_edition (digest, template, version, content, kept_at) "
                "SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM library_drafts_edition "
                "WHERE digest = $1)",
                {made.digest, made.id, made.version, made.content, clock_.now()}));
  return {};
}

Result<std::vector<OwnTemplate>> Editions::load(db::Connection& c, std::string_view id) {
  std::vector<OwnTemplate> all;
  TRY(c.query_each(
      "SELECT work, digest, retired, revision FROM library_drafts_template WHERE $1 = "
      "'' OR id = $1 ORDER BY id",
      {id}, [&](const db::Row& row) -> Result<void> {
        all.push_back({TRY(work_from_json(row.text(0))), row.maybe_text(1).value_or(""),
                       row.boolean(2), row.integer(3)});
        return {};
      }));
  return all;
}

Result<std::vector<OwnTemplate>> Editions::own(const trust::Actor& actor) {
  TRY(permit(actor, "edit", {}));
  return database_.read([&](db::Connection& c) { return load(c, {}); });
}

Result<OwnTemplate> Editions::own(const trust::Actor& actor, std::string_view id) {
  TRY(permit(actor, "edit", id));
  auto found = TRY(database_.read([&](db::Connection& c) { return load(c, id); }));
  if (found.empty() || id.empty()) return fail(ErrorKind::kNotFound, "there is no such template");
  return std::move(found.front());
}

Result<void> Editions::save(const trust::Actor& actor, const Work& work, std::int64_t revision) {
  TRY(permit(actor, "edit", work.id));
  if (!is_id(work.id))
    return fail(ErrorKind::kInvalid, "is no id", "id",
                "Write \"own-\" and small letters, digits or hyphens");
  const std::string text = to_text(to_json(work));
  if (text.size() > 512 * 1024 || !is_valid_utf8(text))
    return fail(ErrorKind::kInvalid, "the template is too large", "id", "Make two of it");
  return database_.write([&](db::Connection& c) -> Result<void> {
    const std::int64_t done = TRY(c.execute(
        revision == 0
            ? "INSERT INTO library_drafts_template (id, work, retired, revision, changed_at) "
              "SELECT $1, $2, 0, 1, $3 WHERE $4 = 0 AND NOT EXISTS (SELECT 1 FROM "
              "library_drafts_template WHERE id = $1)"
            : "UPDATE library_drafts_template SET work = $2, revision = revision + 1, changed_at = "
              "$3 WHERE id = $1 AND revision = $4",
        {work.id, text, clock_.now(), revision}));
    if (done != 1)
      return fail(
          ErrorKind::kConflict,
          revision == 0 ? "a template has this id already" : "somebody else changed it meanwhile",
          "id", "Choose another id, or open it again");
    return trust::append_audit(
        c, actor,
        {.action = "library_template.edit", .object_type = "library_template", .object = work.id},
        clock_.now());
  });
}

Result<Template> Editions::check(const Work& work) {
  const Date today(std::chrono::floor<std::chrono::days>(clock_.now()));
  Template made = TRY(documents::read_template(work.id, to_file(work, format_date(today))));
  const auto library = facts_.library();
  for (const std::string& fact : documents::quoted_facts(made))
    if (library->fact(fact) == nullptr)
      return fail(ErrorKind::kInvalid, fmt::format("the register has no fact \"{}\"", fact),
                  work.id, "Add it to the facts register, or quote another");
  return made;
}

Result<Template> Editions::publish(const trust::Actor& actor, std::string_view id) {
  TRY(permit(actor, "publish", id));
  const OwnTemplate own_one = TRY(own(actor, id));
  Template made = TRY(check(own_one.work));
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    TRY(keep(c, made));
    const std::int64_t done = TRY(c.execute(
        "UPDATE library_drafts_template SET digest = $2, retired = 0, changed_at = $3 WHERE id = "
        "$1 AND revision = $4",
        {id, made.digest, clock_.now(), own_one.revision}));
    if (done != 1)
      return fail(ErrorKind::kConflict, "somebody else changed it meanwhile", "id",
                  "Open it again");
    return trust::append_audit(c, actor,
                               {.action = "library_template.publish",
                                .object_type = "library_template",
                                .object = std::string(id)},
                               clock_.now());
  }));
  return made;
}

Result<void> Editions::retire(const trust::Actor& actor, std::string_view id) {
  TRY(permit(actor, "publish", id));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("UPDATE library_drafts_template SET retired = 1 WHERE id = $1", {id})) != 1)
      return fail(ErrorKind::kNotFound, "there is no such template");
    return trust::append_audit(c, actor,
                               {.action = "library_template.retire",
                                .object_type = "library_template",
                                .object = std::string(id)},
                               clock_.now());
  });
}

}  // namespace daybreak::library::drafts
