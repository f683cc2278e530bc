//! The statement that nearly allowed a request, and the sentence that says so.

use std::fmt;

/// The statement that came nearest to allowing what was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    pub policy: String,
    /// Counted from 1.
    pub statement: usize,
    pub sid: Option<String>,
    /// What was asked for: `iot:Publish`
    pub action: String,
    /// And on what: `topic/cicd/frontend`
    pub resource: String,
    pub miss: Miss,
}

/// In what the statement differs from the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// The action is right; the resource, with its variables expanded, is another.
    Resource { allowed: String, difference: Difference },
    /// The action is right; a variable of the resource has no value, or one that may not stand in
    /// a topic filter.
    Variable { allowed: String, variable: String, value: Option<String> },
    /// `NotResource` excludes just this.
    Excluded { pattern: String },
    /// The resource is right; the action is not among those allowed.
    Action { allowed: Vec<String> },
    /// Action and resource are right; a condition does not hold.
    Condition { operator: String, key: String, wanted: Vec<String>, found: Vec<String> },
}

/// How the resource of a policy differs from the one asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// One of the two begins with `/`.
    LeadingSlash { in_request: bool },
    /// One of the two ends with `/`.
    TrailingSlash { in_request: bool },
    /// Only upper and lower case differ.
    Case,
    /// `topic/` where `topicfilter/` is needed, or the like.
    Kind { needed: String },
    /// The policy has an MQTT wildcard, which in a policy is an ordinary character.
    MqttWildcard,
    /// The region or account is another, and the comparison is exact.
    Home { arn: String },
    /// The first level that differs, counted from 1; nothing where there is none.
    Level { number: usize, allowed: Option<String>, asked: Option<String> },
}

impl NearMiss {
    /// What to change.
    pub fn advice(&self) -> String {
        let needed = &self.resource;
        match &self.miss {
            Miss::Resource { allowed, difference } => self.advice_on(allowed, difference),
            Miss::Variable { variable, value: None, .. } => undefined_advice(variable),
            Miss::Variable { value: Some(_), .. } => {
                "use a client id or attribute without '+' and '#'".to_owned()
            }
            Miss::Excluded { pattern } => format!("take {pattern} out of NotResource"),
            Miss::Action { .. } => {
                format!("add {} for {needed} to the policy", self.action)
            }
            Miss::Condition { operator, key, .. } => {
                format!("meet or change the condition {operator} on {key}")
            }
        }
    }

    fn advice_on(&self, allowed: &str, difference: &Difference) -> String {
        match difference {
            Difference::LeadingSlash { in_request: true } => "remove the leading slash".to_owned(),
            Difference::LeadingSlash { in_request: false } => "add a leading slash".to_owned(),
            Difference::TrailingSlash { in_request: true } => {
                "remove the trailing slash".to_owned()
            }
            Difference::TrailingSlash { in_request: false } => "add a trailing slash".to_owned(),
            Difference::Case => "write both in the same case".to_owned(),
            Difference::Kind { needed } => {
                format!("{} needs {needed} in the policy", self.action)
            }
            Difference::MqttWildcard => {
                let pattern = allowed.replace(['+', '#'], "*");
                format!("a policy's wildcards are '*' and '?', so write {pattern}")
            }
            Difference::Home { .. } => "write * for region and account".to_owned(),
            Difference::Level { .. } => format!("allow {} or use what is allowed", self.resource),
        }
    }

    /// What the device did, in its own words: the topic without `topic/`.
    fn deed(&self) -> String {
        let name = self.resource.split_once('/').map_or(&*self.resource, |(_, name)| name);
        match self.action.as_str() {
            "iot:Connect" => format!("the device connected as {name}"),
            "iot:Publish" => format!("the device published {name}"),
            "iot:RetainPublish" => format!("the device published {name} to be retained"),
            "iot:Subscribe" => format!("the device subscribed to {name}"),
            "iot:Receive" => format!("the message came on {name}"),
            action => format!("the request was {action} on {}", self.resource),
        }
    }
}

/// `the policy "led" allows topic/cicd/frontend; the device published /cicd/frontend: remove the
/// leading slash`
impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy {:?} ", self.policy)?;
        match &self.miss {
            Miss::Resource { difference: Difference::Home { arn }, .. } => {
                write!(f, "allows {arn}; {}, in another region or account", self.deed())?;
            }
            Miss::Resource { allowed, difference } => {
                write!(f, "allows {allowed}; {}", self.deed())?;
                if let Difference::Level { number, allowed, asked } = difference {
                    write!(f, "; level {number} is {} there", level(allowed))?;
                    write!(f, " and {} here", level(asked))?;
                }
            }
            Miss::Variable { allowed, variable, value: None } => {
                write!(f, "allows {allowed}, where ${{{variable}}} has no value")?;
            }
            Miss::Variable { allowed, variable, value: Some(value) } => {
                write!(f, "allows {allowed}, where ${{{variable}}} is {value:?}: ")?;
                f.write_str("as a filter it would reach the topics of others")?;
            }
            Miss::Excluded { pattern } => write!(f, "excludes {pattern}; {}", self.deed())?,
            Miss::Action { allowed } => {
                write!(f, "allows only {} on {}", allowed.join(", "), self.resource)?;
                write!(f, "; {}", self.deed())?;
            }
            Miss::Condition { operator, key, wanted, found } => {
                write!(f, "allows it where {operator} {key} {}; ", wanted.join(" or "))?;
                match &found[..] {
                    [] => write!(f, "{key} is not known")?,
                    values => write!(f, "{key} is {}", values.join(", "))?,
                }
            }
        }
        write!(f, ": {}", self.advice())
    }
}

fn level(level: &Option<String>) -> String {
    level.as_ref().map_or_else(|| "missing".to_owned(), |level| format!("{level:?}"))
}

fn undefined_advice(variable: &str) -> String {
    if variable.to_ascii_lowercase().starts_with("iot:connection.thing.") {
        "connect with the name of a thing as client id, attach the certificate to that thing, and \
         give it what the variable asks for"
            .to_owned()
    } else {
        format!("the connection must supply {variable}")
    }
}
