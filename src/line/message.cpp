// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/message.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak::line {
namespace {

constexpr std::array<std::string_view, 4> kOutcomes = {"taken", "refused", "later", "unreachable"};
constexpr std::size_t kStep = 1024;
constexpr std::size_t kMostKind = 40;

tl::unexpected<Error> no_frame() {
  return fail(ErrorKind::kInvalid, "this is no message between nodes", "line",
              "Update Daybreak on both sides");
}

// An id, or nil for an empty text; nothing for anything else.
std::optional<Uuid> id_in(const Json& object, std::string_view key) {
  const std::string text = object.text_of(key);
  if (text.empty()) return Uuid();
  const auto id = Uuid::parse(text);
  return id ? std::optional(*id) : std::nullopt;
}

std::string id_text(const Uuid& id) { return id.is_nil() ? std::string() : id.to_string(); }

Result<Frame> message_of(const Json& object) {
  const auto id = id_in(object, "id"), from = id_in(object, "from"), to = id_in(object, "to"),
             answers = id_in(object, "answers");
  const auto body = from_hex(object.text_of("body"));
  std::string kind = object.text_of("kind");
  if (!id || id->is_nil() || !from || !to || !answers || !body || kind.empty() ||
      kind.size() > kMostKind)
    return no_frame();
  return Message{*id,   std::move(kind), trust::OrganizationId(*from), trust::OrganizationId(*to),
                 *body, *answers};
}

Result<Frame> settled_of(const Json& object) {
  const auto id = id_in(object, "id");
  const auto found = std::ranges::find(kOutcomes, object.text_of("outcome"));
  if (!id || id->is_nil() || found == kOutcomes.end()) return no_frame();
  return Settled{*id, static_cast<Outcome>(found - kOutcomes.begin())};
}

Json json_of(const Message& message) {
  return Json::object({{"is", "message"},
                       {"id", message.id.to_string()},
                       {"kind", message.kind},
                       {"from", id_text(message.from.uuid())},
                       {"to", id_text(message.to.uuid())},
                       {"answers", id_text(message.answers)},
                       {"body", to_hex(message.body)}});
}
Json json_of(const Settled& settled) {
  return Json::object(
      {{"is", "settled"}, {"id", settled.id.to_string()}, {"outcome", code_of(settled.outcome)}});
}
Json json_of(const Alive&) { return Json::object({{"is", "alive"}}); }

}  // namespace

std::string_view code_of(Outcome outcome) {
  return kOutcomes.at(static_cast<std::size_t>(outcome));
}

std::string write_frame(const Frame& frame) {
  std::string text = std::visit([](const auto& one) { return to_text(json_of(one)); }, frame);
  text.append((kStep - text.size() % kStep) % kStep, ' ');
  return text;
}

Result<Frame> read_frame(std::string_view text) {
  const auto object = parse_json(text, {.max_depth = 2}, "line");
  if (!object || !object->is_object()) return no_frame();
  const std::string is = object->text_of("is");
  if (is == "message") return message_of(*object);
  if (is == "settled") return settled_of(*object);
  if (is == "alive") return Alive{};
  return no_frame();
}

}  // namespace daybreak::line
