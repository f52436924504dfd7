// SPDX-License-Identifier: AGPL-3.0-or-later
// What a release says, as one sealed document, and what it must say before it is signed.
#include "vault/releases/terms.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "vault/codes/codes.hpp"

namespace daybreak::vault::releases {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"answer", "note",       "services",
                                                    "topic",  "attachment", "goal"};
constexpr std::array<std::string_view, 4> kSigners = {"adult", "minor_and_guardian", "minor_alone",
                                                      "court_guardian"};
constexpr std::size_t kMostWords = 4000;

tl::unexpected<Error> missing(std::string_view field, std::string message, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), "field " + std::string(field),
              std::move(cure));
}

bool flag_of(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  const bool* flag = found == nullptr ? nullptr : found->if_bool();
  return flag != nullptr && *flag;
}
template <typename T>
std::optional<T> id_of(const Json& json, std::string_view name) {
  auto id = T::parse(json.text_of(name));
  return id ? std::optional(*id) : std::nullopt;
}

Result<void> check_span(const std::string& subject) {
  const auto dots = subject.find("..");
  if (dots == std::string::npos) return missing("items", "no span of days", "Choose both days");
  const auto from = parse_date(subject.substr(0, dots)), to = parse_date(subject.substr(dots + 2));
  if (!from || !to || std::chrono::sys_days(*from) > std::chrono::sys_days(*to))
    return missing("items", "the span of days is wrong", "Choose two days, the earlier first");
  return {};
}

Result<void> check_item(const Item& item, std::string_view method) {
  const bool speaks = item.kind == ItemKind::kTopic;
  if (speaks != (method == "spoken"))
    return missing("items", "what is spoken about are topics; what is copied is not",
                   "Choose items that fit the way of telling");
  switch (item.kind) {
    case ItemKind::kAnswer:
      if (codes::Codes::built_in().question(item.subject) == nullptr)
        return missing("items", "there is no such question", "Choose from the list");
      return {};
    case ItemKind::kNote:
      if (!notes::NoteId::parse(item.subject))
        return missing("items", "there is no such note", "Choose from the list");
      return {};
    case ItemKind::kServices:
      return check_span(item.subject);
    case ItemKind::kTopic:
      return codes::check_code("topic", item.subject, "items");
    case ItemKind::kAttachment:
      if (!Uuid::parse(item.subject))
        return missing("items", "there is no such attachment", "Choose from the list");
      return {};
    case ItemKind::kGoal:
      if (!Uuid::parse(item.subject))
        return missing("items", "there is no such goal", "Choose from the list");
      return {};
  }
  return {};
}

// "Everyone of the task force" is nobody in particular.
bool names_a_task_force(std::string_view words) {
  const std::string lower = to_lower_ascii(words);
  return lower.find("task force") != std::string::npos ||
         lower.find("grupo de trabajo") != std::string::npos;
}

Result<void> check_signer(const Terms& terms, const Signature& signature) {
  const bool guarded =
      terms.signer == Signer::kMinorAndGuardian || terms.signer == Signer::kCourtGuardian;
  if (guarded && (trim(terms.guardian).empty() || trim(signature.guardian_name).empty()))
    return missing("guardian", "the guardian's name and signature are missing",
                   "Only a guardian who did no harm may sign");
  if (guarded && !terms.guardian_is_not_abuser)
    return missing("guardian_is_not_abuser",
                   "someone who abused the survivor or the other parent may not sign",
                   "Confirm it, or find another way with counsel");
  if (terms.signer == Signer::kMinorAlone && trim(terms.minor_law).empty())
    return missing("minor_law", "which law lets a minor sign alone is missing",
                   "Name the statute, or sign with a guardian");
  return {};
}

}  // namespace

std::string write_item(const Item& item) {
  return std::string(kKinds.at(static_cast<std::size_t>(item.kind))) + ":" + item.subject;
}

