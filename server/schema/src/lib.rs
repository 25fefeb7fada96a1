//! What AWS accepts, as data.

pub mod guide;
pub mod parameter;
pub mod regions;
pub mod serverless;
pub mod template;
