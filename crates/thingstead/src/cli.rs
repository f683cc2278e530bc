//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use house_simulator::{FLOOR_DEFAULT, Pace};

use crate::demo::{Language, read_length, read_pace};
use crate::stack::{Code, read_code};

/// Your own AWS IoT, in one program, on a box that you own.
#[derive(Debug, Parser)]
#[command(name = "thingstead", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Where everything is kept.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help = "Where everything is kept [default: thingstead-data]"
    )]
    data: Option<PathBuf>,
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("thingstead-data"))
    }

    /// The data directory, if one was named.
    pub(crate) fn given_data(&self) -> Option<PathBuf> {
        self.data.clone()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server.
    Up(UpArgs),
    /// Print the lines that point AWS clients at this server: eval "$(thingstead env)"
    Env,
    /// Print a link that signs in to the console whoever follows it, once, within ten minutes.
    Console,
    /// Print the effective configuration, and where each value comes from.
    Config(ConfigArgs),
    /// Devices: a thing, its certificate and its policy.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Jobs: how far they are, and what they wait for.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Make a stack of resources what a template of CloudFormation says.
    Deploy(DeployArgs),
    /// Take a stack away, and all that was made for it.
    Destroy { stack: String },
    /// See an application work, from nothing to its end.
    #[command(subcommand)]
    Demo(DemoCommand),
    /// Say why something was refused: the latest refusals, or one in full.
    Explain {
        /// The number of a refusal.
        event: Option<u64>,
    },
    /// Rules: what one would make of a message.
    #[command(subcommand)]
    Rule(RuleCommand),
    /// Recordings: messages that are kept, to try rules on them and to replay them.
    #[command(subcommand)]
    Record(RecordCommand),
    /// Do what a rule has to do for messages that were recorded, each once. Without --yes it is only
    /// counted.
    Replay(ReplayArgs),
    /// Say what rules made of messages, and what became of it: the latest, or one in full.
    Story(StoryArgs),
    /// Show messages as they pass, until interrupted.
    Tail {
        /// A topic filter.
        #[arg(default_value = "#")]
        filter: String,
        /// End after this many messages.
        #[arg(long)]
        count: Option<u64>,
    },
    /// Show what a function wrote, or another group of logs, whose name begins with a slash.
    Logs(LogsArgs),
    /// Time series: rows of a table to a file of comma-separated values, and from one.
    #[command(subcommand)]
    Series(SeriesCommand),
    /// Check ports, clock, certificates and disk, and say what to do.
    Doctor,
    /// Write the registry into a folder, as the AWS CLI prints it.
    Export { folder: PathBuf },
    /// Take things, types, groups, policies, certificates and topic rules from a folder of what the
    /// AWS CLI printed.
    Import { folder: PathBuf },
    /// Write everything into one file, while the server runs.
    Backup { file: PathBuf },
    /// Make a data directory from a backup.
    Restore { file: PathBuf },
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// A configuration file; see docs/configuration.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Each door: HOST:PORT, where port 0 picks one, or "off".
#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Written as JSON once every door is open.
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Plain MQTT.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) mqtt: Option<Door>,
    /// MQTT over mutual TLS.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) mqtts: Option<Door>,
    /// HTTPS with client certificates.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) https: Option<Door>,
    /// The AWS API.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) aws: Option<Door>,
    /// The console, for people and their browsers.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) console: Option<Door>,
    /// A name or address that devices dial, beside this host's own; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Vec<String>,
    /// The IoT policy of clients on the plain listener; without it they may do everything.
    #[arg(long, value_name = "FILE")]
    pub(crate) anonymous_policy: Option<PathBuf>,
    /// End when standard input closes, as it does with whoever started the server through a pipe.
    #[arg(long)]
    pub(crate) attached: bool,
}

/// Where a door is, or that it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    At(SocketAddr),
    Off,
}

impl std::str::FromStr for Door {
    type Err = String;

