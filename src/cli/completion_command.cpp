// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak completion`: a script for bash that completes commands, options and their fixed values.
// It is made from the commands themselves, so it cannot fall behind them.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/completion.hpp"

namespace daybreak::cli {
namespace {

constexpr std::string_view kFunction = R"(
_daybreak() {
  local current=${COMP_WORDS[COMP_CWORD]} path=daybreak word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    [[ -n ${_daybreak_words["$path $word"]+set} ]] && path="$path $word"
  done
  COMPREPLY=($(compgen -W "${_daybreak_words[$path]}" -- "$current"))
  [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _daybreak daybreak
)";

// The words that may follow a command: its commands, then its long options.
std::string words_after(const CLI::App& command) {
  std::string words;
  const auto add = [&](const std::string& word) {
    if (!words.empty()) words += ' ';
    words += word;
  };
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_name().empty()) add(below->get_name());
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) add("--" + name);
  return words;
}

void add_words(const CLI::App& command, const std::string& path, std::string& script) {
  script += fmt::format("  [\"{}\"]=\"{}\"\n", path, words_after(command));
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_name().empty()) add_words(*below, path + " " + below->get_name(), script);
}

}  // namespace

std::string bash_completion(const CLI::App& program) {
  std::string script =
      "# Completion of daybreak for bash. In ~/.bashrc:  source <(daybreak completion)\n"
      "declare -gA _daybreak_words=(\n";
  add_words(program, "daybreak", script);
  script += ")\n";
  script += kFunction;
  return script;
}

void add_completion_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "completion", "Print completion for bash: source <(daybreak completion)");
  command->callback([&program] { fmt::print("{}", bash_completion(program)); });
}

}  // namespace daybreak::cli
