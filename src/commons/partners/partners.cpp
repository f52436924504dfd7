// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/partners/partners.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "embedded/commons_partners_migrations.hpp"
#include "language/format.hpp"
#include "language/words.hpp"

namespace daybreak::partners {
namespace {

using language::Language;
using language::Words;

constexpr trust::Object kPages{.type = "partner_page",
                               .owner = {},
                               .audience = trust::Audience::kTaskForce,
                               .partners = {},
                               .subject = {}};
// What anybody can use, whatever their work.
constexpr std::string_view kReferences[] = {"hotels-labor-signs", "agriculture-labor-signs",
                                            "restaurants-labor-signs", "health-labor-signs"};

PartnerPage page_of(const db::Row& row) {
  return {.id = row.uuid(0),
          .name = row.text(1),
          .county = network::CountyFips(static_cast<std::uint32_t>(row.integer(2)))};
}

std::string telephone(std::string_view number) {
  std::string digits;
  for (const char c : number)
    if (c >= '0' && c <= '9') digits += c;
  return "tel:" + digits;
}

doc::Block block_of(const Line& line, const std::string& site, Language language) {
  doc::Inlines words;
  if (line.path.empty())
    words.push_back(doc::bold(line.name));
  else
    words.push_back(doc::link(line.name, site + language::localize_path(language, line.path)));
  if (!line.where.empty()) words.push_back(doc::text(" · " + line.where));
  if (!line.phone.empty()) {
    words.push_back(doc::text(" · "));
    words.push_back(doc::link(line.phone, telephone(line.phone)));
  }
  return doc::paragraph(std::move(words));
}

void add_lines(doc::Blocks& blocks, std::string_view heading, const std::vector<Line>& lines,
               const std::string& site, Language language) {
  if (lines.empty()) return;
  blocks.push_back(doc::heading(2, std::string(heading)));
  doc::List list;
  for (const Line& line : lines) {
    doc::ListItem item;
    item.blocks.push_back(block_of(line, site, language));
    list.items.push_back(std::move(item));
  }
  blocks.push_back({std::move(list)});
}

}  // namespace

db::ModuleMigrations migrations() { return {"partners", &embedded::commons_partners_migrations()}; }

Result<PartnerPage> Partners::find(const Uuid& id) {
  const auto row = TRY(database_.read([&](db::Connection& c) {
    return c.query_one("SELECT id, name, county FROM partners_page WHERE id = $1", {id});
  }));
  if (!row) return fail(ErrorKind::kNotFound, "there is no such page");
  return page_of(*row);
}

Result<std::vector<PartnerPage>> Partners::list(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, kPages, {}));
  std::vector<PartnerPage> all;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each("SELECT id, name, county FROM partners_page ORDER BY name, id", {},
                        [&](const db::Row& row) -> Result<void> {
                          all.push_back(page_of(row));
                          return {};
                        });
  }));
  return all;
}

Result<PartnerPage> Partners::add(const trust::Actor& actor, std::string name,
                                  network::CountyFips county) {
  TRY(gatekeeper_.require(actor, {"edit"}, kPages, {}));
  const bool control =
      std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (trim(name).empty() || name.size() > 150 || control || !is_valid_utf8(name))
    return fail(ErrorKind::kInvalid, "is no name", "name", "Write 1 to 150 characters");
  if (network::find_place(county) == nullptr)
    return fail(ErrorKind::kInvalid, "is no county", "county", "Write it as Erie, NY");
  const PartnerPage page{Uuid::generate(clock_, random_), std::string(trim(name)), county};
  return database_.write([&](db::Connection& c) -> Result<PartnerPage> {
    TRY(
        c.execute("INSERT INTO partners_page (id, name, county, made_by, made_at) VALUES ($1, $2, "
                  "$3, $4, $5)",
                  {page.id, page.name, county.number(), actor.member, clock_.now()}));
    TRY(trust::append_audit(c, actor,
                            {.action = "partner_page.create",
                             .object_type = "partner_page",
                             .object = page.id.to_string()},
                            clock_.now()));
    return page;
  });
}

Result<void> Partners::remove(const trust::Actor& actor, const Uuid& id) {
  TRY(gatekeeper_.require(actor, {"edit"}, kPages, id.to_string()));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("DELETE FROM partners_page WHERE id = $1", {id})) != 1)
      return fail(ErrorKind::kNotFound, "there is no such page");
    return trust::append_audit(
        c, actor,
        {.action = "partner_page.delete", .object_type = "partner_page", .object = id.to_string()},
        clock_.now());
  });
}

void Partners::add_places(doc::Blocks& blocks, const PartnerPage& page, Language language) {
  const Words t(language);
  std::vector<Line> task_forces;
  if (const auto coverage = network_.coverage()) {
    const auto found = coverage->by_county.find(page.county);
    if (found != coverage->by_county.end())
      for (const network::TaskForce* one : found->second)
        task_forces.push_back({one->name, {}, one->line, "/task-forces/" + one->id.to_string()});
  }
  add_lines(blocks, t("Who works on it here"), task_forces, sources_.site, language);
  add_lines(blocks, t("Places that help"), sources_.services(page.county), sources_.site, language);
  std::vector<Line> signs;
  for (const std::string_view id : kReferences)
    if (const library::Reference* one = library_.reference(id))
      signs.push_back({one->title.in(language), {}, {}, "/signs/" + one->id});
  add_lines(blocks, t("Know the signs"), signs, sources_.site, language);
}

Result<doc::Document> Partners::document(const PartnerPage& page, Language language) {
  const Words t(language);
  const network::Place* place = network::find_place(page.county);
  const std::string where = place == nullptr
                                ? std::string()
                                : std::string(place->name) + ", " + std::string(place->state);
  doc::Document document{.title = t("Help in {0}", {where}),
                         .language = std::string(language::code_of(language)),
                         .subject = t("Help in {0}", {where}),
                         .publisher = page.name,
                         .date = Date(std::chrono::floor<std::chrono::days>(clock_.now())),
                         .running_head = {},
                         .running_foot = {},
                         .words = doc::words_for(language::code_of(language)),
                         .blocks = {}};
  document.blocks.push_back(doc::heading(1, page.name));
  document.blocks.push_back(
      doc::paragraph({doc::text(t("Help in {0}", {where}))}, doc::Paragraph::Style::kLead));
  add_lines(document.blocks, t("Whom to call"), sources_.hotlines(language), sources_.site,
            language);
  add_places(document.blocks, page, language);
  for (const std::string& story : sources_.stories(language))
    document.blocks.push_back(doc::paragraph({doc::text(story)}, doc::Paragraph::Style::kQuote));
  document.blocks.push_back(doc::paragraph(
      {doc::text(t("From {0}, as of {1}.",
                   {sources_.publisher, language::format_date(language, document.date)}))},
      doc::Paragraph::Style::kSmall));
  return document;
}

}  // namespace daybreak::partners
