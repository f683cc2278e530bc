//! Which certificates stand for which things.

use crate::common::{id, new_thing, register, registry, thing_name};
use registry::ThingPrincipalType::{ExclusiveThing, NonExclusiveThing};
use registry::{AttachThingPrincipalError, CertificateStatus};
use stdx::task::block_on;

#[test]
fn an_exclusive_attachment_is_the_only_one() {
    let registry = registry();
    for (number, thing) in [(1, "a"), (2, "b")] {
        register(&registry, number, CertificateStatus::Active);
        block_on(registry.create_thing(new_thing(thing))).expect("created");
    }
    let attach =
        |thing, kind| block_on(registry.attach_thing_principal(&thing_name(thing), &id(1), kind));
    attach("a", Some(ExclusiveThing)).expect("attached");
    attach("a", None).expect("it is attached");
    let other = attach("a", Some(NonExclusiveThing));
    assert!(matches!(other, Err(AttachThingPrincipalError::OtherType { .. })));
    for kind in [None, Some(ExclusiveThing)] {
        let refused = attach("b", kind);
        assert!(matches!(refused, Err(AttachThingPrincipalError::IsExclusive { .. })));
    }
    block_on(registry.detach_thing_principal(&thing_name("a"), &id(1))).expect("detached");
    attach("a", None).expect("attached");
    let refused = attach("b", Some(ExclusiveThing));
    assert!(matches!(refused, Err(AttachThingPrincipalError::IsShared { .. })));
    attach("b", None).expect("attached");
    block_on(registry.attach_thing_principal(&thing_name("a"), &id(2), Some(ExclusiveThing)))
        .expect("another certificate may stand for this thing alone");
    let of_a = registry.typed_principals_of(&thing_name("a"), None, None, 10).expect("read").items;
    assert_eq!(of_a, [(id(1), NonExclusiveThing), (id(2), ExclusiveThing)]);
    let only = Some(ExclusiveThing);
    let of_a = registry.typed_principals_of(&thing_name("a"), only, None, 10).expect("read").items;
    assert_eq!(of_a, [(id(2), ExclusiveThing)]);
    let of_1 = registry.typed_things_of(&id(1), None, None, 10).expect("read").items;
    assert_eq!(of_1.len(), 2);
}
