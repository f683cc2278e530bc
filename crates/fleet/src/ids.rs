//! The identifiers that AWS gives beside names. Ours follow from the names, which never change.

use model::{BillingGroupName, ThingGroupName, ThingName, ThingTypeName};

pub fn thing_id(name: &ThingName) -> String {
    uuid(&pki::digest_digits(name.as_str().as_bytes()))
}

pub fn thing_type_id(name: &ThingTypeName) -> String {
    of("thingtype", name.as_str())
}

pub fn thing_group_id(name: &ThingGroupName) -> String {
    of("thinggroup", name.as_str())
}

pub fn billing_group_id(name: &BillingGroupName) -> String {
    of("billinggroup", name.as_str())
}

fn of(kind: &str, name: &str) -> String {
    uuid(&pki::digest_digits(format!("{kind}/{name}").as_bytes()))
}

/// The first of some hexadecimal digits, in the form of a UUID.
pub(crate) fn uuid(digits: &str) -> String {
    let (a, b, c, d, e) =
        (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..32]);
    format!("{a}-{b}-{c}-{d}-{e}")
}
