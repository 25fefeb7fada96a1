//! Ordinary tests: generated files, sessions with the server, command lines.

mod cli;
mod corpus;
mod generated;
mod server;
