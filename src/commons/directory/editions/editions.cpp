// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/editions/editions.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "commons/directory/check.hpp"
#include "commons/guide/hidden.hpp"
#include "commons/guide/hsds.hpp"
#include "doc/pdf_check.hpp"
#include "embedded/commons_directory_editions_migrations.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory::editions {
namespace {

using guide::GuideEdition;
using language::Language;

constexpr std::string_view kJob = "directory.edition";
constexpr std::array kLanguages = {Language::kEnglish, Language::kSpanish};
constexpr std::array<std::string_view, 5> kForms = {"print", "large", "card", "html", "snapshot"};
constexpr std::size_t kLongestReason = 300, kLongestTitle = 120, kMostServices = 500;
constexpr int kCards = 8;

std::string_view code_of(Form form) { return kForms[static_cast<std::size_t>(form)]; }
std::string_view code_of(Kind kind) { return kind == Kind::kCrisis ? "crisis" : "regular"; }

constexpr trust::Object kGuide{.type = "directory_guide",
                               .owner = {},
                               .audience = trust::Audience::kPublic,
                               .partners = {},
                               .subject = {}};

std::string to_json_text(const Selection& selection) {
  Json needs = Json::array(), counties = Json::array(), services = Json::array();
  for (const std::string& need : selection.needs) needs.append(need);
  for (const std::uint32_t county : selection.counties) counties.append(std::int64_t{county});
  for (const Uuid& service : selection.services) services.append(service.to_string());
  return to_text(Json::object({{"needs", std::move(needs)},
                               {"counties", std::move(counties)},
                               {"services", std::move(services)},
                               {"open_24_hours", selection.open_24_hours}}));
}

Selection selection_from(const std::string& text) {
  const Json read = parse_json(text).value_or(Json::object());
  Selection selection;
  if (const Json* needs = read.find("needs"); needs != nullptr && needs->if_array() != nullptr)
    for (const Json& need : *needs->if_array())
      if (need.if_string() != nullptr) selection.needs.push_back(*need.if_string());
  if (const Json* all = read.find("counties"); all != nullptr && all->if_array() != nullptr)
    for (const Json& county : *all->if_array())
      if (county.if_integer() != nullptr)
        selection.counties.push_back(static_cast<std::uint32_t>(*county.if_integer()));
  if (const Json* all = read.find("services"); all != nullptr && all->if_array() != nullptr)
    for (const Json& service : *all->if_array())
      if (service.if_string() != nullptr)
        if (const auto id = Uuid::parse(*service.if_string())) selection.services.push_back(*id);
  const Json* always = read.find("open_24_hours");
  selection.open_24_hours = always != nullptr && *always == Json(true);
  return selection;
}

// Whether any text of the list stands for one that was selected.
bool holds(const Json& service, std::string_view member, const auto& is_wanted) {
  const Json* list = service.find(member);
  if (list == nullptr || list->if_array() == nullptr) return false;
  return std::ranges::any_of(*list->if_array(), [&](const Json& one) {
    return one.if_string() != nullptr && is_wanted(*one.if_string());
  });
}

bool is_selected(const Json& service, const Selection& selection) {
  if (!selection.services.empty()) {
    const auto id = Uuid::parse(text_of(service, "id"));
    if (!id || std::ranges::find(selection.services, *id) == selection.services.end()) return false;
  }
  const Json* always = service.find("open_24_hours");
  if (selection.open_24_hours && !(always != nullptr && *always == Json(true))) return false;
  const auto in_branch = [&](const std::string& code) {
    return std::ranges::any_of(selection.needs, [&](const std::string& need) {
      return code == need || code.starts_with(need + ".");
    });
  };
  if (!selection.needs.empty() && !holds(service, "needs", in_branch)) return false;
  const auto is_county = [&](const std::string& fips) {
    const auto number = to_integer(fips);
    return number && std::ranges::find(selection.counties, static_cast<std::uint32_t>(*number)) !=
                         selection.counties.end();
  };
  return selection.counties.empty() || service.find("counties") == nullptr ||
         holds(service, "counties", is_county);
}

Json names_of(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) list.append(name);
  return list;
}

std::string to_json_text(const std::optional<guide::GuideChanges>& changes) {
  if (!changes) return "{}";
  std::vector<std::string> changed;
  for (const guide::ChangedEntry& entry : changes->changed) changed.push_back(entry.name);
  return to_text(Json::object({{"since", format_date(changes->since)},
                               {"added", names_of(changes->added)},
                               {"changed", names_of(changed)},
                               {"removed", names_of(changes->removed)}}));
}

