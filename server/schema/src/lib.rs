//! What AWS accepts, as data.

pub mod serverless;
pub mod template;
