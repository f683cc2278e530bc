//! What functions are, as Lambda keeps them: their settings and code, published versions, aliases,
//! layers, who may invoke them, what feeds them, and the events that wait for them.
//!
//! Every change is a decision at its commit. The code of a function is a file beside the store, named by
//! its hash: it is on disk before a record names it, and goes when none does. The environment of a
//! function holds secrets, so it is stored sealed with a key of the installation.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `functions` | name | the function: `$LATEST`, aliases, permissions, limits, tags |
//! | `function-versions` | name, `/`, number | a published version |
//! | `function-events` | name, NUL, when it is due, place in the history | an event that waits |
//! | `layers` | name | the last number that a version was given |
//! | `layer-versions` | name, `/`, number | a version of a layer |
//! | `event-mappings` | UUID | a mapping of an event source |
//! | `event-positions` | UUID | how far a stream was read |
//!
//! Not here: how functions run (`functions`), who may change them (`iam`), and AWS's shapes (`aws`).

mod alias;
mod archive;
mod code;
mod draft;
mod error;
mod event;
mod event_lines;
mod function;
mod invoke_config;
mod key;
mod layer;
mod mapping;
mod permission;
mod qualifier;
mod runtime;
mod settings;
mod store;
mod unpack;
mod version;

pub use alias::{Alias, AliasChange};
pub use archive::{Archive, UNPACKED_BYTES_MAX, UnfitArchive};
pub use code::{Code, CodeHold, NewCode};
pub use draft::{Change, Draft};
pub use error::BlueprintError;
pub use event::{EVENT_BYTES_MAX, Event, NewEvent, PendingEvent, WaitingEvent};
pub use function::{Function, TAGS_MAX, Version};
pub use invoke_config::{InvokeConfig, InvokeConfigChange};
pub use layer::{LayerVersion, NewLayerVersion};
pub use mapping::{Mapping, MappingChange, Source, StartingPosition};
pub use permission::{Permission, Policy};
pub use qualifier::{Qualifier, function_of};
pub use runtime::Runtime;
pub use settings::{MEMORY_MB_DEFAULT, Settings, TIMEOUT_SECS_DEFAULT, TIMEOUT_SECS_MAX};
pub use store::Blueprints;
