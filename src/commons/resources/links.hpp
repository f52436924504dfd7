// SPDX-License-Identifier: AGPL-3.0-or-later
// Looks whether an address still answers. Addresses are typed by people, so a connection is made
// only to hosts of the public internet: the check is made on the address that is really connected
// to, at every redirect, so that no name can lead into this machine or its network. Nothing is
// sent but the request, nothing of the answer is kept but its code. One call at a time per thread.
#pragma once

#include <functional>
#include <string>

#include "commons/resources/resources.hpp"
#include "jobs/queue.hpp"

namespace daybreak::resources {

// Whether a connection to this numeric address ("192.0.2.1", "2001:db8::1") is allowed.
bool is_public_address(const std::string& numeric);

struct LinkAnswer {
  LinkState state = LinkState::kBroken;
  int code = 0;  // HTTP; 0: no answer
};
struct LinkOptions {
  std::chrono::seconds timeout{15};
  std::function<bool(const std::string&)> allowed = is_public_address;
};
// HEAD, and GET where a server does not know HEAD. Moved: another address answered.
LinkAnswer look_at_link(const std::string& address, const LinkOptions& options = {});

inline constexpr std::string_view kLinkJob = "resources.links";
// Looks at links that nobody looked at for a week, a few at each run, every hour.
void add_link_handler(jobs::Queue& queue, Resources& resources, const Clock& clock, Random& random,
                      LinkOptions options = {});
Result<void> schedule_links(db::Database& database, const Clock& clock, Random& random);

}  // namespace daybreak::resources
