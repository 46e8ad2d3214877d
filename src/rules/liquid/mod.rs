//! Liquid, which Jekyll runs before anything else.

mod broken_liquid;

pub(crate) use broken_liquid::BrokenLiquid;
