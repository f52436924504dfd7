// SPDX-License-Identifier: AGPL-3.0-or-later
// Where bulk mail goes. What matters for a queue that may be killed at any moment: whether handing
// over the same mail twice is one mail or two. From one thread at a time.
#pragma once

#include <filesystem>
#include <string>

#include "mail/sender.hpp"

namespace daybreak::updates {

class Outlet {
 public:
  virtual ~Outlet() = default;
  // Hands over one mail; `id` names it. kUnavailable: later; kInvalid: never.
  virtual Result<void> hand_over(const std::string& id, const mail::Envelope& envelope,
                                 const std::string& message) = 0;
  // Success when all that was handed over so far survives a power cut.
  virtual Result<void> settle() { return {}; }
  // True: the same id again is the same mail. False: each mail is marked before it is handed over,
  // and one whose fate a kill left open waits for a person.
  virtual bool knows_repeats() const = 0;
};

// A server: it takes responsibility with its answer, and cannot be asked afterwards.
class SenderOutlet final : public Outlet {
 public:
  explicit SenderOutlet(mail::Sender& sender) : sender_(sender) {}
  Result<void> hand_over(const std::string& id, const mail::Envelope& envelope,
                         const std::string& message) override;
  bool knows_repeats() const override { return false; }

 private:
  mail::Sender& sender_;
};

// A folder with one file "<id>.eml" a mail, written whole; one that is there already stays as it
// is.
class FolderOutlet final : public Outlet {
 public:
  static Result<FolderOutlet> open(std::filesystem::path folder);
  FolderOutlet(FolderOutlet&& other) noexcept;
  ~FolderOutlet() override;
  Result<void> hand_over(const std::string& id, const mail::Envelope& envelope,
                         const std::string& message) override;
  Result<void> settle() override;
  bool knows_repeats() const override { return true; }

 private:
  FolderOutlet(std::filesystem::path folder, int directory)
      : folder_(std::move(folder)), directory_(directory) {}
  std::filesystem::path folder_;
  int directory_;
};

}  // namespace daybreak::updates