std::vector<std::string> names_in(const Json& changes, std::string_view member) {
  std::vector<std::string> names;
  const Json* list = changes.find(member);
  if (list != nullptr && list->if_array() != nullptr)
    for (const Json& name : *list->if_array())
      if (name.if_string() != nullptr) names.push_back(*name.if_string());
  return names;
}

struct Made {
  Form form;
  std::int64_t pages = 0;
  std::string bytes;
};

Result<Made> pdf(const GuideEdition& edition, Form form, const guide::GuideForm& how,
                 const std::optional<guide::GuideChanges>& changes) {
  Made made{form, 0, TRY(guide::guide_as_pdf(edition, how, changes))};
  const doc::PdfReport report = TRY(doc::check_pdf(made.bytes));
  if (!report.passes())
    return fail(ErrorKind::kInternal, report.findings.front().message,
                "guide, " + report.findings.front().place);
  made.pages = report.pages;
  return made;
}

// Every file of one language. The card is the same templates without an entry.
Result<std::vector<Made>> make_files(const GuideEdition& edition,
                                     const std::optional<guide::GuideChanges>& changes) {
  std::vector<Made> files;
  const bool codes = !edition.site.empty();
  files.push_back(TRY(pdf(edition, Form::kPrint, {.qr_codes = codes, .cards = kCards}, changes)));
  files.push_back(
      TRY(pdf(edition, Form::kLargePrint,
              {.print = doc::Print::kLarge, .qr_codes = codes, .cards = kCards}, changes)));
  const bool has_card = std::ranges::any_of(
      edition.hotlines, [](const guide::Hotline& line) { return !line.card_label.empty(); });
  if (has_card) files.push_back({Form::kCard, 1, TRY(guide::cards_as_pdf(edition, kCards))});
  files.push_back({Form::kHtml, 0, TRY(guide::guide_as_html(edition, changes))});
  files.push_back({Form::kSnapshot, 0, guide::to_snapshot(edition)});
  return files;
}

}  // namespace

db::ModuleMigrations migrations() {
  return {"directory_editions", &embedded::commons_directory_editions_migrations()};
}

std::string file_name(Form form, Language language) {
  const std::string code(language::code_of(language));
  switch (form) {
    case Form::kPrint:
      return "guide-" + code + ".pdf";
    case Form::kLargePrint:
      return "guide-large-" + code + ".pdf";
    case Form::kCard:
      return "card-" + code + ".pdf";
    case Form::kHtml:
      return "guide-" + code + ".html";
    case Form::kSnapshot:
      return "guide-" + code + ".json";
  }
  return {};
}

Result<EditionId> Editions::ask_for(const trust::Actor& actor, const Wanted& wanted) {
  TRY(gatekeeper_.require(actor, {"create"}, kGuide, {}));
  if (wanted.title.size() > kLongestTitle)
    return fail(ErrorKind::kInvalid, "has at most 120 characters", "field title");
  if (wanted.kind == Kind::kCrisis &&
      (wanted.reason.empty() || wanted.reason.size() > kLongestReason))
    return fail(ErrorKind::kInvalid, "a crisis edition says why, in 1 to 300 characters",
                "field reason");
  for (const std::string& need : wanted.selection.needs)
    if (needs_->find(need) == nullptr)
      return fail(ErrorKind::kInvalid, "is no need of the tree", "field needs");
  const std::vector<Uuid>& services = wanted.selection.services;
  if (services.size() > kMostServices)
    return fail(ErrorKind::kInvalid, "has at most 500 services", "field services");
  std::set<Uuid> known;
  for (const Bundle& bundle : TRY(directory_.bundles(services, Audience::everyone())))
    known.insert(bundle.service.id());
  for (std::size_t i = 0; i < services.size(); ++i)
    if (!known.contains(services[i]))
      return fail(ErrorKind::kInvalid, "is not public", "service " + std::to_string(i + 1));
  return enqueue(actor, wanted);
}

Result<EditionId> Editions::enqueue(const trust::Actor& actor, const Wanted& wanted) {
  const EditionId id = EditionId::generate(clock_, random_);
  const Instant now = clock_.now();
  TRY(directory_.database().write([&](db::Connection& c) -> Result<void> {
    TRY(
        c.execute("INSERT INTO directory_editions_edition (id, kind, state, title, reason, "
                  "selection, asked_at) VALUES ($1, $2, 'waiting', $3, $4, $5, $6)",
                  {id, code_of(wanted.kind), wanted.title, wanted.reason,
                   to_json_text(wanted.selection), now}));
    TRY(jobs::enqueue(c,
                      {.kind = std::string(kJob),
                       .payload = to_text(Json::object({{"edition", id.to_string()}}))},
                      clock_, random_));
    return trust::append_audit(c, actor,
                               {.action = "directory_guide.create",
                                .object_type = "directory_guide",
                                .object = id.to_string(),
                                .detail = "kind=" + std::string(code_of(wanted.kind))},
                               now);
  }));
  return id;
}

