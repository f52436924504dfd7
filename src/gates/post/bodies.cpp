// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/post/bodies.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak::gates::post {
namespace {

using referrals::State;
using referrals::Token;
using referrals::TokenId;

constexpr std::size_t kMostName = 200;
constexpr std::size_t kMostOrganizations = 5'000;

tl::unexpected<Error> wrong() {
  return fail(ErrorKind::kInvalid, "a message of another node cannot be read", "line",
              "Update Daybreak on both sides");
}

// Reads members of one object; good() is false once one was not as it must be.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object), good_(object.is_object()) {}
  bool good() const { return good_; }

  std::string text(std::string_view key, std::size_t most) {
    const Json* found = object_.find(key);
    const std::string* value = found == nullptr ? nullptr : found->if_string();
    if (value == nullptr || value->size() > most) return spoil<std::string>();
    return *value;
  }
  std::int64_t integer(std::string_view key) {
    const Json* found = object_.find(key);
    const std::int64_t* value = found == nullptr ? nullptr : found->if_integer();
    return value == nullptr ? spoil<std::int64_t>() : *value;
  }
  Instant instant(std::string_view key) { return Instant(std::chrono::milliseconds(integer(key))); }
  template <typename T>
  T id(std::string_view key) {
    const auto id = T::parse(text(key, 36));
    return id ? *id : spoil<T>();
  }
  // Empty is nil.
  template <typename T>
  T maybe_id(std::string_view key) {
    const Json* found = object_.find(key);
    if (found != nullptr && found->is_string() && found->if_string()->empty()) return T();
    return id<T>(key);
  }
  std::string bytes(std::string_view key, std::size_t count) {
    const auto bytes = from_hex(text(key, 2 * count));
    return bytes && bytes->size() == count ? *bytes : spoil<std::string>();
  }
  template <typename T, typename From>
  T code(std::string_view key, From from) {
    const auto value = from(text(key, 60));
    return value ? *value : spoil<T>();
  }
  const JsonArray& list(std::string_view key, std::size_t most) {
    static const JsonArray kNone;
    const Json* found = object_.find(key);
    const JsonArray* all = found == nullptr ? nullptr : found->if_array();
    if (all == nullptr || all->size() > most) {
      good_ = false;
      return kNone;
    }
    return *all;
  }
  const Json& object(std::string_view key) {
    static const Json kNone;
    const Json* found = object_.find(key);
    return found == nullptr ? kNone : *found;
  }

 private:
  template <typename T>
  T spoil() {
    good_ = false;
    return T();
  }
  const Json& object_;
  bool good_;
};

Json json_of(const Worker& worker) {
  Json roles = Json::array();
  for (const trust::Role role : worker.roles.list()) roles.append(trust::code_of(role));
  return Json::object({{"member", worker.member.to_string()},
                       {"name", worker.name},
                       {"roles", roles},
                       {"confirmed", worker.confirmed ? 1 : 0}});
}

// A role whose power reaches beyond its organisation is not another node's to give.
std::optional<Worker> worker_in(const Json& json) {
  Reader in(json);
  Worker worker{in.id<trust::MemberId>("member"),
                in.text("name", kMostName),
                {},
                in.integer("confirmed") == 1};
  for (const Json& one : in.list("roles", trust::kRoles)) {
    const auto role = one.is_string() ? trust::role_from(*one.if_string()) : std::nullopt;
    if (!role) return std::nullopt;
    if (!trust::is_shared(*role)) worker.roles.add(*role);
  }
  if (!in.good() || worker.name.empty()) return std::nullopt;
  return worker;
}

Json json_of(const referrals::Request& request) {
  Json access = Json::array();
  for (const std::string& code : request.accessibility) access.append(code);
  return Json::object({{"receiver", request.receiver.to_string()},
                       {"service", request.service},
                       {"urgency", request.urgency},
                       {"household", request.household},
                       {"language", request.language},
                       {"age_group", request.age_group},
                       {"accessibility", access},
                       {"hand_over", request.hand_over}});
}

std::optional<referrals::Request> request_in(const Json& json) {
  Reader in(json);
  referrals::Request request{.receiver = in.id<trust::OrganizationId>("receiver"),
                             .service = in.text("service", 100),
                             .urgency = in.text("urgency", 20),
                             .household = in.integer("household"),
                             .language = in.text("language", 3),
                             .age_group = in.text("age_group", 20),
                             .hand_over = in.text("hand_over", 20)};
  for (const Json& one : in.list("accessibility", 10)) {
    if (!one.is_string()) return std::nullopt;
    request.accessibility.push_back(*one.if_string());
  }
  if (!in.good() || !referrals::check(request)) return std::nullopt;
  return request;
}

Json json_of(const Keys& keys) {
  Json all = Json::array();
  for (const auto& key : keys)
    all.append(Json::object(
        {{"organization", key.organization.to_string()}, {"public_key", to_hex(key.public_key)}}));
  return all;
}

std::optional<Keys> keys_in(const JsonArray& all) {
  Keys keys;
  for (const Json& one : all) {
    Reader in(one);
    keys.push_back({in.id<trust::OrganizationId>("organization"), in.bytes("public_key", 32)});
    if (!in.good()) return std::nullopt;
  }
  return keys;
}

