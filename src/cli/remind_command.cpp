// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak directory remind`: asks providers whose records are due for a check, by mail with a
// one-time link. `serve` does the same every day where site.url is set.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "base/json.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "commons/directory/reminders/reminders.hpp"
#include "visit/settings.hpp"

namespace daybreak::cli {
namespace {

using directory::reminders::Plan;
using directory::reminders::Reminders;

struct RemindArguments {
  NodeArguments node;
  std::string site;
  bool dry_run = false, json = false;
};

struct Sent {
  std::int64_t mails = 0, failed = 0;
};

void print(const RemindArguments& arguments, const Plan& plan, const Sent& sent,
           const mail::Post& post) {
  std::int64_t records = 0;
  for (const auto& letter : plan.letters)
    records += static_cast<std::int64_t>(letter.services.size());
  const auto letters = static_cast<std::int64_t>(plan.letters.size());
  if (arguments.json) {
    fmt::print("{}\n", to_text(Json::object({{"due", plan.due},
                                             {"without_address", plan.without_address},
                                             {"asked_lately", plan.asked_lately},
                                             {"records", records},
                                             {"letters", letters},
                                             {"sent", sent.mails},
                                             {"failed", sent.failed},
                                             {"dry_run", arguments.dry_run}})));
    return;
  }
  fmt::print("{} records are due for a check: {} without a mail address, {} asked lately\n",
             plan.due, plan.without_address, plan.asked_lately);
  if (arguments.dry_run)
    fmt::print("Nothing was sent. {} mails would ask about {} records\n", letters, records);
  else
    fmt::print(
        "{} mails about {} records {}; {} could not be sent; run this again\n", sent.mails, records,
        post.is_folder ? "written to the folder outbox" : "given to the mail server", sent.failed);
}

void remind(const RemindArguments& arguments) {
  const auto opened = open_node(arguments.node);
  const std::filesystem::path data = arguments.node.data, file = data / "settings.toml";
  Config config = std::filesystem::exists(file) ? value_or_exit(Config::load(file)) : Config();
  const visit::Settings settings = value_or_exit(visit::read_settings(config));
  mail::Post post = value_or_exit(mail::read_post(config, data));
  const std::string site = arguments.site.empty() ? settings.url : arguments.site;
  if (site.empty() && !arguments.dry_run)
    exit_with({ErrorKind::kInvalid, "the mail would not know where to lead", "site.url",
               "Write url under [site] in settings.toml, or give --site https://…"});
  directory::Directory directory(opened->node->commons(), opened->clock, opened->random);
  Reminders reminders(directory, opened->clock, opened->random,
                      {.site = site, .site_name = settings.site_name});
  const Plan plan = value_or_exit(reminders.plan());
  Sent sent;
  if (!arguments.dry_run) {
    for (const auto& letter : plan.letters) {
      if (reminders.remind(letter.services, post))
        ++sent.mails;
      else
        ++sent.failed;
    }
  }
  print(arguments, plan, sent, post);
  if (sent.failed > 0) throw Exit{kExitUnavailable};
}

}  // namespace

void add_remind_command(CLI::App& program) {
  CLI::App* directory = program.get_subcommand("directory");
  CLI::App* command = directory->add_subcommand(
      "remind", "Ask providers by mail whether their records are still right");
  const auto arguments = std::make_shared<RemindArguments>();
  add_node_arguments(*command, arguments->node);
  command->add_option("--site", arguments->site,
                      "Where the server can be reached; site.url of settings.toml when left out");
  command->add_flag("--dry-run", arguments->dry_run, "Only say what is due");
  command->add_flag("--json", arguments->json, "Print the figures as JSON");
  command->callback([arguments] { remind(*arguments); });
}

}  // namespace daybreak::cli
