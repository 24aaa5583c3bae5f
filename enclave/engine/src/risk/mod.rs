//! Margin, marks, funding, and what happens to who falls below maintenance.

pub mod deleverage;
pub mod funding;
pub mod guard;
pub mod insurance;
pub mod liquidation;
pub mod margin;
pub mod mark;
pub mod option;
pub mod portfolio;
#[cfg(test)]
mod portfolio_test;
pub mod watch;
