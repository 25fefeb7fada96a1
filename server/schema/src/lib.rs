//! What AWS accepts, as data.

pub mod template;
