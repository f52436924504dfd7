// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tests/wall/planted.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <stdexcept>

#include "base/text.hpp"
#include "gates/demonstration/demonstration.hpp"
#include "trust/demonstration.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/notes/notes.hpp"
#include "vault/officers.hpp"
#include "vault/plans/safety.hpp"
#include "vault/retention/retention.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"
#include "web/site.hpp"

namespace daybreak::wall {
namespace {

namespace attachments = vault::attachments;
namespace clients = vault::clients;
namespace keys = trust::keys;
namespace notes = vault::notes;
namespace releases = vault::releases;

template <typename T>
T need(Result<T> result, std::string_view what) {
  if (!result) throw std::runtime_error(fmt::format("{}: {}", what, result.error().describe()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Columns of bytes that hold no word of a person: keys that are wrapped, public keys, hashes; and
// what goes to a recipient, which the gate opens (canaries_test.cpp looks at it there).
constexpr std::string_view kNoWords[] = {"attachments_file.wrapped_key",
                                         "audit_entry.hash",
                                         "audit_node.hash",
                                         "audit_tree.frontier",
                                         "audit_tree.root",
                                         "clients_client.wrapped_key",
                                         "clients_word.term",
                                         "inbox_arrival.letter",  // sealed by another vault
                                         "inbox_far.box",
                                         "line_outbox.body",  // of vault nodes; sealed there
                                         "pins_compared.public_key",
                                         "releases_piece.sealed",  // under a key in that letter
                                         "releases_projection.letter",
                                         "vault_identity.public_key",
                                         "vault_known_key.public_key",
                                         "vault_member.letter",
                                         "vault_member.own",
                                         "vault_member.public_key",
                                         "vault_passkey.credential",
                                         "vault_passkey.wrapped",
                                         "vault_recovery.sealed"};
// Tables that a file of a survivor does not fill; none has a column for a word.
constexpr std::string_view kNotOfAFile[] = {
    "audit_node",        "inbox_pointer", "retention_period", "retention_purge",
    "vault_failure",     "vault_look",    "vault_passkey",    "vault_unlock_policy",
    "vault_destruction", "pins_compared", "releases_home",    "releases_endings",
    "line_outbox",       "line_seen",     "inbox_arrival",    "inbox_far"};

template <typename List>
bool has(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// A photograph whose light is this word.
std::string picture_of(const std::string& word) {
  using namespace std::string_literals;
  return "\xff\xd8\xff\xda\0\x08\x01\x01\0\0\x3f\0"s + word + "\xff\xd9"s;
}

}  // namespace

Planted::Planted(const std::filesystem::path& data) : data_(data) {
  node_ =
      need(trust::Node::open({.data = data}, web::commons_modules(), clock_, random_), "the node");
  vaults_ = std::make_unique<vault::Vaults>(data, web::vault_modules(), clock_, random_);
  trust::Members members(node_->keeper());
  for (const auto& account : trust::demonstration_accounts()) {
    const auto member = need(members.find_by_email(account.email), "an account");
    if (!member) continue;
    if (account.email.starts_with("detective@")) sheriff_ = member->organization;
    if (!account.email.starts_with("advocate@")) continue;
    advocate_.kind = trust::Actor::Kind::kMember;
    advocate_.member = member->id;
    advocate_.organization = member->organization;
    advocate_.roles = member->roles;
    advocate_.roles.add(trust::Role::kAccountSteward);
    advocate_.source = "test";
  }
  vault_ = need(vaults_->find(advocate_.organization), "the vault");
  advocate_.confirmed_at = clock_.now();
  const Secret<std::string> known{std::string(gates::kDemonstrationPassphrase)};
  passphrase_ = new_word();
  vault::Officers officers(*vault_);
  need(officers.change_passphrase(advocate_, known, Secret<std::string>(passphrase_)),
       "a new passphrase");
  ring_ = std::make_shared<const keys::Keyring>(
      need(officers.unlock(advocate_, Secret<std::string>(passphrase_)), "unlocking"));
}

std::filesystem::path Planted::own_folder() const {
  return data_ / "vaults" / advocate_.organization.to_string();
}

std::string Planted::new_word() {
  std::string made = "zq";
  for (int i = 0; i < 11; ++i) made += static_cast<char>('a' + random_.below(26));
  return made;
}
std::string Planted::word() { return words_.emplace_back(new_word()); }
// Found nowhere else; a minor, so that a guardian signs too.
std::string Planted::date() { return words_.emplace_back(fmt::format("2097-{:02}-17", ++dates_)); }

void Planted::plant() {
  plant_answers();
  plant_notes();
  plant_attachments();
  plant_retention();
  plant_releases();
  plant_referral();
  collect_keys();
}

void Planted::plant_answers() {
  const auto at_work = work();
  std::vector<clients::Answer> answers;
  for (const auto& question : vault::codes::Codes::built_in().questions()) {
    if (question.is_sealed())
      answers.push_back(
          {.question = question.id,
           .text = Secret<std::string>(
               question.kind == vault::codes::QuestionKind::kDate ? date() : word())});
    else
      answers.push_back({.question = question.id, .codes = {question.list->codes.front().code}});
    if (question.id == "phone") told_ = words_.back();
  }
  const Date today(std::chrono::floor<std::chrono::days>(clock_.now()));
  clients::Clients service(at_work);
  client_ = need(service.open(answers, today), "a file");
  const auto relative =
      need(service.add_relative(
               client_, vault::codes::Codes::built_in().required("relation").codes.front().code, "",
               Secret<std::string>(word())),
           "a relative");
  const auto event = need(vault::services::Services(at_work).add(
                              {.client = client_, .day = today, .category = "housing"}),
                          "a service");
  const auto task = need(vault::tasks::Tasks(at_work).add({.client = client_,
                                                           .due_on = today,
                                                           .owner = advocate_.member,
                                                           .text = Secret<std::string>(word())}),
                         "a task");
  ids_ = {client_.uuid(), relative.uuid(), event.uuid(), task.uuid()};
  plant_plan(today);
  need(service.close(client_,
                     vault::codes::Codes::built_in().required("closure_reason").codes.front().code,
                     today),
       "closing a file");
  need(service.reopen(
           client_, vault::codes::Codes::built_in().required("reopening_reason").codes.front().code,
           today),
       "opening a file again");
}

void Planted::plant_plan(Date today) {
  const auto at_work = work();
  vault::plans::Plans plans(at_work);
  const auto goal =
      need(plans.add_goal(
               client_, {.area = "housing", .since = today, .words = Secret<std::string>(word())}),
           "a goal");
  const auto step =
      need(plans.add_step(client_, goal, {.since = today, .words = Secret<std::string>(word())}),
           "a step");
  need(plans.review(client_, today, Date(std::chrono::sys_days(today) + std::chrono::days(30)),
                    Secret<std::string>(word())),
       "a review");
  std::vector<vault::plans::SafetyPart> parts;
  for (const auto& section : vault::codes::Codes::built_in().safety_plan())
    parts.push_back({.section = section.id, .words = Secret<std::string>(word())});
  need(vault::plans::SafetyPlans(at_work).save(client_, 0, parts), "a safety plan");
  ids_.insert(ids_.end(), {goal.uuid(), step.uuid()});
}

void Planted::plant_notes() {
  const auto at_work = work();
  notes::Notes service(at_work);
  for (const notes::NoteClass note_class : notes::kNoteClasses) {
    need(service.write(client_, note_class, Secret<std::string>(word())), "a draft");
    const auto note =
        need(service.write(client_, note_class, Secret<std::string>(word())), "a note");
    need(service.sign(note), "signing a note");
    if (note_class == notes::NoteClass::kFactual) ids_.push_back(note.uuid());
  }
}

void Planted::plant_attachments() {
  const auto at_work = work();
  const auto id = need(attachments::Attachments(at_work).add(client_, notes::NoteClass::kClinical,
                                                             Secret<std::string>(word()), word()),
                       "an attachment");
  ids_.push_back(id.uuid());
  keep_file_key(id);
}

void Planted::keep_file_key(const attachments::AttachmentId& id) {
  const auto at_work = work();
  file_keys_.push_back(need(vault_->database().read([&](db::Connection& connection) {
    return attachments::file_key(connection, at_work, client_, id);
  }),
                            "an attachment's key"));
}

void Planted::plant_retention() {
  const auto at_work = work();
  const auto hold = need(
      vault::retention::Retention(at_work).hold(client_, "litigation", Secret<std::string>(word())),
      "a hold");
  ids_.push_back(hold.uuid());
}

void Planted::plant_releases() {
  const auto at_work = work();
  releases::Releases service(at_work);
  gates::ReleaseGate gate(*vaults_);
  releases::Terms terms;
  terms.recipient_organization = sheriff_;
  terms.recipient_role = trust::Role::kInvestigator;
  picture_ = need(attachments::Attachments(at_work).add(client_, notes::NoteClass::kFactual,
                                                        Secret<std::string>(word()),
                                                        picture_of(shown_ = word())),
                  "a picture")
                 .uuid();
  ids_.push_back(picture_);
  keep_file_key(attachments::AttachmentId(picture_));
  terms.items = {{releases::ItemKind::kAnswer, "phone"},
                 {releases::ItemKind::kAttachment, picture_.to_string()}};
  terms.risks_told = terms.rights_told = terms.guardian_is_not_abuser = true;
  terms.signer = releases::Signer::kMinorAndGuardian;
  for (std::string* text :
       {&terms.recipient_person, &terms.purpose, &terms.other_ways, &terms.until_event,
        &terms.guardian, &terms.minor_law, &terms.interpreter})
    *text = word();
  const auto id = need(service.draft(client_), "a draft");
  need(service.save(id, terms), "a draft");
  need(service.sign(id, {.name = word(), .guardian_name = word(), .witness = word()}),
       "a signature");
  const auto disclosure = need(gate.disclose(at_work, id, terms.items), "telling");
  const auto row = need(vault_->database().read([&](db::Connection& connection) {
    return connection.query_one("SELECT id FROM releases_projection WHERE disclosure = $1",
                                {disclosure});
  }),
                        "the copy");
  projection_ = row->uuid(0);
  const auto elsewhere = need(service.draft(client_), "a draft");
  releases::Terms spoken;
  spoken.recipient_elsewhere = word();
  spoken.method = "spoken";
  need(service.save(elsewhere, spoken), "a draft for elsewhere");
  ids_.insert(ids_.end(), {id.uuid(), disclosure.uuid(), projection_});
}

void Planted::plant_referral() {
  const auto at_work = work();
  referrals::Referrals tokens(node_->commons(), clock_);
  need(gates::ReferralGate(tokens).send(at_work, client_,
                                        {.receiver = sheriff_, .service = "safety.tonight"}),
       "a referral");
}

void Planted::collect_keys() {
  const auto at_work = work();
  add_key("the organization's secret key", ring_->pair().secret().view());
  for (const std::string& name : ring_->names()) add_key(name, ring_->find(name)->view());
  for (const keys::Key& key : file_keys_) add_key("an attachment's key", key.view());
  add_key("the client's key", need(vault_->database().read([&](db::Connection& connection) {
                                return clients::client_key(connection, at_work, client_);
                              }),
                                   "the client's key")
                                  .view());
}

Finder Planted::secrets() const {
  Finder finder;
  for (const std::string& word : words_) finder.add_word(word);
  for (const auto& [name, bytes] : keys_) finder.add(name, bytes);
  finder.add("the passphrase", passphrase_);
  return finder;
}

Finder Planted::identifiers() const {
  Finder finder = secrets();
  const std::string id = client_.to_string();
  finder.add("the survivor's id", id);
  finder.add("the survivor's id as bytes",
             {reinterpret_cast<const char*>(client_.uuid().bytes().data()), 16});
  const auto terms = need(vault_->database().read([&](db::Connection& connection) {
    return connection.query(
        "SELECT term FROM clients_word WHERE number ="
        " (SELECT number FROM clients_client WHERE id = $1)",
        {client_});
  }),
                          "the blind index");
  for (const db::Row& row : terms) finder.add("a term of the blind index", row.blob(0));
  return finder;
}

// What a row says of itself: all that could be part of a sealed field's place.
struct Planted::Row {
  std::vector<Uuid> ids;
  std::vector<std::string> texts;
  std::vector<std::int64_t> numbers = {1};
};

std::vector<keys::Key> Planted::keys_of(const std::string& table, const Row& row) {
  const auto at_work = work();
  std::vector<keys::Key> all;
  const auto add = [&](const keys::Key& above) {
    for (const Uuid& id : row.ids) {
      all.push_back(keys::record_key(above, table, id));
      for (const std::string& name : ring_->names())
        all.push_back(keys::record_key(above, *ring_->find(name), table, id));
    }
  };
  for (const Uuid& id : row.ids) {
    auto key = vault_->database().read([&](db::Connection& connection) {
      return clients::client_key(connection, at_work, clients::ClientId(id));
    });
    if (key) add(*key);
  }
  for (const keys::Key& key : file_keys_) all.push_back(key.copy());
  return all;
}

std::optional<std::string> Planted::open_cell(const std::string& table, const std::string& column,
                                              const std::string& sealed, const Row& row) {
  std::vector<std::string> names = row.texts;
  names.push_back(column);
  for (const keys::Key& key : keys_of(table, row))
    for (const Uuid& id : row.ids)
      for (const std::string& name : names)
        for (const std::int64_t version : row.numbers)
          if (const auto opened = keys::open(key, sealed, vault_->place(table, id, name, version)))
            return opened->reveal();
  return {};
}

std::vector<std::string> Planted::column_faults() {
  std::vector<std::string> faults;
  std::set<std::string> kept;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> tables;
  const auto columns = need(vault_->database().read([](db::Connection& connection) {
    return connection.query(
        "SELECT CAST(m.name AS TEXT), CAST(p.name AS TEXT), CAST(p.type AS TEXT)"
        " FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        " AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'db_%'");
  }),
                            "the schema");
  for (const db::Row& column : columns)
    tables[column.text(0)].emplace_back(column.text(1), column.text(2));
  sealed_columns_ = 0;
  for (const auto& [table, parts] : tables) {
    std::string list;
    for (const auto& [name, type] : parts) list += (list.empty() ? "" : ", ") + name;
    const auto rows = need(vault_->database().read([&](db::Connection& connection) {
      return connection.query(fmt::format("SELECT {} FROM {}", list, table));
    }),
                           table);
    if (rows.empty() && !has(kNotOfAFile, table))
      faults.push_back(
          fmt::format("table {} has no row: write one through its service in planted.cpp", table));
    std::map<std::string, bool> holds_word;
    for (const auto& [name, type] : parts)
      if (type == "BLOB" && !has(kNoWords, table + "." + name)) holds_word[name] = false;
    sealed_columns_ += holds_word.size();
    if (holds_word.empty()) continue;
    for (const db::Row& stored : rows) {
      Row row;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (stored.is_null(i)) continue;
        if (parts[i].second == "INTEGER" && stored.integer(i) < 1000)
          row.numbers.push_back(stored.integer(i));
        if (parts[i].second != "TEXT") continue;
        if (const auto id = Uuid::parse(stored.text(i)))
          row.ids.push_back(*id);
        else
          row.texts.push_back(stored.text(i));
      }
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!holds_word.contains(parts[i].first) || stored.is_null(i)) continue;
        const auto text = open_cell(table, parts[i].first, stored.blob(i), row);
        if (!text) continue;
        for (const std::string& word : words_)
          if (text->find(word) != std::string::npos) {
            holds_word[parts[i].first] = true;
            kept.insert(word);
          }
      }
    }
    for (const auto& [name, found] : holds_word)
      if (!found)
        faults.push_back(
            fmt::format("column {}.{} lacks a canary: plant a word in it in "
                        "planted.cpp, or say there why it holds none",
                        table, name));
  }
  for (const std::string& word : words_)
    if (!kept.contains(word))
      faults.push_back(fmt::format("word {} of {} is in no sealed column",
                                   std::find(words_.begin(), words_.end(), word) - words_.begin(),
                                   words_.size()));
  return faults;
}

}  // namespace daybreak::wall