Result<void> Editions::begin() {
  const auto all = TRY(list(Which::kAll));
  if (!all.empty()) return {};
  TRY(enqueue(trust::Actor::system("job:edition"), {}));
  return {};
}

Result<void> Editions::withdraw(const trust::Actor& actor, EditionId edition) {
  TRY(gatekeeper_.require(actor, {"publish"}, kGuide, edition.to_string()));
  return directory_.database().write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("UPDATE directory_editions_edition SET state = 'withdrawn' WHERE id = $1 AND "
                      "state <> 'withdrawn'",
                      {edition})) != 1)
      return fail(ErrorKind::kNotFound, "there is no such edition");
    return trust::append_audit(c, actor,
                               {.action = "directory_guide.withdraw",
                                .object_type = "directory_guide",
                                .object = edition.to_string()},
                               clock_.now());
  });
}

// What the public may see, entry by entry, and the texts that it must not.
Result<GuideEdition> Editions::compose(const Wanted& wanted, Language language,
                                       std::vector<std::string>& hidden) {
  const bool spanish = language == Language::kSpanish;
  GuideEdition edition{
      .title = !wanted.title.empty() ? wanted.title
               : spanish             ? "Guía de recursos"
                                     : "Resource guide",
      .publisher = imprint_.publisher,
      .region = imprint_.region,
      .language = language,
      .date = Date(std::chrono::floor<std::chrono::days>(clock_.now())),
      .crisis_reason = wanted.reason,
      .demonstration = imprint_.demonstration,
      .corrections = imprint_.corrections,
      .site = imprint_.site,
      .notice = {},
      .hotlines = imprint_.hotlines ? imprint_.hotlines(language) : std::vector<guide::Hotline>(),
      .entries = {}};
  const guide::HsdsReading reading =
      guide::reading_with(*needs_, language, edition.date, imprint_.site);
  const Audience everyone = Audience::everyone();
  TRY(directory_.each_bundle(everyone, [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      if (!is_selected(bundle.service.body(), wanted.selection)) continue;
      auto entry = TRY(guide::entry_from_hsds(nested(bundle), reading));
      if (entry) edition.entries.push_back(std::move(*entry));
    }
    return {};
  }));
  hidden = TRY(texts_hidden_from(directory_, everyone));
  return edition;
}

Result<std::optional<GuideEdition>> Editions::last_regular(EditionId except, Language language) {
  const auto row = TRY(directory_.database().read([&](db::Connection& c) {
    return c.query_one(
        "SELECT snapshot FROM directory_editions_text JOIN directory_editions_edition ON id = "
        "edition WHERE kind = 'regular' AND state = 'ready' AND id <> $1 AND language = $2 ORDER "
        "BY "
        "made_at DESC, id DESC LIMIT 1",
        {except, language::code_of(language)});
  }));
  if (!row) return std::optional<GuideEdition>();
  return std::optional<GuideEdition>(TRY(guide::from_snapshot(row->text(0))));
}

