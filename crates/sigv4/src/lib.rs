//! AWS Signature Version 4, both ways: sign a request, and check the signature of one.
//!
//! To check, [`Parsed::from_request`] reads the signature of a request, in its headers or its
//! query, and says whose access key it claims; the caller looks up the secret and derives (and may
//! keep, since it is good for a day) the [`SigningKey`]; [`verify`] does the rest. A body sent in
//! signed chunks is then checked with the [`ChunkChain`] that [`Verified`] gives.
//!
//! Not here: HTTP, the store of access keys, who may do what, and the clock, which is a value.
//!
//! ```text
//! let parsed = Parsed::from_request(&request)?;
//! let key = SigningKey::derive(secret, &parsed.credential.scope);
//! let verified = verify(&request, &parsed, &key, now, PathStyle::Normalized, Some(&body_sha256))?;
//! ```

mod canonical;
mod chunk;
mod credential;
mod date;
mod encode;
mod error;
mod form;
mod key;
mod old_query;
mod parsed;
mod payload;
mod query;
mod sign;
mod verify;

pub use canonical::{PathStyle, RequestParts};
pub use chunk::{ChunkChain, ChunkError, ChunkHeader};
pub use credential::{Credential, Scope};
pub use error::{Mismatch, SignatureError};
pub use form::FormSignature;
pub use key::{Hex, SigningKey, sha256, sha256_hex};
pub use old_query::OldQuery;
pub use parsed::{Parsed, Presigned};
pub use payload::Payload;
pub use sign::{Credentials, Target, presign, sign};
pub use verify::{BodyCheck, CLOCK_SKEW_MAX_MS, Verified, verify};
