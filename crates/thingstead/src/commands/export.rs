//! `thingstead export`: the registry as the AWS CLI prints it, a file for each answer.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::client::Client;
use crate::commands::fleet::{Fleet, Folder, List, encode};
use crate::commands::{say, say_json, text};
use crate::data::Data;

pub(crate) async fn run(data: &Data, as_json: bool, folder: &Path) -> Result<()> {
    let export = Export { fleet: Fleet(Client::new(data)?), folder: Folder(folder) };
    let written = json!({
        "thingTypes": export.plain("list-thing-types", "/thing-types", "thingTypes").await?,
        "things": export.plain("list-things", "/things", "things").await?,
        "policies": export.policies().await?,
        "certificates": export.certificates().await?,
        "thingGroups": export.groups().await?,
        "topicRules": export.topic_rules().await?,
    });
    if as_json {
        return say_json(&written);
    }
    for (what, count) in written.as_object().into_iter().flatten() {
        say(format!("{count} {what}"))?;
    }
    say(format!("written to {}; private keys are with the devices", folder.display()))
}

struct Export<'a> {
    fleet: Fleet,
    folder: Folder<'a>,
}

impl Export<'_> {
    /// A list that says all there is.
    async fn plain(&self, file: &str, path: &str, key: &str) -> Result<usize> {
        let items = self.fleet.list(&List::by_token(path, key), &[]).await?;
        self.folder.write(file, &json!({ key: items }))?;
        Ok(items.len())
    }

    async fn policies(&self) -> Result<usize> {
        let list = List::by_marker("GET", "/policies", "policies");
        let policies = self.fleet.list(&list, &[]).await?;
        for policy in &policies {
            let name = text(policy, "policyName");
            let answer = self.fleet.get(&format!("/policies/{}", encode(name))).await?;
            self.folder.write(&format!("get-policy/{name}"), &answer)?;
        }
        self.folder.write("list-policies", &json!({ "policies": policies }))?;
        Ok(policies.len())
    }

    async fn certificates(&self) -> Result<usize> {
        let list = List::by_marker("GET", "/certificates", "certificates");
        let certificates = self.fleet.list(&list, &[]).await?;
        for certificate in &certificates {
            let (id, arn) =
                (text(certificate, "certificateId"), text(certificate, "certificateArn"));
            let answer = self.fleet.get(&format!("/certificates/{id}")).await?;
            self.folder.write(&format!("describe-certificate/{id}"), &answer)?;
            let list = List::by_token("/principals/things", "things");
            let things = self.fleet.list(&list, &[("x-amzn-principal", arn)]).await?;
            let file = format!("list-principal-things/{id}");
            self.folder.write(&file, &json!({ "things": things }))?;
            self.attached(arn, &format!("list-attached-policies/cert-{id}")).await?;
        }
        self.folder.write("list-certificates", &json!({ "certificates": certificates }))?;
        Ok(certificates.len())
    }

    async fn groups(&self) -> Result<usize> {
        let list = List::by_token("/thing-groups", "thingGroups");
        let groups = self.fleet.list(&list, &[]).await?;
        for group in &groups {
            let (name, arn) = (text(group, "groupName"), text(group, "groupArn"));
            let path = format!("/thing-groups/{}", encode(name));
            let answer = self.fleet.get(&path).await?;
            self.folder.write(&format!("describe-thing-group/{name}"), &answer)?;
            let path = format!("{path}/things");
            let things = self.fleet.list(&List::by_token(&path, "things"), &[]).await?;
            let file = format!("list-things-in-thing-group/{name}");
            self.folder.write(&file, &json!({ "things": things }))?;
            self.attached(arn, &format!("list-attached-policies/thinggroup-{name}")).await?;
        }
        self.folder.write("list-thing-groups", &json!({ "thingGroups": groups }))?;
        Ok(groups.len())
    }

    async fn topic_rules(&self) -> Result<usize> {
        let rules = self.fleet.list(&List::by_token("/rules", "rules"), &[]).await?;
        for rule in &rules {
            let name = text(rule, "ruleName");
            let answer = self.fleet.get(&format!("/rules/{name}")).await?;
            self.folder.write(&format!("get-topic-rule/{name}"), &answer)?;
        }
        self.folder.write("list-topic-rules", &json!({ "rules": rules }))?;
        Ok(rules.len())
    }

    async fn attached(&self, target: &str, file: &str) -> Result<()> {
        let path = format!("/attached-policies/{}", encode(target));
        let list = List::by_marker("POST", &path, "policies");
        let policies: Vec<Value> = self.fleet.list(&list, &[]).await?;
        self.folder.write(file, &json!({ "policies": policies }))
    }
}
