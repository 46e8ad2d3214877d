//! The fetch engine against servers on loopback: ones that misbehave in every way, and ones that count.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails is to stop")]

#[path = "probe/server.rs"]
mod server;

#[path = "probe/misbehaviour.rs"]
mod misbehaviour;

#[path = "probe/pages.rs"]
mod pages;

#[path = "probe/politeness.rs"]
mod politeness;

#[path = "probe/strained.rs"]
mod strained;

#[path = "probe/http2.rs"]
mod http2;

#[path = "probe/tls.rs"]
mod tls;

#[path = "probe/network.rs"]
mod network;

#[path = "probe/judgement.rs"]
mod judgement;
