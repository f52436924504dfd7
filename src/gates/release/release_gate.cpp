// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/release/release_gate.hpp"

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "gates/release/letters.hpp"
#include "line/outbox.hpp"
#include "trust/policy.hpp"
#include "vault/known_keys.hpp"

namespace daybreak::gates {

namespace keys = trust::keys;
namespace outward = vault::outward;
namespace releases = vault::releases;
using releases::ReleaseRow;

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

std::string letter_context(ProjectionId projection, const ReleaseRow& release) {
  return "projection " + projection.to_string() + " " + release.id.to_string() + " " +
         release.recipient_organization->to_string() + " " + format_instant(*release.expires_at);
}

namespace {

Result<void> check_items(const std::vector<Item>& allowed, const std::vector<Item>& wanted) {
  if (wanted.empty())
    return fail(ErrorKind::kInvalid, "nothing is chosen", "field items", "Choose what to tell now");
  for (const Item& item : wanted)
    if (std::find(allowed.begin(), allowed.end(), item) == allowed.end() ||
        std::count(wanted.begin(), wanted.end(), item) != 1)
      return fail(ErrorKind::kInvalid, "this is not on the release", "field items",
                  "Only what the survivor listed may be told");
  return {};
}

Result<ReleaseRow> living_release(db::Connection& connection, ReleaseId id, Instant now) {
  const auto release = TRY(releases::find_release(connection, id));
  if (!release) return absent();
  if (!release->may_disclose(now))
    return fail(ErrorKind::kConflict, "this release is not in force", {},
                "Ask the survivor whether she or he wishes to sign another");
  return std::move(*release);
}

std::string content_text(const Json& content) {
  if (content.is_string()) return *content.if_string();
  std::string lines;
  if (const JsonArray* all = content.if_array())
    for (const Json& one : *all) {
      const Json *day = one.find("day"), *category = one.find("category"),
                 *minutes = one.find("minutes");
      if (day == nullptr || category == nullptr || minutes == nullptr || !day->is_string() ||
          !category->is_string() || !minutes->is_integer())
        continue;
      lines += *day->if_string() + " " + *category->if_string() + " " +
               std::to_string(*minutes->if_integer()) + "\n";
    }
  return lines;
}

}  // namespace

static Result<Seen> read_projection(const vault::inbox::Pointer& pointer, const ReleaseRow& release,
                                    const Json& json) {
  Seen seen{release.number, pointer.sender, *release.expires_at, {}};
  const JsonArray* all = json.if_array();
  if (all == nullptr) return fail(ErrorKind::kCorrupt, "what was released is damaged");
  for (const Json& one : *all) {
    const Json *name = one.find("item"), *content = one.find("content");
    const auto item = name != nullptr && name->is_string() ? releases::item_from(*name->if_string())
                                                           : std::nullopt;
    if (!item || content == nullptr)
      return fail(ErrorKind::kCorrupt, "what was released is damaged");
    std::optional<Seen::File> told;
    if (const auto file = TRY(outward::file_of(one)))
      told = Seen::File{file->attachment, file->type, file->size};
    seen.lines.push_back({*item, content_text(*content), told});
  }
  return seen;
}

Result<DisclosureId> ReleaseGate::disclose(const vault::Work& work, ReleaseId id,
                                           const std::vector<Item>& items) {
  TRY(work.vault.require(work.actor, "release", "disclose", id.to_string()));
  const auto shown = TRY(work.vault.database().read(
      [&](db::Connection& connection) { return releases::find_release(connection, id); }));
  if (!shown) return absent();
  std::optional<keys::PublicKey> recipient_key;
  const bool copies = shown->method == "copy";
  bool is_far = false;
  if (copies) {
    const auto recipient_id = shown->recipient_organization.value_or(trust::OrganizationId());
    const auto recipient = vaults_.find(recipient_id);
    if (recipient)
      recipient_key = TRY((*recipient)->public_key());
    else if (beyond_ != nullptr)
      recipient_key = TRY(beyond_->key_of(recipient_id));
    is_far = !recipient && recipient_key;
    if (!recipient && !is_far) return tl::make_unexpected(recipient.error());
  }
  if (copies && !recipient_key)
    return fail(ErrorKind::kConflict, "the recipient has no vault with keys here", {},
                "Tell it on paper or by voice, under a release for that");
  const auto disclosure = DisclosureId::generate(work.vault.clock(), work.vault.random());
  const auto projection = ProjectionId::generate(work.vault.clock(), work.vault.random());
  const auto told = work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(releases::end_if_restored(work.vault, connection));
    const ReleaseRow release = TRY(living_release(connection, id, work.now()));
    TRY(check_items(TRY(releases::items_of(connection, id)), items));
    const Json content = TRY(outward::open_items(connection, work, release, items));
    TRY(outward::insert_disclosure(connection, work, release, disclosure, items));
    if (release.single_use) TRY(outward::mark_exhausted(connection, work.vault, id));
    if (!copies) return {};
    TRY(vault::meet_key(work.vault, connection, work.actor, *release.recipient_organization,
                        *recipient_key));
    TRY(outward::insert_projection(
        connection, projection, disclosure, release,
        keys::write_letter(work.keyring->pair(), *recipient_key, to_text(content),
                           letter_context(projection, release), work.vault.random())));
    TRY(outward::insert_files(connection, work, release, projection, content));
    if (!is_far) return {};
    return send_pointer(connection, work, projection, release, *recipient_key);
  });
  if (!told)
    return tl::make_unexpected(vault::note_refused_key(
        work.vault, work.actor, shown->recipient_organization.value_or(trust::OrganizationId()),
        told.error()));
  // What is not delivered now is delivered when the recipient opens the inbox.
  if (is_far)
    beyond_->wake();
  else if (copies)
    (void)deliver(work.vault, *shown->recipient_organization);
  return disclosure;
}

