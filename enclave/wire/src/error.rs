//! The one way parsing fails.

use core::fmt;

use crate::generated::Reject;

/// Why bytes are not the message they should be.
///
/// A fault of structure anywhere in the input (cut short, trailing, not minimal, too deep, a map, an extension) is reported
/// before a fault of type or range, wherever that stands. So a frame has one verdict, whatever order a codec looks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// `BadFrame`, `BadType`, `OutOfRange`, `BadString` or `UnknownOp`.
    pub reject: Reject,
    /// Offset of the first byte of the token at fault; for `UnknownOp` the code itself.
    pub offset: u32,
}

impl ParseError {
    /// An error at a byte offset.
    #[cold]
    pub const fn at(reject: Reject, offset: usize) -> Self {
        let offset = if offset > u32::MAX as usize { u32::MAX } else { offset as u32 };
        Self { reject, offset }
    }

    /// `UnknownOp`, which carries the code in place of an offset.
    #[cold]
    pub const fn unknown_op(code: u32) -> Self {
        Self { reject: Reject::UnknownOp, offset: code }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reject {
            Reject::UnknownOp => write!(out, "UNKNOWN_OP {}", self.offset),
            reject => write!(out, "{} at byte {}", reject.wire(), self.offset),
        }
    }
}

impl core::error::Error for ParseError {}