Result<void> Editions::make(EditionId id) {
  const auto row = TRY(directory_.database().read([&](db::Connection& c) {
    return c.query_one(
        "SELECT kind, title, reason, selection FROM directory_editions_edition WHERE "
        "id = $1 AND state = 'waiting'",
        {id});
  }));
  if (!row) return {};  // made already, or withdrawn meanwhile
  const Wanted wanted{row->text(0) == "crisis" ? Kind::kCrisis : Kind::kRegular, row->text(1),
                      row->text(2), selection_from(row->text(3))};
  struct Whole {
    Language language;
    GuideEdition edition;
    std::optional<guide::GuideChanges> changes;
    std::vector<Made> files;
  };
  std::vector<Whole> wholes;
  for (const Language language : kLanguages) {
    std::vector<std::string> hidden;
    Whole whole{language, TRY(compose(wanted, language, hidden)), {}, {}};
    if (whole.edition.entries.empty())
      return fail(ErrorKind::kInvalid, "no service fits the selection", "edition",
                  "Choose more needs or counties");
    if (const auto last = TRY(last_regular(id, language)))
      whole.changes = guide::changes_between(*last, whole.edition);
    TRY(guide::check_nothing_hidden(TRY(guide::compose_guide(whole.edition, {}, whole.changes)),
                                    hidden));
    whole.files = TRY(make_files(whole.edition, whole.changes));
    wholes.push_back(std::move(whole));
  }
  return directory_.database().write([&](db::Connection& c) -> Result<void> {
    const std::int64_t turned = TRY(
        c.execute("UPDATE directory_editions_edition SET state = 'ready', made_at = $2 WHERE id "
                  "= $1 AND state = 'waiting'",
                  {id, clock_.now()}));
    if (turned != 1) return {};  // another worker was first
    for (const Whole& whole : wholes) {
      const std::string_view language = language::code_of(whole.language);
      TRY(c.execute(
          "INSERT INTO directory_editions_text (edition, language, snapshot, fingerprint, "
          "services, changes) VALUES ($1, $2, $3, $4, $5, $6)",
          {id, language, guide::to_snapshot(whole.edition), guide::fingerprint_of(whole.edition),
           whole.edition.entries.size(), to_json_text(whole.changes)}));
      for (const Made& made : whole.files)
        TRY(
            c.execute("INSERT INTO directory_editions_file (edition, language, form, pages, bytes) "
                      "VALUES ($1, $2, $3, $4, $5)",
                      {id, language, code_of(made.form), made.pages, db::Blob{made.bytes}}));
    }
    return trust::append_audit(c, trust::Actor::system("job:edition"),
                               {.action = "directory_guide.publish",
                                .object_type = "directory_guide",
                                .object = id.to_string()},
                               clock_.now());
  });
}

Result<std::vector<Edition>> Editions::list(Which which) {
  return directory_.database().read([&](db::Connection& c) -> Result<std::vector<Edition>> {
    std::vector<Edition> editions;
    std::map<std::string, std::size_t> where;
    TRY(c.query_each(std::string("SELECT id, kind, title, reason, asked_at, made_at FROM "
                                 "directory_editions_edition WHERE state = 'ready'") +
                         (which == Which::kAll ? " OR state = 'waiting'" : "") +
                         " ORDER BY asked_at DESC, id DESC LIMIT 50",
                     {}, [&](const db::Row& row) -> Result<void> {
                       where[row.text(0)] = editions.size();
                       editions.push_back(
                           {.id = row.id<EditionId>(0),
                            .kind = row.text(1) == "crisis" ? Kind::kCrisis : Kind::kRegular,
                            .title = row.text(2),
                            .reason = row.text(3),
                            .asked_at = row.instant(4),
                            .made_at = row.maybe_instant(5),
                            .texts = {},
                            .files = {}});
                       return {};
                     }));
    TRY(c.query_each(
        "SELECT edition, language, fingerprint, services, changes FROM "
        "directory_editions_text ORDER BY language",
        {}, [&](const db::Row& row) -> Result<void> {
          const auto at = where.find(row.text(0));
          if (at == where.end()) return {};
          const Json changes = parse_json(row.text(4)).value_or(Json::object());
          editions[at->second].texts.push_back(
              {language::parse_language(row.text(1)).value_or(Language::kEnglish), row.text(2),
               row.integer(3), std::string(text_of(changes, "since")), names_in(changes, "added"),
               names_in(changes, "changed"), names_in(changes, "removed")});
          return {};
        }));
    TRY(c.query_each(
        "SELECT edition, language, form, pages, length(bytes) FROM "
        "directory_editions_file",
        {}, [&](const db::Row& row) -> Result<void> {
          const auto at = where.find(row.text(0));
          const auto form = std::ranges::find(kForms, row.text(2));
          if (at == where.end() || form == kForms.end()) return {};
          editions[at->second].files.push_back(
              {language::parse_language(row.text(1)).value_or(Language::kEnglish),
               static_cast<Form>(form - kForms.begin()), row.integer(3), row.integer(4)});
          return {};
        }));
    return editions;
  });
}

Result<std::string> Editions::file(EditionId edition, Language language, Form form) {
  return directory_.database().read([&](db::Connection& c) -> Result<std::string> {
    const auto row = TRY(c.query_one(
        "SELECT bytes FROM directory_editions_file JOIN directory_editions_edition ON id "
        "= edition WHERE edition = $1 AND language = $2 AND form = $3 AND state = 'ready'",
        {edition, language::code_of(language), code_of(form)}));
    if (!row) return fail(ErrorKind::kNotFound, "there is no such file");
    return row->blob(0);
  });
}

void Editions::add_handler(jobs::Queue& queue) {
  queue.handle(std::string(kJob), [this](jobs::RunningJob& job) -> Result<void> {
    const Json payload = TRY(parse_json(job.job().payload));
    return make(TRY(EditionId::parse(text_of(payload, "edition"))));
  });
}

}  // namespace daybreak::directory::editions
