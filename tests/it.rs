//! Ordinary tests: generated files, sessions with the server, command lines.

mod corpus;
mod cli;
mod generated;
mod server;
