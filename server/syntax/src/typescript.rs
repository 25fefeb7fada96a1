//! TypeScript: one tree per file, parsed again incrementally.
