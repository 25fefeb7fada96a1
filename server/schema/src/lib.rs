//! What AWS accepts, as data.

pub mod parameter;
pub mod serverless;
pub mod template;