std::string id_text(const trust::MemberId& id) {
  return id.is_nil() ? std::string() : id.to_string();
}

}  // namespace

std::string write(const ReferralSend& body) {
  return to_text(Json::object({{"worker", json_of(body.worker)},
                               {"token", body.token.to_string()},
                               {"request", json_of(body.request)}}));
}

Result<ReferralSend> read_referral_send(std::string_view text) {
  const Json json = TRY(parse_json(text));
  Reader in(json);
  const auto worker = worker_in(in.object("worker"));
  const auto request = request_in(in.object("request"));
  const auto token = in.id<TokenId>("token");
  if (!in.good() || !worker || !request) return wrong();
  return ReferralSend{*worker, token, *request};
}

std::string write(const ReferralMove& body) {
  return to_text(Json::object({{"worker", json_of(body.worker)},
                               {"token", body.token.to_string()},
                               {"state", referrals::code_of(body.state)}}));
}

Result<ReferralMove> read_referral_move(std::string_view text) {
  const Json json = TRY(parse_json(text));
  Reader in(json);
  const auto worker = worker_in(in.object("worker"));
  const auto token = in.id<TokenId>("token");
  const auto state = in.code<State>("state", referrals::state_from);
  if (!in.good() || !worker) return wrong();
  return ReferralMove{*worker, token, state};
}

std::string write(const ReferralState& body) {
  const Token& token = body.token;
  return to_text(Json::object(
      {{"token", token.id.to_string()},
       {"sender", token.sender.to_string()},
       {"worker", token.worker.to_string()},
       {"worker_name", body.worker_name},
       {"request", json_of(token.request)},
       {"state", referrals::code_of(token.state)},
       {"answered_by", id_text(token.answered_by)},
       {"answered_name", body.answered_name},
       {"sent_at", token.sent_at.time_since_epoch().count()},
       {"due_at", token.due_at.time_since_epoch().count()},
       {"ended_at", token.ended_at ? token.ended_at->time_since_epoch().count() : 0}}));
}

Result<ReferralState> read_referral_state(std::string_view text) {
  const Json json = TRY(parse_json(text));
  Reader in(json);
  ReferralState body{.token = {.id = in.id<TokenId>("token"),
                               .sender = in.id<trust::OrganizationId>("sender"),
                               .worker = in.id<trust::MemberId>("worker"),
                               .request = {},
                               .state = in.code<State>("state", referrals::state_from),
                               .answered_by = in.maybe_id<trust::MemberId>("answered_by"),
                               .sent_at = in.instant("sent_at"),
                               .due_at = in.instant("due_at"),
                               .ended_at = {}},
                     .worker_name = in.text("worker_name", kMostName),
                     .answered_name = in.text("answered_name", kMostName)};
  if (const Instant ended = in.instant("ended_at"); ended != Instant()) body.token.ended_at = ended;
  const auto request = request_in(in.object("request"));
  if (!in.good() || !request) return wrong();
  body.token.request = *request;
  return body;
}

std::string write(const MeasureSend& body) {
  return to_text(Json::object({{"worker", json_of(body.worker)},
                               {"text", body.table.text},
                               {"public_key", body.table.public_key},
                               {"signature", body.table.signature}}));
}

Result<MeasureSend> read_measure_send(std::string_view text) {
  const Json json = TRY(parse_json(text));
  Reader in(json);
  const auto worker = worker_in(in.object("worker"));
  MeasureSend body{{},
                   {in.text("text", measures::kMostBytes), in.text("public_key", 64),
                    in.text("signature", 128)}};
  if (!in.good() || !worker) return wrong();
  body.worker = *worker;
  return body;
}

std::string write(const Keys& body) { return to_text(Json::object({{"keys", json_of(body)}})); }

Result<Keys> read_keys(std::string_view text) {
  const Json json = TRY(parse_json(text));
  Reader in(json);
  const auto keys = keys_in(in.list("keys", kMostOrganizations));
  if (!in.good() || !keys) return wrong();
  return *keys;
}

std::string write(const Organizations& body) {
  Json all = Json::array();
  for (const trust::Organization& one : body.all)
    all.append(Json::object({{"id", one.id.to_string()},
                             {"name", one.name},
                             {"kind", trust::code_of(one.kind)},
                             {"standing", trust::code_of(one.standing)},
                             {"active", one.active ? 1 : 0}}));
  return to_text(Json::object({{"organizations", all}, {"keys", json_of(body.keys)}}));
}

Result<Organizations> read_organizations(std::string_view text) {
  const Json json = TRY(parse_json(text));
  Reader in(json);
  Organizations body;
  for (const Json& one : in.list("organizations", kMostOrganizations)) {
    Reader row(one);
    body.all.push_back(
        {.id = row.id<trust::OrganizationId>("id"),
         .name = row.text("name", kMostName),
         .kind = row.code<trust::OrganizationKind>("kind", trust::organization_kind_from),
         .standing = row.code<trust::Standing>("standing", trust::standing_from),
         .active = row.integer("active") == 1});
    if (!row.good() || body.all.back().name.empty()) return wrong();
  }
  const auto keys = keys_in(in.list("keys", kMostOrganizations));
  if (!in.good() || !keys) return wrong();
  body.keys = *keys;
  return body;
}

}  // namespace daybreak::gates::post
