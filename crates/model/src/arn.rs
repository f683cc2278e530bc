//! Amazon resource names of the resources that we serve.

use std::fmt;

/// Where this installation says it is: the account and region that stand in every ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub account: String,
    pub region: String,
}

impl Default for Home {
    fn default() -> Home {
        Home { account: "000000000000".to_owned(), region: "us-east-1".to_owned() }
    }
}

impl Home {
    /// `arn:aws:iot:REGION:ACCOUNT:KIND/NAME`
    pub fn iot(&self, kind: &str, name: &str) -> Arn {
        Arn(format!("arn:aws:iot:{}:{}:{kind}/{name}", self.region, self.account))
    }

    /// `arn:aws:timestream:REGION:ACCOUNT:database/DATABASE[/table/TABLE]`
    pub fn timestream(&self, database: &str, table: Option<&str>) -> Arn {
        let Home { account, region } = self;
        let table = table.map_or_else(String::new, |table| format!("/table/{table}"));
        Arn(format!("arn:aws:timestream:{region}:{account}:database/{database}{table}"))
    }

    /// `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`
    pub fn function(&self, name: &str, qualifier: Option<&str>) -> Arn {
        let qualifier = qualifier.map_or_else(String::new, |qualifier| format!(":{qualifier}"));
        self.lambda(&format!("function:{name}{qualifier}"))
    }

    /// `arn:aws:lambda:REGION:ACCOUNT:RESOURCE`
    pub fn lambda(&self, resource: &str) -> Arn {
        Arn(format!("arn:aws:lambda:{}:{}:{resource}", self.region, self.account))
    }
}

/// An Amazon resource name, as text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arn(String);

impl Arn {
    /// Takes any text: an ARN that names nothing here is refused where it is looked up.
    pub fn from_text(text: impl Into<String>) -> Arn {
        Arn(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind and name of an IoT resource of any region and account: `("cert", "ab12…")`.
    pub fn iot_resource(&self) -> Option<(&str, &str)> {
        let mut parts = self.0.splitn(6, ':');
        let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (_region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let is_iot = arn == "arn" && partition.starts_with("aws") && service == "iot";
        resource.split_once('/').filter(|_| is_iot)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_an_iot_resource_and_reads_it_back() {
        let arn = Home::default().iot("thing", "lamp");
        assert_eq!(arn.as_str(), "arn:aws:iot:us-east-1:000000000000:thing/lamp");
        assert_eq!(arn.iot_resource(), Some(("thing", "lamp")));
        let elsewhere = Arn::from_text("arn:aws:s3:::bucket/key");
        assert_eq!(elsewhere.iot_resource(), None);
    }
}