    fn from_str(text: &str) -> Result<Door, String> {
        if text == "off" {
            return Ok(Door::Off);
        }
        let text = text.replacen("localhost:", "127.0.0.1:", 1);
        text.parse()
            .map(Door::At)
            .map_err(|_| "must be HOST:PORT, as 127.0.0.1:1883 or [::]:8883, or off".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct DeployArgs {
    /// In JSON or YAML. Code that it names by a path is brought along.
    pub(crate) template: PathBuf,
    /// The name of the stack; that of the file unless given, or of its folder if it is a template.yaml.
    #[arg(long, value_name = "NAME")]
    pub(crate) stack: Option<String>,
    /// The value of a parameter; may be given several times. What is not given stays as it was.
    #[arg(long, value_name = "NAME=VALUE", value_parser = read_parameter)]
    pub(crate) parameter: Vec<(String, String)>,
    /// Values of parameters in a file, a list of NAME=VALUE in JSON, as aws cloudformation deploy takes it. Those
    /// of --parameter count more.
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<PathBuf>,
    /// What is allowed to be made: CAPABILITY_IAM, CAPABILITY_NAMED_IAM.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',')]
    pub(crate) capabilities: Vec<String>,
    /// Take the code of a function from here: a directory, an archive, or a program.
    #[arg(long, value_name = "RESOURCE=PATH", value_parser = read_code)]
    pub(crate) code: Vec<(String, Code)>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DemoCommand {
    /// A house of two zones: sensors, rules, a table and a series, and a controller that switches the air
    /// conditioners. It runs until interrupted, on the server that runs here or on one of its own.
    House(DemoHouseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DemoHouseArgs {
    /// How much faster than life; 60 shows an hour in a minute.
    #[arg(long, value_parser = read_pace, default_value = "1")]
    pub(crate) speed: Pace,
    /// What the controller is written in.
    #[arg(long, value_enum, default_value = "rust")]
    pub(crate) controller: Language,
    /// What chance comes from; another each time unless given.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// The air conditioners do not cool below it; with 20, as the course has it, none is ever switched off.
    #[arg(long, default_value_t = FLOOR_DEFAULT)]
    pub(crate) floor: f64,
    /// End after so long: 90s, 15m, 2h.
    #[arg(long = "for", value_name = "DURATION", value_parser = read_length)]
    pub(crate) length: Option<Duration>,
    /// Leave the stack there in the end, and the data of a server of its own.
    #[arg(long)]
    pub(crate) keep: bool,
}

pub(crate) fn read_parameter(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "must be NAME=VALUE".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// The name of a function, or of a log group.
    pub(crate) name: String,
    /// From this time on: how long ago, as 90s, 30m, 2h or 7d, or a date, as 2026-11-21T14:30:00Z;
    /// 10m unless given.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Go on with those that come, until interrupted.
    #[arg(long)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StoryArgs {
    /// The number of a story, or the trace id of its message: all of that trace.
    pub(crate) story: Option<String>,
    /// Only messages of topics that this filter matches.
    #[arg(long, value_name = "FILTER")]
    pub(crate) topic: Option<String>,
    /// Go on with those that come, until interrupted.
    #[arg(long, conflicts_with = "story")]
    pub(crate) follow: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Keep the messages of these topics from now on.
    On {
        /// A topic filter.
        filter: String,
        /// For how many days; 7 unless given.
        #[arg(long)]
        days: Option<u32>,
        /// How much of them at most; 256 unless given. The oldest go first.
        #[arg(long)]
        megabytes: Option<u32>,
    },
    /// Keep them no longer. Those that were kept are gone, too.
    Off {
        /// The topic filter of a recording.
        filter: String,
    },
    /// List what is recorded, and how much of it there is.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// A rule that is there.
    #[arg(long, value_name = "NAME")]
    pub(crate) rule: String,
    #[command(flatten)]
    pub(crate) passage: PassageArgs,
    /// Do it.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Which recorded messages.
#[derive(Debug, Args)]
pub(crate) struct PassageArgs {
    /// Recorded messages from this time on: how long ago, as 90s, 30m, 2h or 7d, or a date, as
    /// 2026-11-21T14:30:00Z. Without it, all.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Those before this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Those of topics that this filter matches.
    #[arg(long, value_name = "FILTER")]
    pub(crate) topic: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    /// Show whether a rule matches a message, what it selects, and what its actions would do. Nothing
    /// is written and nothing is sent.
    Test(RuleTestArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RuleTestArgs {
    /// A rule that is there.
    #[arg(long, value_name = "NAME", required_unless_present = "sql", conflicts_with = "sql")]
    pub(crate) rule: Option<String>,
    /// The statement of a rule that is yet to be.
    #[arg(long)]
    pub(crate) sql: Option<String>,
    /// The version of its language.
    #[arg(long, value_name = "VERSION", default_value = "2016-03-23")]
    pub(crate) sql_version: String,
    /// Its actions, as the AWS CLI takes them.
    #[arg(long, value_name = "JSON")]
    pub(crate) actions: Option<String>,
    /// Recorded messages, and with --topic those of topics that it matches.
    #[command(flatten)]
    pub(crate) passage: PassageArgs,
    /// The message; without it and --payload-file, standard input.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["since", "until"])]
    pub(crate) payload: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["payload", "since", "until"])]
    pub(crate) payload_file: Option<PathBuf>,
    /// Who sends it, for clientid().
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Try each message that passes on topics of this filter, until interrupted.
    #[arg(long, value_name = "FILTER", conflicts_with_all = ["topic", "payload", "payload_file", "since", "until"])]
    pub(crate) live: Option<String>,
    /// End after this many of them.
    #[arg(long, requires = "live")]
    pub(crate) count: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    /// Register a device and write what it needs to connect.
    Add {
        /// The name of the thing, and the client id that the policy allows.
        name: String,
        /// The device's IoT policy; without it, one that allows the device its own client id and
        /// the topics below its name.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// Where to write; a folder of the device's name unless given.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// List devices.
    List,
    /// Show a device, its certificates and policies.
    Show { name: String },
    /// Deactivate a device's certificates; its connections end at once.
    Deactivate { name: String },
    /// Remove a device, its certificates, and its policy if no other has it.
    Remove { name: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List jobs, with their executions counted by status.
    List,
    /// Show a job, and what each execution that is not over waits for, and until when.
    Show { job: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SeriesCommand {
    /// Write the rows of a table into a file, whose first line names its columns.
    Export { database: String, table: String, file: PathBuf },
    /// Write the rows of such a file into a table that is there.
    Import { database: String, table: String, file: PathBuf },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_an_address_or_closed() {
        assert_eq!("off".parse(), Ok(Door::Off));
        assert_eq!("localhost:0".parse(), Ok(Door::At(([127, 0, 0, 1], 0).into())));
        assert!("1883".parse::<Door>().is_err());
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
