//! HTTP, for every audience: connections and their bounds, the checks of each request, the
//! extractors, the refusals, the headers and the page's files.

pub mod assets;
pub mod connections;
pub mod extract;
pub mod guard;
pub mod headers;
pub mod refusal;
