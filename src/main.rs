//! The command line of postproof.

fn main() {}
