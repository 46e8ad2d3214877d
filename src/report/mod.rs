//! The versioned report and its formats.
