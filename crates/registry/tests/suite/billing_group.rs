//! Billing groups.

use crate::common::{NOW, new_thing, registry, thing_name};
use model::BillingGroupName;
use registry::{BillingError, ChangeBillingGroupError, CreateBillingGroupError, CreateThingError};
use registry::{NewThing, Tags};
use stdx::task::block_on;

fn name(text: &str) -> BillingGroupName {
    BillingGroupName::new(text).expect("a name")
}

#[test]
fn a_thing_is_in_one_billing_group_at_most() {
    let registry = registry();
    let none = Tags::new();
    for group in ["north", "south"] {
        block_on(registry.create_billing_group(&name(group), None, &none, NOW)).expect("created");
    }
    let other = Some("other".to_owned());
    let other = block_on(registry.create_billing_group(&name("north"), other, &none, NOW));
    assert!(matches!(other, Err(CreateBillingGroupError::AlreadyExists { .. })));
    let lost = NewThing { billing_group: Some(name("west")), ..new_thing("lamp") };
    let lost = block_on(registry.create_thing(lost));
    assert!(matches!(lost, Err(CreateThingError::BillingGroupNotFound { .. })));
    let new = NewThing { billing_group: Some(name("north")), ..new_thing("lamp") };
    block_on(registry.create_thing(new)).expect("created");
    let add =
        |group| block_on(registry.add_thing_to_billing_group(&thing_name("lamp"), &name(group)));
    add("north").expect("it is there");
    assert!(matches!(add("south"), Err(BillingError::Elsewhere { .. })));
    assert!(matches!(add("west"), Err(BillingError::GroupNotFound { .. })));
    let lamp = thing_name("lamp");
    block_on(registry.remove_thing_from_billing_group(&lamp, &name("north"))).expect("removed");
    add("south").expect("added");
    assert_eq!(registry.billing_group_of(&lamp).expect("read"), Some(name("south")));
    let things = registry.things_of_billing_group(&name("south"), None, 10).expect("read");
    assert_eq!(things.items, std::slice::from_ref(&lamp));
    block_on(registry.delete_thing(&lamp, None)).expect("deleted");
    assert_eq!(registry.billing_group_of(&lamp).expect("read"), None);
}

#[test]
fn versions_are_counted_and_expected() {
    let registry = registry();
    let north = name("north");
    block_on(registry.create_billing_group(&north, None, &Tags::new(), NOW)).expect("created");
    let updated = block_on(registry.update_billing_group(&north, Some("x"), Some(1)));
    assert_eq!(updated.expect("updated").version, 2);
    let stale = block_on(registry.delete_billing_group(&north, Some(1)));
    assert!(matches!(stale, Err(ChangeBillingGroupError::VersionConflict { found: 2, .. })));
    let new = NewThing { billing_group: Some(north.clone()), ..new_thing("lamp") };
    block_on(registry.create_thing(new)).expect("created");
    block_on(registry.delete_billing_group(&north, Some(2))).expect("deleted");
    assert_eq!(registry.billing_group(&north).expect("read"), None);
    assert_eq!(registry.billing_group_of(&thing_name("lamp")).expect("read"), None);
}