Result<void> ReleaseGate::deliver(vault::Vault& sender, trust::OrganizationId recipient_id) {
  const auto waiting = TRY(sender.database().read(
      [&](db::Connection& connection) { return outward::undelivered(connection, recipient_id); }));
  if (waiting.empty()) return {};
  vault::Vault* recipient = TRY(vaults_.find(recipient_id));
  TRY(recipient->database().write([&](db::Connection& connection) -> Result<void> {
    for (const outward::Projection& one : waiting)
      TRY(vault::inbox::deliver(*recipient, connection,
                                {one.id.uuid(), sender.organization(), one.release.number,
                                 sender.now(), *one.release.expires_at}));
    return {};
  }));
  return sender.database().write([&](db::Connection& connection) -> Result<void> {
    for (const outward::Projection& one : waiting)
      TRY(outward::mark_delivered(connection, one.id, sender.now()));
    return {};
  });
}

Result<std::int64_t> ReleaseGate::destroy_ended(const vault::Vault& vault) {
  return vault.database().write([&](db::Connection& connection) -> Result<std::int64_t> {
    TRY(outward::destroy_shredded(connection));
    return releases::destroy_ended(vault, connection);
  });
}

Result<std::vector<vault::inbox::Pointer>> ReleaseGate::inbox(const vault::Work& work) {
  TRY(work.vault.require(work.actor, "released_item", "list"));
  for (const trust::OrganizationId sender : vaults_.list())
    if (const auto found = vaults_.find(sender)) (void)deliver(**found, work.vault.organization());
  if (beyond_ != nullptr) TRY(open_arrivals(work));
  auto pointers = TRY(work.vault.database().read(
      [&](db::Connection& connection) { return vault::inbox::list(connection, work.now()); }));
  std::vector<vault::inbox::Pointer> living;
  std::vector<vault::inbox::PointerId> ended;
  // One question to each vault that sent something.
  std::map<trust::OrganizationId, std::map<Uuid, bool>> open_of;  // and whether for this member
  for (const auto& pointer : pointers) {
    if (pointer.far) {  // its vault is asked when it is opened
      if (is_for(*pointer.far, work.actor)) living.push_back(pointer);
      continue;
    }
    if (!open_of.contains(pointer.sender)) {
      const auto sender = vaults_.find(pointer.sender);
      if (!sender) continue;  // not here now: neither shown nor forgotten
      auto& open = open_of[pointer.sender];
      for (const auto& one : TRY((*sender)->database().read([&](db::Connection& connection) {
             return outward::living(connection, work.vault.organization(), work.now());
           })))
        open[one.id.uuid()] = one.release.is_for(work.actor);
    }
    const auto& open = open_of[pointer.sender];
    const auto found = open.find(pointer.projection);
    if (found == open.end())
      ended.push_back(pointer.projection);
    else if (found->second)
      living.push_back(pointer);
  }
  if (!ended.empty())
    TRY(work.vault.database().write([&](db::Connection& connection) -> Result<void> {
      for (const auto& pointer : ended) TRY(vault::inbox::remove(connection, pointer));
      return {};
    }));
  return living;
}

