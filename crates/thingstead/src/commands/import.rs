//! `thingstead import`: what the AWS CLI printed, of this installation or of an account at AWS,
//! becomes things, types, groups, policies, certificates and topic rules here. What is there already stays; what
//! cannot be taken is said.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::client::{Client, Refused};
use crate::commands::fleet::{Fleet, Folder, encode};
use crate::commands::{say, say_json, text};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool, folder: &Path) -> Result<()> {
    let fleet = Fleet(Client::new(data)?);
    let mut import =
        Import { fleet, folder: Folder(folder), counts: BTreeMap::new(), problems: Vec::new() };
    import.all().await?;
    let Import { counts, problems, .. } = import;
    if as_json {
        say_json(&json!({ "taken": counts, "notTaken": problems }))?;
    } else {
        for (what, count) in &counts {
            say(format!("{count} {what}"))?;
        }
        for problem in &problems {
            say(format!("not taken: {problem}"))?;
        }
    }
    match (counts.is_empty(), problems.len()) {
        (true, 0) => bail!("{} holds nothing that could be taken", folder.display()),
        (_, 0) => Ok(()),
        (_, count) => bail!("{count} could not be taken; each is named above"),
    }
}

struct Import<'a> {
    fleet: Fleet,
    folder: Folder<'a>,
    /// What was made or was there.
    counts: BTreeMap<&'static str, usize>,
    problems: Vec<String>,
}

