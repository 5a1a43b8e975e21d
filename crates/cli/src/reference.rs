//! The reference page of the command line, made from what the binary itself accepts.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use crate::arguments::Arguments;

/// `docs/reference/cli.md`.
pub fn reference_markdown() -> String {
    let mut text = String::from(
        "# The command line\n\nThis page is generated from the binary (`cargo xtask reference`). Data goes to stdout and \
         everything else to stderr; every reading command takes `--output json`. `TESSERA_URL` and `TESSERA_TOKEN` override \
         the login, `TESSERA_CONFIG` names the folder it is kept in, `NO_COLOR` turns colour off.\n\n\
         | Exit code | Meaning |\n|---|---|\n| 0 | done |\n| 1 | refused: by a rule, by the data, by a file |\n\
         | 2 | wrong call |\n| 3 | the server does not answer |\n| 4 | `plan` found differences |\n| 255 | our fault |\n",
    );
    let root = Arguments::command();
    for command in root.get_subcommands() {
        describe(&mut text, "tessera", command);
    }
    text
}

fn describe(text: &mut String, parent: &str, command: &Command) {
    let name = format!("{parent} {}", command.get_name());
    if command.get_subcommands().next().is_some() {
        for inner in command.get_subcommands() {
            describe(text, &name, inner);
        }
        return;
    }
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    // Everything after the first paragraph of what the command says of itself.
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    let more = long.split_once("\n\n").map(|(_, more)| format!("{}\n\n", more.trim())).unwrap_or_default();
    _ = write!(text, "\n## `{name}`\n\n{about}.\n\n{more}```\n{name}");
    let positional: Vec<&Arg> = command.get_positionals().collect();
    for argument in &positional {
        let value = value_name(argument);
        _ = write!(text, " {}", if argument.is_required_set() { value } else { format!("[{value}]") });
    }
    let flags = flags_of(command);
    for flag in &flags {
        let usage = usage(flag);
        _ = write!(text, " {}", if flag.is_required_set() { usage } else { format!("[{usage}]") });
    }
    text.push_str("\n```\n");
    if positional.is_empty() && flags.is_empty() {
        return;
    }
    text.push_str("\n| Argument | Meaning |\n|---|---|\n");
    for argument in positional {
        _ = writeln!(text, "| `{}` | {} |", value_name(argument), meaning(argument));
    }
    for flag in flags {
        _ = writeln!(text, "| `{}` | {} |", usage(flag).replace('|', "\\|"), meaning(flag));
    }
}

/// Flags in the order of declaration, without those that every command has.
fn flags_of(command: &Command) -> Vec<&Arg> {
    command
        .get_arguments()
        .filter(|argument| !argument.is_positional() && !matches!(argument.get_id().as_str(), "help" | "version"))
        .collect()
}

fn value_name(argument: &Arg) -> String {
    argument
        .get_value_names()
        .and_then(|names| names.first())
        .map_or_else(|| argument.get_id().to_string().to_uppercase(), ToString::to_string)
}

fn usage(flag: &Arg) -> String {
    let long = flag.get_long().unwrap_or_default();
    if !flag.get_action().takes_values() {
        return format!("--{long}");
    }
    format!("--{long} {}", value_name(flag))
}

fn meaning(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<String> =
        argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if argument.get_action().takes_values() && !values.is_empty() {
        _ = write!(text, ": {}", values.join(", "));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if argument.get_action().takes_values() && !defaults.is_empty() {
        _ = write!(text, " (default `{}`)", defaults.join(" "));
    }
    if let Some(variable) = argument.get_env() {
        _ = write!(text, "; `{}`", variable.to_string_lossy());
    }
    text.replace('|', "\\|")
}
