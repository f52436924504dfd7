// SPDX-License-Identifier: AGPL-3.0-or-later
// Signing in and staying signed in. A session is a random 256-bit token in a cookie; the store
// keeps only its hash. Roles are read anew at each request, so changes act on the next one. Safe to
// use from any thread; at most two passwords are checked at the same time (each takes 64 MiB).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "trust/members.hpp"

namespace daybreak::trust {

// Defaults of CJIS 5.9.4 and NIST SP 800-63B-4; research and reasons in docs/threat-model.md.
struct SessionLimits {
  std::chrono::minutes idle{30};
  std::chrono::hours absolute{12};
  std::chrono::minutes confirmation{
      5};            // how long a confirmation of identity counts for sensitive acts
  int failures = 5;  // within `failure_window` lock the account
  std::chrono::minutes failure_window{15};
};

struct SignInRequest {
  std::string email;
  Secret<std::string> password;
  std::string code;    // six digits, or a recovery code
  std::string origin;  // pseudonym of the network address (NodeKey::pseudonym)
  std::string source = "web";
  bool from_this_machine =
      false;  // the connection came from loopback: demonstration accounts need it
};

// What a member gives again before a sensitive act.
struct Proof {
  Secret<std::string> password;
  std::string code;
  bool from_this_machine = false;
};

struct Session {
  SessionId id;
  Member member;
  Organization organization;
  Instant started_at, ends_at;
  std::optional<Instant> confirmed_at;

  Actor actor(std::string source, std::string origin) const;
};

class Sessions {
 public:
  Sessions(Keeper keeper, SessionLimits limits = {}) : keeper_(keeper), limits_(limits) {}

  // The token for the cookie. One answer, in words and in work, for unknown account, wrong
  // password, wrong code and locked account: kDenied.
  Result<Secret<std::string>> sign_in(const SignInRequest& request);
  // The session of a token, or nothing when it is unknown, ended, idle for too long or its member
  // or organisation is no longer active. Marks it as used.
  Result<std::optional<Session>> find(const Secret<std::string>& token);
  // Gives password and code again before a sensitive act. Failures count towards the lock-out.
  Result<void> confirm(const Secret<std::string>& token, const Proof& proof);
  Result<void> sign_out(const Secret<std::string>& token);
  // Ends every session of a member but the one given.
  Result<void> end_others(const Secret<std::string>& token);
  // Removes what ended; for a nightly job.
  Result<std::int64_t> remove_ended();

 private:
  Keeper keeper_;
  SessionLimits limits_;
};

// The token that each form of a session carries; made from the session's token, never stored.
// `purpose` binds it to a form when wished. For a page before sign-in, pass a random cookie as
// token.
std::string csrf_token(const Secret<std::string>& session_token, std::string_view purpose = {});
bool is_csrf_token(std::string_view given, const Secret<std::string>& session_token,
                   std::string_view purpose = {});

}  // namespace daybreak::trust
