//! Margin, funding and liquidation of linear perpetuals under cross margin (FORMULAS 1.1, 1.2, 1.7, 1.8).

pub mod funding;
pub mod liquidation;
pub mod margin;
pub mod mark;
