// SPDX-License-Identifier: AGPL-3.0-or-later
// Files on their way from the node of a releasing vault to a recipient on another: the first
// question opens the file, is decided and recorded as every look is, and brings a ticket; with that
// the pieces are asked for, a few at a time, for as long as the release lives.
#include "base/text.hpp"
#include "gates/release/letters.hpp"

namespace daybreak::gates::letters {
namespace {

namespace keys = trust::keys;

std::string ticket_context(const OpenedFile& file) {
  return "release file " + file.projection.to_string() + " " + file.attachment.to_string() + " " +
         file.organization.to_string() + " " + file.member.to_string();
}

tl::unexpected<Error> no_ticket() {
  return fail(ErrorKind::kDenied, "this file was not opened, or too long ago");
}

class FarFile {
 public:
  FarFile(Asking asking, std::shared_ptr<const vault::outward::File> file, std::string ticket)
      : asking_(std::move(asking)), file_(std::move(file)), ticket_(std::move(ticket)) {}

  Result<std::optional<std::string>> piece(std::int64_t number) {
    if (number >= first_ + static_cast<std::int64_t>(pieces_.size()) && !is_whole_)
      TRY(fetch(number));
    const auto at = static_cast<std::size_t>(number - first_);  // before the first: beyond all
    if (at >= pieces_.size()) return std::nullopt;
    return TRY(vault::outward::open_piece(asking_.pointer.sender,
                                          ProjectionId(asking_.pointer.projection), *file_, number,
                                          pieces_[at]));
  }

 private:
  Result<void> fetch(std::int64_t number) {
    const Said said = TRY(ask(asking_, {{"file", file_->attachment.to_string()},
                                        {"ticket", to_hex(ticket_)},
                                        {"number", number}}));
    const Json* sizes = said.json.find("pieces");
    if (sizes == nullptr || !sizes->is_array()) return damaged();
    first_ = number;
    pieces_.clear();
    std::string_view rest = said.bytes;
    for (const Json& one : *sizes->if_array()) {
      const std::int64_t* said_size = one.if_integer();
      if (said_size == nullptr) return damaged();
      const auto size = static_cast<std::size_t>(*said_size);  // below zero: beyond all
      if (size > rest.size()) return damaged();
      pieces_.emplace_back(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    is_whole_ = static_cast<std::int64_t>(pieces_.size()) < kPiecesAtOnce;
    return {};
  }

  Asking asking_;
  std::shared_ptr<const vault::outward::File> file_;
  std::string ticket_;
  std::int64_t first_ = 1;
  std::vector<std::string> pieces_;  // sealed, from first_ on
  bool is_whole_ = false;            // nothing comes after them
};

}  // namespace

std::string write_ticket(const keys::KeyPair& box, const OpenedFile& file, Instant now,
                         Random& random) {
  return keys::write_letter(box, box.public_key(),
                            std::to_string((now + kFileTime).time_since_epoch().count()),
                            ticket_context(file), random);
}

Result<void> check_ticket(const keys::KeyPair& box, const OpenedFile& file, std::string_view ticket,
                          Instant now) {
  const auto text = keys::read_letter(box, box.public_key(), ticket, ticket_context(file));
  if (!text) return no_ticket();
  const auto until = to_integer(text->reveal());
  if (!until || now >= Instant(std::chrono::milliseconds(*until))) return no_ticket();
  return {};
}

std::string pieces_answer(const std::vector<std::string>& pieces) {
  Json sizes = Json::array();
  std::string bytes;
  for (const std::string& piece : pieces) {
    sizes.append(piece.size());
    bytes += piece;
  }
  return padded(Json::object({{"pieces", std::move(sizes)}}), kAnswerStep, bytes);
}

PieceSource far_pieces(Asking asking, std::shared_ptr<const vault::outward::File> file,
                       std::string ticket) {
  auto far = std::make_shared<FarFile>(std::move(asking), std::move(file), std::move(ticket));
  return [far = std::move(far)](std::int64_t number) { return far->piece(number); };
}

}  // namespace daybreak::gates::letters