Result<Decided> open_for(const vault::Vault& sender, const trust::Actor& actor, const Uuid& id,
                         std::string_view action,
                         const std::function<Result<void>(db::Connection&)>& also) {
  return sender.database().write([&](db::Connection& connection) -> Result<Decided> {
    if (also) TRY(also(connection));
    TRY(releases::destroy_ended(sender, connection));
    auto projection = TRY(outward::find_projection(connection, ProjectionId(id)));
    const bool lives =
        projection && !projection->letter.empty() && projection->release.may_view(sender.now());
    const bool named = lives && projection->release.is_for(actor);
    const trust::OrganizationId partners[] = {actor.organization};
    const auto decision =
        trust::decide(actor, {"view"},
                      {.type = "released_item",
                       .owner = sender.organization(),
                       .audience = trust::Audience::kPartner,
                       .partners = named ? std::span<const trust::OrganizationId>(partners)
                                         : std::span<const trust::OrganizationId>()},
                      {}, sender.now());
    TRY(trust::append_audit(
        connection, actor,
        {.action = "released_item." + std::string(action),
         .object_type = "released_item",
         .object = id.to_string(),
         .owner = sender.organization(),
         .outcome = decision ? trust::Outcome::kDone : trust::Outcome::kDenied,
         .rule = std::string(decision.rule),
         .detail = projection ? "client=" + projection->release.client.to_string() : std::string()},
        sender.now()));
    if (!decision) return Decided{{}, !lives};
    TRY(sender.remember_look(connection, projection->release.client.uuid()));
    return Decided{std::move(projection), false};
  });
}

Result<ReleaseGate::Opened> ReleaseGate::open(const vault::Work& work,
                                              const vault::inbox::PointerId& id, const Uuid& file) {
  TRY(work.vault.require(work.actor, "released_item", "list", id.to_string()));
  const auto pointer = TRY(work.vault.database().read(
      [&](db::Connection& connection) { return vault::inbox::find(connection, id); }));
  if (!pointer) return absent();
  if (pointer->far) return open_far(work, *pointer, file);
  vault::Vault* sender = TRY(vaults_.find(pointer->sender));
  const auto sender_key = TRY(sender->public_key());
  if (!sender_key) return absent();
  const std::string_view action = look_at(file);
  const auto opened = TRY(open_for(*sender, work.actor, id, action)).projection;
  if (!opened) return absent();
  const auto met = work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(vault::meet_key(work.vault, connection, work.actor, pointer->sender, *sender_key));
    return work.vault.note(connection, work.actor, "released_item", action, id.to_string());
  });
  if (!met)
    return tl::make_unexpected(
        vault::note_refused_key(work.vault, work.actor, pointer->sender, met.error()));
  const auto text = TRY(keys::read_letter(work.keyring->pair(), *sender_key, opened->letter,
                                          letter_context(opened->id, opened->release)));
  return Opened{*pointer, sender, *opened, TRY(parse_json(text.reveal())), {}};
}

Result<Seen> ReleaseGate::view(const vault::Work& work, const vault::inbox::PointerId& id) {
  const Opened opened = TRY(open(work, id, {}));
  return read_projection(opened.pointer, opened.projection.release, opened.letter);
}

namespace {

// Pieces of one file; whole only with the last of them.
class FileReader {
 public:
  FileReader(PieceSource source, std::string sha256)
      : source_(std::move(source)), sha256_(std::move(sha256)) {}
  Result<std::optional<std::string>> next() {
    auto piece = TRY(source_(++number_));
    if (piece) digest_.update(*piece);
    if (!piece && to_hex(digest_.finish()) != sha256_)
      return fail(ErrorKind::kCorrupt, "what was released is damaged");
    return piece;
  }

 private:
  PieceSource source_;
  std::string sha256_;
  std::int64_t number_ = 0;
  Sha256 digest_;
};

PieceSource near_pieces(vault::Vault& sender, ProjectionId projection,
                        std::shared_ptr<const outward::File> file) {
  return [&sender, projection, file = std::move(file)](std::int64_t number) {
    return sender.database().read([&](db::Connection& connection) {
      return outward::read_file_piece(connection, sender, projection, *file, number);
    });
  };
}

}  // namespace

Result<SeenFile> ReleaseGate::open_file(const vault::Work& work, const vault::inbox::PointerId& id,
                                        const Uuid& attachment) {
  const Opened opened = TRY(open(work, id, attachment));
  const JsonArray* all = opened.letter.if_array();
  if (all == nullptr) return fail(ErrorKind::kCorrupt, "what was released is damaged");
  for (std::size_t i = 0; i < all->size(); ++i) {
    auto found = TRY(outward::file_of((*all)[i]));
    if (!found || found->attachment != attachment) continue;
    const auto file = std::make_shared<const outward::File>(std::move(*found));
    auto reader = std::make_shared<FileReader>(
        opened.sender != nullptr
            ? near_pieces(*opened.sender, opened.projection.id, file)
            : letters::far_pieces({*beyond_, work.vault, work.keyring, work.actor, opened.pointer},
                                  file, opened.ticket),
        file->sha256);
    return SeenFile{opened.projection.release.number, i + 1, file->type,
                    [reader = std::move(reader)] { return reader->next(); }};
  }
  return absent();
}

}  // namespace daybreak::gates
