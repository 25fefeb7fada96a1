//! Compiled queries: see `queries/`.
