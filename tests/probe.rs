//! The fetch engine against servers on loopback: ones that misbehave in every way, and ones that count.

#[path = "probe/server.rs"]
mod server;

#[path = "probe/misbehaviour.rs"]
mod misbehaviour;

#[path = "probe/politeness.rs"]
mod politeness;

#[path = "probe/network.rs"]
mod network;
