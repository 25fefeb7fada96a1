//! What AWS accepts, as data.

pub mod accounts;
pub mod documentation;
pub mod eks;
pub mod extensions;
pub mod generations;
pub mod guide;
pub mod iam;
pub mod identifiers;
pub mod images;
pub mod offers;
pub mod packed;
pub mod parameter;
pub mod policies;
pub mod regions;
pub mod resources;
pub mod runtimes;
pub mod serverless;
pub mod template;
pub mod tls;
pub mod zones;

pub use resources::{ResourceType, resource_type, resource_types};
