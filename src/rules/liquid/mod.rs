//! Liquid, which Jekyll runs before anything else.

mod broken_liquid;
mod missing_liquid_target;

pub(crate) use broken_liquid::BrokenLiquid;
pub(crate) use missing_liquid_target::MissingLiquidTarget;
