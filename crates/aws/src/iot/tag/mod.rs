//! Tags of whatever can have them.

pub(crate) mod list_tags_for_resource;
pub(crate) mod shape;
pub(crate) mod tag_resource;
pub(crate) mod untag_resource;
