// SPDX-License-Identifier: AGPL-3.0-or-later
// Members' passkeys: adding, listing, removing, and what they are given for: signing in, confirming
// who one is, and opening a vault. A challenge is random, kept here alone, good for one answer, one
// use and one session within five minutes. Each act asks decide() and is recorded; failures count
// towards the lock-out of the account. Safe to use from any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "trust/session.hpp"
#include "trust/webauthn.hpp"

namespace daybreak::trust {

using PasskeyId = Id<struct PasskeyTag>;

struct Passkey {
  PasskeyId id;
  std::string name;        // as the member calls it
  std::string credential;  // the authenticator's id for it
  bool synced = false;
  bool has_secret = false;  // can open a vault
  Instant made_at;
  std::optional<Instant> used_at;
};

enum class PasskeyUse : std::uint8_t { kSignIn, kAdd, kConfirm, kVault };

struct NewPasskey {
  std::string name;
  PasskeyRegistration given;
  bool has_secret = false;
};

// Where an answer came from.
struct PasskeyCaller {
  std::string origin;  // pseudonym of the network address
  bool from_this_machine = false;
};

// Open challenges, in memory: those before sign-in cannot push out those of members. When there
// are too many, the oldest go.
class PasskeyChallenges {
 public:
  PasskeyChallenges(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  std::string begin(PasskeyUse use, SessionId session);
  // True once for a challenge of this use and session that is not too old.
  bool take(PasskeyUse use, SessionId session, const std::string& challenge);

 private:
  struct Open {
    PasskeyUse use;
    SessionId session;
    Instant until;
  };
  using Store = std::map<std::string, Open>;
  Store& store_of(PasskeyUse use) { return use == PasskeyUse::kSignIn ? strangers_ : members_; }

  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  Store strangers_, members_;
};

class Passkeys {
 public:
  explicit Passkeys(Keeper keeper, SessionLimits limits = {})
      : keeper_(keeper), limits_(limits), challenges_(keeper.clock, keeper.random) {}

  // 32 random bytes for the browser. `session` is nil for signing in.
  std::string begin(PasskeyUse use, SessionId session) { return challenges_.begin(use, session); }

  Result<std::vector<Passkey>> list(const Actor& actor);
  // kDenied with place "confirmation" without a fresh confirmation; kConflict for one that is there
  // already, and for the 21st.
  Result<void> add(const Actor& actor, const RelyingParty& party, const NewPasskey& passkey);
  Result<void> remove(const Actor& actor, PasskeyId id);

  // The token for the cookie; kDenied, in one answer, for all that is wrong.
  Result<Secret<std::string>> sign_in(const RelyingParty& party, const PasskeyAssertion& given,
                                      const PasskeyCaller& caller);
  // As Sessions::confirm.
  Result<void> confirm(const Actor& actor, const RelyingParty& party, const PasskeyAssertion& given,
                       const PasskeyCaller& caller);
  // That the actor holds the passkey now, for opening the vault; the passkey that it was.
  Result<Passkey> recognize(const Actor& actor, const RelyingParty& party,
                            const PasskeyAssertion& given, const PasskeyCaller& caller);

 private:
  struct Known;
  struct Verdict;
  struct Check {
    PasskeyUse use;
    SessionId session;
    MemberId member;  // nil: whoever the passkey belongs to
  };
  static Result<std::optional<Known>> find(db::Connection& connection,
                                           const std::string& credential);
  Result<Verdict> judge(db::Connection& connection, const Check& check, bool challenge_right,
                        const RelyingParty& party, const PasskeyAssertion& given,
                        const PasskeyCaller& caller);
  bool take_challenge(const Check& check, const PasskeyAssertion& given);

  Keeper keeper_;
  SessionLimits limits_;
  PasskeyChallenges challenges_;
};

}  // namespace daybreak::trust
