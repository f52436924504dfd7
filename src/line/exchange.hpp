// SPDX-License-Identifier: AGPL-3.0-or-later
// The work on one connection, the same on both sides: sends what is due, takes what comes, and says
// what became of it only after that is on disk. What was not settled when the connection ends is
// sent again on the next one. One thread for each connection.
//
//   (send* take* settled* alive*)* end
#pragma once

#include <vector>

#include "line/channel.hpp"
#include "line/message.hpp"

namespace daybreak::line {

// What one side does with the line; called from the connection's thread alone.
class Party {
 public:
  virtual ~Party() = default;
  // Asked before each message is taken. False ends the connection: the other side was taken off the
  // register.
  virtual bool stays() { return true; }
  // What is to be sent now, the oldest first, also what is on its way already.
  virtual std::vector<Message> due() = 0;
  virtual void settled(const Message& message, Outcome outcome) = 0;
  virtual Outcome take(const Message& message) = 0;
};

struct ExchangeOptions {
  int wake = -1;                        // an eventfd: something is due
  int stop = -1;                        // can be read when the program ends
  std::chrono::milliseconds look{500};  // how often without being woken
  std::chrono::milliseconds alive{20'000};
  std::chrono::milliseconds dead{60'000};
};

// Until the connection ends (the error says why) or is stopped.
Result<void> exchange(Channel& channel, Party& party, const ExchangeOptions& options);

// An eventfd with an owner.
class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  int file() const { return file_; }
  void ring() const;

 private:
  int file_;
};

}  // namespace daybreak::line
