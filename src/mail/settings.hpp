// SPDX-License-Identifier: AGPL-3.0-or-later
// Where the node's mail goes, from [mail] of settings.toml. Without a server the mail is written to
// the folder "outbox" of the data directory, for a demonstration or a machine without mail. Read at
// start on one thread.
#pragma once

#include <filesystem>
#include <memory>

#include "base/config.hpp"
#include "mail/message.hpp"
#include "mail/sender.hpp"

namespace daybreak::mail {

struct Post {
  Mailbox from;
  std::unique_ptr<Sender> sender;
  bool is_folder = true;  // nothing leaves this machine
};

// [mail] from, server, port, encryption ("starttls", "tls", "none"), user, password_file.
// Names the setting that is wrong.
Result<Post> read_post(Config& config, const std::filesystem::path& data);

}  // namespace daybreak::mail