impl Import<'_> {
    /// Each noun before those that name it.
    async fn all(&mut self) -> Result<()> {
        let types = self.folder.items("list-thing-types", "thingTypes")?;
        self.types(&types).await?;
        self.policies().await?;
        self.groups().await?;
        self.things().await?;
        self.memberships().await?;
        self.certificates().await?;
        self.topic_rules().await?;
        self.deprecations(&types).await
    }

    async fn types(&mut self, types: &[Value]) -> Result<()> {
        for kind in types {
            let name = text(kind, "thingTypeName");
            let path = format!("/thing-types/{}", encode(name));
            let body = json!({ "thingTypeProperties": kind["thingTypeProperties"] });
            let made = self.fleet.send("POST", &path, &body).await;
            self.note("thing types", name, made)?;
        }
        Ok(())
    }

    /// A type that is deprecated cannot be given to things, so this comes last.
    async fn deprecations(&mut self, types: &[Value]) -> Result<()> {
        for kind in types {
            if kind["thingTypeMetadata"]["deprecated"] != json!(true) {
                continue;
            }
            let name = text(kind, "thingTypeName");
            let path = format!("/thing-types/{}/deprecate", encode(name));
            let done = self.fleet.send("POST", &path, &json!({})).await;
            self.note("deprecations", name, done)?;
        }
        Ok(())
    }

    async fn policies(&mut self) -> Result<()> {
        for policy in self.folder.items("list-policies", "policies")? {
            let name = text(&policy, "policyName");
            let Some(found) = self.folder.read(&format!("get-policy/{name}"))? else {
                self.problems.push(format!("policy {name}: there is no get-policy/{name}.json"));
                continue;
            };
            let path = format!("/policies/{}", encode(name));
            let document = &found["policyDocument"];
            let body = json!({ "policyDocument": document });
            let mut made = self.fleet.send("POST", &path, &body).await;
            if exists(&made) && self.fleet.get(&path).await?["policyDocument"] == *document {
                made = Ok(Value::Null);
            }
            self.note("policies", name, made)?;
        }
        Ok(())
    }

    /// With the roles that they name, which may be made here before or after.
    async fn topic_rules(&mut self) -> Result<()> {
        for listed in self.folder.items("list-topic-rules", "rules")? {
            let name = text(&listed, "ruleName");
            let Some(found) = self.folder.read(&format!("get-topic-rule/{name}"))? else {
                self.problems
                    .push(format!("topic rule {name}: there is no get-topic-rule/{name}.json"));
                continue;
            };
            let rule = payload(&found);
            let path = format!("/rules/{name}");
            let mut made = self.fleet.send("POST", &path, &rule).await;
            if exists(&made) && payload(&self.fleet.get(&path).await?) == rule {
                made = Ok(Value::Null);
            }
            self.note("topic rules", name, made)?;
        }
        Ok(())
    }

    async fn groups(&mut self) -> Result<()> {
        let mut groups = Vec::new();
        for group in self.folder.items("list-thing-groups", "thingGroups")? {
            let name = text(&group, "groupName").to_owned();
            match self.folder.read(&format!("describe-thing-group/{name}"))? {
                Some(described) if described["queryString"].is_string() => {
                    self.problems
                        .push(format!("thing group {name}: groups by query are not served"));
                }
                Some(described) => groups.push((name, described)),
                None => {
                    let file = format!("describe-thing-group/{name}.json");
                    self.problems.push(format!("thing group {name}: there is no {file}"));
                }
            }
        }
        let above = "rootToParentThingGroups";
        let depth =
            |group: &Value| group["thingGroupMetadata"][above].as_array().map_or(0, Vec::len);
        groups.sort_by_key(|(_, group)| depth(group));
        for (name, group) in groups {
            let mut body = json!({ "thingGroupProperties": group["thingGroupProperties"] });
            if let Some(parent) = group["thingGroupMetadata"]["parentGroupName"].as_str() {
                body["parentGroupName"] = parent.into();
            }
            let path = format!("/thing-groups/{}", encode(&name));
            let made = self.fleet.send("POST", &path, &body).await;
            self.note("thing groups", &name, made)?;
            self.attachments("thinggroup", &name, &self.arn("thinggroup", &name)).await?;
        }
        Ok(())
    }

    async fn things(&mut self) -> Result<()> {
        for thing in self.folder.items("list-things", "things")? {
            let name = text(&thing, "thingName");
            let mut body = json!({ "attributePayload": { "attributes": thing["attributes"] } });
            if let Some(kind) = thing["thingTypeName"].as_str() {
                body["thingTypeName"] = kind.into();
            }
            let made = self.fleet.send("POST", &format!("/things/{}", encode(name)), &body).await;
            self.note("things", name, made)?;
        }
        Ok(())
    }

    async fn memberships(&mut self) -> Result<()> {
        for group in self.folder.items("list-thing-groups", "thingGroups")? {
            let name = text(&group, "groupName");
            let file = format!("list-things-in-thing-group/{name}");
            for thing in self.folder.items(&file, "things")? {
                let body = json!({ "thingGroupName": name, "thingName": thing });
                let path = "/thing-groups/addThingToThingGroup";
                let done = self.fleet.send("PUT", path, &body).await;
                self.note("memberships", &format!("{thing} in {name}"), done)?;
            }
        }
        Ok(())
    }

    async fn certificates(&mut self) -> Result<()> {
        for listed in self.folder.items("list-certificates", "certificates")? {
            let id = text(&listed, "certificateId");
            let Some(found) = self.folder.read(&format!("describe-certificate/{id}"))? else {
                let file = format!("describe-certificate/{id}.json");
                self.problems.push(format!("certificate {id}: there is no {file}"));
                continue;
            };
            let described = &found["certificateDescription"];
            let status = match text(described, "status") {
                status @ ("ACTIVE" | "REVOKED") => status,
                _ => "INACTIVE",
            };
            let body = json!({ "certificatePem": described["certificatePem"], "status": status });
            let mut made = self.fleet.send("POST", "/certificate/register-no-ca", &body).await;
            if exists(&made) {
                // One id is one certificate; it keeps the state that it has here.
                made = Ok(Value::Null);
            }
            self.note("certificates", id, made)?;
            let arn = self.arn("cert", id);
            self.attachments("cert", id, &arn).await?;
            for thing in self.folder.items(&format!("list-principal-things/{id}"), "things")? {
                let thing = thing.as_str().unwrap_or_default();
                let done = self.fleet.attach(thing, &arn).await;
                self.note("attachments", &format!("{id} to {thing}"), done)?;
            }
        }
        Ok(())
    }

    async fn attachments(&mut self, kind: &str, name: &str, target: &str) -> Result<()> {
        let file = format!("list-attached-policies/{kind}-{name}");
        for policy in self.folder.items(&file, "policies")? {
            let policy = text(&policy, "policyName");
            let path = format!("/target-policies/{}", encode(policy));
            let done = self.fleet.send("PUT", &path, &json!({ "target": target })).await;
            self.note("attachments", &format!("{policy} to {name}"), done)?;
        }
        Ok(())
    }

    /// The server looks at what an ARN names, not at whose it says that is.
    fn arn(&self, kind: &str, name: &str) -> String {
        format!("arn:aws:iot:us-east-1:000000000000:{kind}/{name}")
    }

    /// Counts what is there now. What the server refuses is kept to be said; that it cannot be
    /// reached ends the import.
    fn note(&mut self, what: &'static str, name: &str, done: Result<Value>) -> Result<()> {
        let Err(error) = done else {
            *self.counts.entry(what).or_default() += 1;
            return Ok(());
        };
        let Some(refused) = error.downcast_ref::<Refused>() else { return Err(error) };
        self.problems.push(format!("{what}: {name}: {refused}"));
        Ok(())
    }
}

/// What was said of a rule when it was made, from what GetTopicRule answers.
fn payload(found: &Value) -> Value {
    let said = found["rule"].as_object().into_iter().flatten();
    let is_told = |name: &str| !matches!(name, "ruleName" | "createdAt");
    said.filter(|(name, _)| is_told(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether something was not made because its name is taken.
fn exists(made: &Result<Value>) -> bool {
    let refused = made.as_ref().err().and_then(|error| error.downcast_ref::<Refused>());
    refused.is_some_and(|refused| refused.code.starts_with("ResourceAlreadyExists"))
}
