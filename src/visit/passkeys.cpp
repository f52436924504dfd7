// SPDX-License-Identifier: AGPL-3.0-or-later
#include "visit/passkeys.hpp"

#include "base/json.hpp"

namespace daybreak::visit {
namespace {

std::string bytes_of(const http::Fields& fields, std::string_view name) {
  return trust::from_base64url(fields.get(name).raw()).value_or("");
}

}  // namespace

std::optional<trust::RelyingParty> relying_party(const Visits& visits,
                                                 const http::Request& request) {
  if (!visits.settings().url.empty()) return trust::relying_party_of(visits.settings().url);
  if (!is_from_this_machine(request)) return std::nullopt;
  return trust::relying_party_of((request.is_tls() ? "https://" : "http://") +
                                 std::string(request.header("Host").value_or("")));
}

trust::PasskeyCaller passkey_caller(const Visits& visits, const http::Request& request) {
  return {.origin = visits.origin_of(request), .from_this_machine = is_from_this_machine(request)};
}

trust::PasskeyAssertion assertion_of(const http::Fields& fields) {
  return {.id = bytes_of(fields, "passkey_id"),
          .client_data = bytes_of(fields, "passkey_client_data"),
          .authenticator_data = bytes_of(fields, "passkey_authenticator_data"),
          .signature = bytes_of(fields, "passkey_signature"),
          .user_handle = bytes_of(fields, "passkey_user_handle")};
}

trust::PasskeyRegistration registration_of(const http::Fields& fields) {
  return {.id = bytes_of(fields, "passkey_id"),
          .client_data = bytes_of(fields, "passkey_client_data"),
          .authenticator_data = bytes_of(fields, "passkey_authenticator_data")};
}

http::Response ask_passkey(const trust::RelyingParty& party, const PasskeyQuestion& question) {
  Json json = Json::object({{"challenge", trust::to_base64url(question.challenge)},
                            {"site", party.id},
                            {"known", Json::array()},
                            {"salt", trust::to_base64url(question.salt)}});
  for (const trust::Passkey& passkey : question.known)
    json.find("known")->append(trust::to_base64url(passkey.credential));
  if (question.member != nullptr)
    json.set("member", Json::object({{"id", trust::to_base64url(question.member->id.to_string())},
                                     {"email", question.member->email},
                                     {"name", question.member->name}}));
  return http::Response::json(to_text(json));
}

}  // namespace daybreak::visit
