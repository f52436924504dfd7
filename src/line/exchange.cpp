// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/exchange.hpp"

#include <map>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <unistd.h>

namespace daybreak::line {
namespace {

using Time = std::chrono::steady_clock;

bool can_be_read(int file) {
  if (file < 0) return false;
  pollfd one{file, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0;
}

void silence(int bell) {
  eventfd_t ignored = 0;
  if (bell >= 0 && can_be_read(bell)) (void)::eventfd_read(bell, &ignored);
}

// One connection at work.
class Work {
 public:
  Work(Channel& channel, Party& party, const ExchangeOptions& options)
      : channel_(channel), party_(party), options_(options) {}

  Result<void> run() {
    while (!can_be_read(options_.stop) && party_.stays()) {
      TRY(send_due());
      const auto frame = TRY(channel_.receive(options_.look, options_.wake));
      silence(options_.wake);
      if (frame) TRY(handle(*frame));
      TRY(stay_alive());
    }
    return {};
  }

 private:
  Result<void> send_due() {
    for (Message& message : party_.due()) {
      if (under_way_.contains(message.id)) continue;
      TRY(send(message));
      under_way_.emplace(message.id, std::move(message));
    }
    return {};
  }
  Result<void> send(const Frame& frame) {
    sent_ = Time::now();
    return channel_.send(write_frame(frame));
  }
  Result<void> handle(const std::string& text) {
    heard_ = Time::now();
    const Frame frame = TRY(read_frame(text));
    if (const auto* message = std::get_if<Message>(&frame)) {
      if (!party_.stays())
        return fail(ErrorKind::kDenied, "the other node was taken off the register", "line");
      return send(Settled{message->id, party_.take(*message)});
    }
    if (const auto* settled = std::get_if<Settled>(&frame)) {
      const auto found = under_way_.find(settled->id);
      if (found == under_way_.end()) return {};  // not ours: nothing to settle
      party_.settled(found->second, settled->outcome);
      under_way_.erase(found);
    }
    return {};
  }
  Result<void> stay_alive() {
    if (Time::now() - heard_ > options_.dead)
      return fail(ErrorKind::kUnavailable, "the other node does not answer any more", "line");
    if (Time::now() - sent_ > options_.alive) return send(Alive{});
    return {};
  }

  Channel& channel_;
  Party& party_;
  const ExchangeOptions& options_;
  std::map<Uuid, Message> under_way_;
  Time::time_point heard_ = Time::now(), sent_ = Time::now();
};

}  // namespace

Result<void> exchange(Channel& channel, Party& party, const ExchangeOptions& options) {
  return Work(channel, party, options).run();
}

Bell::Bell() : file_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (file_ < 0) throw std::runtime_error("the machine has no file left");
}
Bell::~Bell() { ::close(file_); }
void Bell::ring() const { (void)::eventfd_write(file_, 1); }

}  // namespace daybreak::line
