//! What several rules ask of the model: typed views of the parts that AWS gives a language of their own.

pub(crate) mod branches;
pub(crate) mod bucket_candidates;
pub(crate) mod bucket_pattern;
pub(crate) mod cidr;
pub(crate) mod functions;
pub(crate) mod graph;
pub(crate) mod identity;
pub(crate) mod ingress;
pub(crate) mod interface;
pub(crate) mod java_pattern;
pub(crate) mod limits;
pub(crate) mod listeners;
pub(crate) mod names;
pub(crate) mod origins;
pub(crate) mod packaging;
pub(crate) mod policy;
pub(crate) mod reach;
pub(crate) mod region;
pub(crate) mod resource_names;
pub(crate) mod rewriting;
pub(crate) mod s3_actions;
pub(crate) mod spelling;
pub(crate) mod state_machine;
pub(crate) mod when;
pub(crate) mod wording;
pub(crate) mod written;
