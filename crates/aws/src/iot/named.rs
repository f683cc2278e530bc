//! What may be named by its name or by its ARN.

use model::Arn;
use model::name::NameError;

use crate::error::AwsError;

/// The field of a name, and the kind that stands in its ARN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    pub(crate) field: &'static str,
    pub(crate) kind: &'static str,
}

pub(crate) const THING: Named = Named { field: "thing", kind: "thing" };
pub(crate) const THING_GROUP: Named = Named { field: "thingGroup", kind: "thinggroup" };
pub(crate) const BILLING_GROUP: Named = Named { field: "billingGroup", kind: "billinggroup" };

impl Named {
    /// The name, which is given in one way at least, and in two only if they agree.
    pub(crate) fn read<T: PartialEq>(
        self,
        name: Option<T>,
        arn: Option<&str>,
        new: fn(&str) -> Result<T, NameError>,
    ) -> Result<T, AwsError> {
        let Named { field, kind } = self;
        let named = match arn {
            None => None,
            Some(arn) => match Arn::from_text(arn).iot_resource() {
                Some((found, name)) if found == kind => new(name).ok(),
                _ => None,
            },
        };
        match (name, named, arn) {
            (_, None, Some(arn)) => Err(AwsError::invalid_request(format!(
                "{field}Arn {arn:?} is not the ARN of a {kind}"
            ))),
            (Some(name), Some(named), _) if name != named => Err(AwsError::invalid_request(
                format!("{field}Name and {field}Arn do not name the same"),
            )),
            (Some(name), _, _) | (None, Some(name), _) => Ok(name),
            (None, None, None) => {
                Err(AwsError::invalid_request(format!("{field}Name or {field}Arn must be given")))
            }
        }
    }

    /// What the caller needs permission for.
    pub(crate) fn resource(self, name: Option<&str>, arn: Option<&str>) -> String {
        match (arn, name) {
            (Some(arn), _) => arn.to_owned(),
            (None, Some(name)) => format!("{}/{name}", self.kind),
            (None, None) => "*".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::ThingName;

    use super::*;

    #[test]
    fn a_name_or_an_arn_or_both_alike() {
        let read = |name: Option<&str>, arn: Option<&str>| {
            let name = name.map(|name| ThingName::new(name).expect("a name"));
            THING.read(name, arn, ThingName::new).map(String::from).map_err(|error| error.message)
        };
        let arn = Some("arn:aws:iot:us-east-1:1:thing/lamp");
        assert_eq!(read(Some("lamp"), None).as_deref(), Ok("lamp"));
        assert_eq!(read(None, arn).as_deref(), Ok("lamp"));
        assert_eq!(read(Some("lamp"), arn).as_deref(), Ok("lamp"));
        assert!(read(Some("door"), arn).is_err());
        assert!(read(None, Some("arn:aws:iot:us-east-1:1:thinggroup/lamp")).is_err());
        assert_eq!(read(None, None), Err("thingName or thingArn must be given".to_owned()));
    }
}