std::optional<Item> item_from(std::string_view text) {
  const auto colon = text.find(':');
  const auto kind = std::find(kKinds.begin(), kKinds.end(), text.substr(0, colon));
  if (colon == std::string_view::npos || kind == kKinds.end()) return std::nullopt;
  return Item{static_cast<ItemKind>(kind - kKinds.begin()), std::string(text.substr(colon + 1))};
}

std::string_view code_of(Signer signer) { return kSigners.at(static_cast<std::size_t>(signer)); }
std::optional<Signer> signer_from(std::string_view code) {
  const auto found = std::find(kSigners.begin(), kSigners.end(), code);
  if (found == kSigners.end()) return std::nullopt;
  return static_cast<Signer>(found - kSigners.begin());
}

Result<void> check_shape(const Terms& terms) {
  for (const std::string* words :
       {&terms.recipient_elsewhere, &terms.recipient_person, &terms.purpose, &terms.other_ways,
        &terms.until_event, &terms.guardian, &terms.minor_law, &terms.interpreter})
    if (words->size() > kMostWords || !is_valid_utf8(*words) ||
        words->find('\0') != std::string::npos)
      return missing("purpose", "a text is too long or no text", "Shorten it");
  TRY(codes::check_code("method", terms.method, "method"));
  if (names_a_task_force(terms.recipient_elsewhere) || names_a_task_force(terms.recipient_person))
    return missing("recipient_person", "a task force is no recipient",
                   "Name one organization, and a person or a role in it");
  if (terms.days < 1 || terms.days > kMostDays)
    return missing("days", "a release lasts 1 to 90 days", "Choose a day that is near");
  for (const Item& item : terms.items) TRY(check_item(item, terms.method));
  return {};
}

Result<void> check_codes_on(const Terms& terms, Date day) {
  TRY(codes::check_code_on("method", terms.method, "method", day));
  for (const Item& item : terms.items)
    if (item.kind == ItemKind::kTopic)
      TRY(codes::check_code_on("topic", item.subject, "items", day));
  return {};
}

Result<void> check_complete(const Terms& terms, const Signature& signature) {
  TRY(check_shape(terms));
  if (!terms.recipient_organization && trim(terms.recipient_elsewhere).empty())
    return missing("recipient", "the recipient's organization is missing", "Choose exactly one");
  if (terms.recipient_organization && !trim(terms.recipient_elsewhere).empty())
    return missing("recipient", "a release has one recipient",
                   "Make another release for the other");
  if (!terms.recipient_member && !terms.recipient_role && trim(terms.recipient_person).empty())
    return missing("recipient_person", "a person or a role at the recipient is missing",
                   "A whole organization is no recipient");
  if (terms.method == "copy" &&
      (!terms.recipient_organization || (!terms.recipient_member && !terms.recipient_role)))
    return missing("method", "only a member of an organization on this site can open a copy here",
                   "Choose a person or a role, or another way of telling");
  if (terms.items.empty())
    return missing("items", "nothing is chosen", "Choose each item that may be told");
  if (trim(terms.purpose).empty())
    return missing("purpose", "what it is for is missing", "Write it in her or his words");
  if (!terms.risks_told)
    return missing("risks_told", "what could go wrong was not talked about", "Read it together");
  if (trim(terms.other_ways).empty())
    return missing("other_ways", "other ways were not talked about",
                   "Could she or he tell it without you?");
  if (!terms.rights_told)
    return missing("rights_told", "the right to refuse and to stop was not talked about",
                   "Read it together");
  TRY(check_signer(terms, signature));
  if (signature.kind == SignatureKind::kPaper && !signature.paper)
    return missing("paper", "the signed paper is missing", "Take a picture of it, or scan it");
  if (trim(signature.name).empty())
    return missing("signature", "the signature is missing", "Oral consent is not enough");
  return {};
}

