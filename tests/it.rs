//! Ordinary tests: generated files, queries, sessions with the server, command lines.

mod any_input;
mod cli;
mod completion;
mod configuration;
mod corpus;
mod founding;
mod generated;
mod queries;
mod server;
mod typing;
