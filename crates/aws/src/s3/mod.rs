//! Amazon S3: objects over rest-xml.
//!
//! Its wire is unlike the others': a bucket stands in the host or in the path, operations are told apart
//! by a parameter without a value, bodies are large and come after their signature, and whoever signs
//! nothing may be allowed by the policy of a bucket. So it has a table of its own, and its bodies are
//! never in memory as a whole.
//!
//! `door.rs` is the way of a request; an operation is one file, or one in a file of its noun, and one row.

mod abort_multipart_upload;
mod access;
mod acl;
mod answer;
mod ask;
mod bucket;
mod bucket_policy;
mod bucket_tagging;
mod chunked;
mod complete_multipart_upload;
mod conditions;
mod copied;
mod copy_object;
mod cors;
mod cors_match;
mod create_multipart_upload;
mod delete_object;
mod delete_objects;
mod door;
mod element;
#[cfg(test)]
pub(crate) mod every_operation;
mod form;
mod get_object;
mod get_object_attributes;
mod inside;
mod integrity;
mod lifecycle;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_parts;
mod login;
mod meta;
mod notification;
mod object_tagging;
mod permit;
mod post_object;
mod post_policy;
mod put_object;
mod range;
mod receive;
mod row;
mod tags;
mod target;
mod unset;
mod upload_part;
mod versioning;
pub(crate) mod words;
mod writer;

pub(crate) use door::{answer, is_meant};
pub(crate) use inside::{Inside, ask, read_url};
pub(crate) use row::Row;

pub(crate) const SIGNING_NAME: &str = "s3";

/// Every operation.
pub(crate) const ROWS: &[Row] = &[
    Row::of::<abort_multipart_upload::AbortMultipartUpload>(),
    Row::of::<complete_multipart_upload::CompleteMultipartUpload>(),
    Row::of::<copy_object::CopyObject>(),
    Row::of::<bucket::CreateBucket>(),
    Row::of::<create_multipart_upload::CreateMultipartUpload>(),
    Row::of::<bucket::DeleteBucket>(),
    Row::of::<cors::DeleteBucketCors>(),
    Row::of::<lifecycle::DeleteBucketLifecycle>(),
    Row::of::<access::DeleteBucketOwnershipControls>(),
    Row::of::<bucket_policy::DeleteBucketPolicy>(),
    Row::of::<bucket_tagging::DeleteBucketTagging>(),
    Row::of::<delete_object::DeleteObject>(),
    Row::of::<object_tagging::DeleteObjectTagging>(),
    Row::of::<delete_objects::DeleteObjects>(),
    Row::of::<access::DeletePublicAccessBlock>(),
    Row::of::<unset::GetBucketAccelerateConfiguration>(),
    Row::of::<acl::GetBucketAcl>(),
    Row::of::<cors::GetBucketCors>(),
    Row::of::<unset::GetBucketEncryption>(),
    Row::of::<lifecycle::GetBucketLifecycleConfiguration>(),
    Row::of::<bucket::GetBucketLocation>(),
    Row::of::<unset::GetBucketLogging>(),
    Row::of::<notification::GetBucketNotificationConfiguration>(),
    Row::of::<access::GetBucketOwnershipControls>(),
    Row::of::<bucket_policy::GetBucketPolicy>(),
    Row::of::<bucket_policy::GetBucketPolicyStatus>(),
    Row::of::<unset::GetBucketReplication>(),
    Row::of::<unset::GetBucketRequestPayment>(),
    Row::of::<bucket_tagging::GetBucketTagging>(),
    Row::of::<versioning::GetBucketVersioning>(),
    Row::of::<unset::GetBucketWebsite>(),
    Row::of::<get_object::GetObject>(),
    Row::of::<acl::GetObjectAcl>(),
    Row::of::<get_object_attributes::GetObjectAttributes>(),
    Row::of::<unset::GetObjectLockConfiguration>(),
    Row::of::<object_tagging::GetObjectTagging>(),
    Row::of::<access::GetPublicAccessBlock>(),
    Row::of::<bucket::HeadBucket>(),
    Row::of::<get_object::HeadObject>(),
    Row::of::<list_buckets::ListBuckets>(),
    Row::of::<list_multipart_uploads::ListMultipartUploads>(),
    Row::of::<list_object_versions::ListObjectVersions>(),
    Row::of::<list_objects::ListObjects>(),
    Row::of::<list_objects::ListObjectsV2>(),
    Row::of::<list_parts::ListParts>(),
    Row::of::<acl::PutBucketAcl>(),
    Row::of::<cors::PutBucketCors>(),
    Row::of::<lifecycle::PutBucketLifecycleConfiguration>(),
    Row::of::<notification::PutBucketNotificationConfiguration>(),
    Row::of::<access::PutBucketOwnershipControls>(),
    Row::of::<bucket_policy::PutBucketPolicy>(),
    Row::of::<bucket_tagging::PutBucketTagging>(),
    Row::of::<versioning::PutBucketVersioning>(),
    Row::of::<put_object::PutObject>(),
    Row::of::<acl::PutObjectAcl>(),
    Row::of::<object_tagging::PutObjectTagging>(),
    Row::of::<access::PutPublicAccessBlock>(),
    Row::of::<upload_part::UploadPart>(),
    Row::of::<upload_part::UploadPartCopy>(),
];
