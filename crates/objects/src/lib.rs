//! Objects: buckets of named bodies and their versions, as S3 keeps them.
//!
//! A body comes in through a [`BodyWriter`], which hashes and writes it while it comes. A small one
//! stays in memory and is committed with its record in one batch, so many share a sync; a large one
//! becomes a file of its own, synced with its directory before the record that names it is committed.
//! So what a commit names is whole on disk, and a file that no record names is an orphan, whenever the
//! process ended: [`Sweeper`] finds those, and takes away what records let go of.
//!
//! Every write is a decision at its commit, so it can join somebody else's batch
//! ([`Objects::put_into`]). A multipart object is a list of the bodies of its parts: completing copies
//! nothing. A reader holds the files of the version that it began with until it is done.
//!
//! Not here: the names and shapes of AWS's operations (`aws`), and who may (`iam`, `policy`).
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `object-buckets` | name | number, times, versioning |
//! | `object-settings` | number of the bucket, kind | policy, tags, rules … |
//! | `object-counts` | number of the bucket | how many versions are in it |
//! | `objects` | number of the bucket, key | the current version |
//! | `object-versions` | number of the bucket, key, place (newest first) | an earlier version |
//! | `object-nulls` | number of the bucket, key | the place of an earlier version without an id |
//! | `object-data` | place | a small body |
//! | `object-blobs` | name of a file | nothing: some record names it |
//! | `object-manifests` | place | the parts that a body is made of |
//! | `object-uploads` | number of the bucket, key, place | a multipart upload |
//! | `object-upload-marks` | place of the upload | the place of its latest change |
//! | `object-parts` | place of the upload, number | a part |
//! | `object-garbage` | name of a file | nothing: it is to be taken away |
//! | `object-chores` | kind, place | what is to be taken apart piece by piece |
//! | `object-notices` | place | what is to be told of a change |

mod blob;
mod body;
mod bucket;
mod checksum;
mod complete;
mod condition;
mod crc;
mod crc64;
mod current;
mod delete;
mod error;
mod expire;
mod file_writer;
mod find;
mod hashes;
mod key;
mod lifecycle;
mod list;
mod list_uploads;
mod list_versions;
mod listener;
mod lister;
mod md5;
mod notice;
mod put;
mod reader;
mod retag;
mod settings;
mod store;
mod sweep;
mod upload;
mod upload_part;
mod version;
mod writer;

pub use body::{PART_BYTES_MIN, PartInfo};
pub use bucket::{Bucket, Versioning};
pub use checksum::{Algorithm, Checksum, ChecksumType};
pub use complete::{Complete, Completed, CompletedPart};
pub use condition::{Condition, Tagged};
pub use delete::{DeleteTarget, Deleted};
pub use error::ObjectsError;
pub use find::{Found, VersionRef};
pub use hashes::{Digests, Wanted};
pub use lifecycle::{LifecycleFilter, LifecycleRule};
pub use list::{ListQuery, Listing};
pub use list_uploads::{UploadListing, UploadQuery};
pub use list_versions::{Listed, VersionListing, VersionQuery};
pub use listener::{Listener, Notifications};
pub use notice::{About, Doer, Happening, NOTICES_MAX, Notice, Waiting};
pub use put::{Meta, NewObject, Put};
pub use reader::{BodyReader, READ_BLOCK_BYTES};
pub use settings::{CorsRule, Ownership, PublicAccessBlock, Settings};
pub use store::{Hold, Objects};
pub use sweep::Sweeper;
pub use upload::{NewUpload, Upload, UploadId};
pub use upload_part::{PARTS_MAX, PartPage, PutPart};
pub use version::Version;
pub use writer::{BodyWriter, INLINE_BYTES_MAX, OBJECT_BYTES_MAX, Written};