Json write_terms(const Terms& terms) {
  Json json = Json::object({{"recipient_elsewhere", terms.recipient_elsewhere},
                            {"recipient_person", terms.recipient_person},
                            {"purpose", terms.purpose},
                            {"risks_told", terms.risks_told},
                            {"other_ways", terms.other_ways},
                            {"method", terms.method},
                            {"single_use", terms.single_use},
                            {"days", terms.days},
                            {"until_event", terms.until_event},
                            {"rights_told", terms.rights_told},
                            {"signer", code_of(terms.signer)},
                            {"guardian", terms.guardian},
                            {"guardian_is_not_abuser", terms.guardian_is_not_abuser},
                            {"minor_law", terms.minor_law},
                            {"interpreter", terms.interpreter},
                            {"language", terms.language}});
  if (terms.recipient_organization)
    json.set("recipient_organization", terms.recipient_organization->to_string());
  if (terms.recipient_member) json.set("recipient_member", terms.recipient_member->to_string());
  if (terms.recipient_role) json.set("recipient_role", trust::code_of(*terms.recipient_role));
  if (terms.starts_on) json.set("starts_on", format_date(*terms.starts_on));
  if (terms.again_of) json.set("again_of", terms.again_of->to_string());
  Json items = Json::array(), dependants = Json::array();
  for (const Item& item : terms.items) items.append(write_item(item));
  for (const auto& relative : terms.dependants) dependants.append(relative.to_string());
  json.set("items", std::move(items));
  json.set("dependants", std::move(dependants));
  return json;
}

Terms read_terms(const Json& json) {
  Terms terms;
  terms.recipient_organization = id_of<trust::OrganizationId>(json, "recipient_organization");
  terms.recipient_member = id_of<trust::MemberId>(json, "recipient_member");
  terms.recipient_role = trust::role_from(json.text_of("recipient_role"));
  terms.recipient_elsewhere = json.text_of("recipient_elsewhere");
  terms.recipient_person = json.text_of("recipient_person");
  terms.purpose = json.text_of("purpose");
  terms.risks_told = flag_of(json, "risks_told");
  terms.other_ways = json.text_of("other_ways");
  terms.method = json.text_of("method");
  terms.single_use = flag_of(json, "single_use");
  if (const Json* days = json.find("days"); days != nullptr && days->is_integer())
    terms.days = static_cast<int>(*days->if_integer());
  terms.until_event = json.text_of("until_event");
  terms.rights_told = flag_of(json, "rights_told");
  terms.signer = signer_from(json.text_of("signer")).value_or(Signer::kAdult);
  terms.guardian = json.text_of("guardian");
  terms.guardian_is_not_abuser = flag_of(json, "guardian_is_not_abuser");
  terms.minor_law = json.text_of("minor_law");
  terms.interpreter = json.text_of("interpreter");
  terms.language = json.text_of("language");
  if (const auto day = parse_date(json.text_of("starts_on"))) terms.starts_on = *day;
  terms.again_of = id_of<ReleaseId>(json, "again_of");
  if (const Json* items = json.find("items"); items != nullptr && items->is_array())
    for (const Json& item : *items->if_array())
      if (item.is_string())
        if (auto read = item_from(*item.if_string())) terms.items.push_back(std::move(*read));
  if (const Json* all = json.find("dependants"); all != nullptr && all->is_array())
    for (const Json& one : *all->if_array())
      if (one.is_string())
        if (const auto id = clients::RelativeId::parse(*one.if_string()))
          terms.dependants.push_back(*id);
  return terms;
}

Json write_signature(const Signature& signature) {
  Json json =
      Json::object({{"kind", signature.kind == SignatureKind::kPaper ? "paper" : "on_screen"},
                    {"name", signature.name},
                    {"guardian_name", signature.guardian_name},
                    {"witness", signature.witness},
                    {"took_copy", signature.took_copy}});
  if (signature.paper) json.set("paper", signature.paper->to_string());
  return json;
}

Signature read_signature(const Json& json) {
  Signature signature{
      json.text_of("kind") == "paper" ? SignatureKind::kPaper : SignatureKind::kOnScreen,
      json.text_of("name"),
      json.text_of("guardian_name"),
      json.text_of("witness"),
      flag_of(json, "took_copy"),
      {}};
  if (const auto paper = Uuid::parse(json.text_of("paper"))) signature.paper = *paper;
  return signature;
}

}  // namespace daybreak::vault::releases
