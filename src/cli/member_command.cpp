// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak member list | invite | unlock | reset | disable`: accounts, for whoever owns the data
// directory (a lost telephone of the only administrator, above all). Every act is in the audit log
// as done by "cli".
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"

namespace daybreak::cli {
namespace {

struct MemberArguments {
  NodeArguments node;
  std::string email, name, organization, roles, site = "http://127.0.0.1:8080";
  bool json = false;
};

using trust::Actor;
using trust::Member;
using trust::Members;

Member member_or_exit(Members& members, const std::string& email) {
  const auto found = value_or_exit(members.find_by_email(email));
  if (!found)
    exit_with({ErrorKind::kNotFound, "there is no account with this address", email,
               "See `daybreak member list`"});
  return *found;
}

void print_link(const MemberArguments& arguments, const trust::Invitation& invitation) {
  const std::string link = arguments.site + "/set-up?token=" + invitation.token.reveal();
  if (arguments.json)
    fmt::print("{}\n", boost::json::serialize(boost::json::object{
                           {"member", invitation.member.to_string()},
                           {"set_up_link", link},
                           {"expires_at", format_instant(invitation.expires_at)}}));
  else
    fmt::print("Give this link to that person and nobody else; it works once, until {}:\n  {}\n",
               format_instant(invitation.expires_at), link);
}

std::string roles_of(const Member& member) {
  std::vector<std::string> codes;
  for (const trust::Role role : member.roles.list()) codes.emplace_back(code_of(role));
  return join(codes, ",");
}

void list(const MemberArguments& arguments) {
  const auto opened = open_node(arguments.node);
  for (const Member& member :
       value_or_exit(Members(opened->node->keeper()).list(Actor::system("cli")))) {
    if (arguments.json)
      fmt::print("{}\n",
                 boost::json::serialize(boost::json::object{{"id", member.id.to_string()},
                                                            {"name", member.name},
                                                            {"email", member.email},
                                                            {"state", code_of(member.state)},
                                                            {"roles", roles_of(member)}}));
    else
      fmt::print("{:<36} {:<9} {:<28} {}\n", member.email, code_of(member.state), member.name,
                 roles_of(member));
  }
}

trust::OrganizationId organization_or_exit(Members& members, const std::string& name) {
  for (const auto& organization : value_or_exit(members.organizations()))
    if (organization.name == name || organization.id.to_string() == name) return organization.id;
  exit_with({ErrorKind::kNotFound, "there is no such organisation", "--organization " + name,
             "Write its name as it is on the site"});
}

void invite(const MemberArguments& arguments) {
  const auto opened = open_node(arguments.node);
  Members members(opened->node->keeper());
  trust::Roles roles;
  for (const std::string_view code : split(arguments.roles, ',')) {
    if (code.empty()) continue;
    const auto role = trust::role_from(code);
    if (!role)
      exit_with({ErrorKind::kInvalid, "there is no such role", "--roles " + std::string(code),
                 "See `daybreak member invite --help`"});
    roles.add(*role);
  }
  print_link(arguments, value_or_exit(members.invite(
                            Actor::system("cli"),
                            {.organization = organization_or_exit(members, arguments.organization),
                             .name = arguments.name,
                             .email = arguments.email,
                             .roles = roles})));
}

// A subcommand that acts on one account.
template <typename F>
void add_act(CLI::App& command, const char* name, const char* help,
             const std::shared_ptr<MemberArguments>& arguments, F act) {
  CLI::App* one = command.add_subcommand(name, help);
  add_node_arguments(*one, arguments->node);
  one->add_option("email", arguments->email, "The account's e-mail address")->required();
  one->add_option("--site", arguments->site, "Where the server can be reached, for the link")
      ->capture_default_str();
  one->add_flag("--json", arguments->json, "Print JSON");
  one->callback([arguments, act] {
    const auto opened = open_node(arguments->node);
    Members members(opened->node->keeper());
    act(members, member_or_exit(members, arguments->email), *arguments);
  });
}

}  // namespace

void add_member_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("member", "List, invite, unlock, reset and disable accounts");
  command->require_subcommand(1);
  const auto arguments = std::make_shared<MemberArguments>();
  CLI::App* listing = command->add_subcommand("list", "Print the accounts");
  add_node_arguments(*listing, arguments->node);
  listing->add_flag("--json", arguments->json, "Print JSON, one object a line");
  listing->callback([arguments] { list(*arguments); });
  CLI::App* inviting =
      command->add_subcommand("invite", "Make an account and print its set-up link");
  add_node_arguments(*inviting, arguments->node);
  inviting->add_option("--organization", arguments->organization, "The member's organisation")
      ->required();
  inviting->add_option("--name", arguments->name, "The member's name")->required();
  inviting->add_option("--email", arguments->email, "The e-mail address to sign in with")
      ->required();
  inviting->add_option("--roles", arguments->roles,
                       "Separated by commas: administrator, coordinator, directory_editor, "
                       "confidential_reader, advocate, "
                       "investigator, prosecutor, court_staff, labor_inspector, trainer, "
                       "grant_manager, analyst, auditor, "
                       "account_steward");
  inviting->add_option("--site", arguments->site, "Where the server can be reached, for the link")
      ->capture_default_str();
  inviting->add_flag("--json", arguments->json, "Print JSON");
  inviting->callback([arguments] { invite(*arguments); });
  add_act(*command, "unlock", "Unlock an account after too many wrong sign-ins", arguments,
          [](Members& members, const Member& member, const MemberArguments&) {
            value_or_exit(members.unlock(Actor::system("cli"), member.id));
          });
  add_act(*command, "reset", "End password, code generator and sessions; print a new set-up link",
          arguments, [](Members& members, const Member& member, const MemberArguments& given) {
            print_link(given, value_or_exit(members.reset(Actor::system("cli"), member.id)));
          });
  add_act(*command, "disable", "End an account and its sessions at once", arguments,
          [](Members& members, const Member& member, const MemberArguments&) {
            value_or_exit(members.disable(Actor::system("cli"), member.id));
          });
}

}  // namespace daybreak::cli
