//! Lists without allocation: a checked range of input, or a caller's slice on its way out.

use core::fmt;
use core::marker::PhantomData;

use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// A list of items, read one at a time.
///
/// Contract: a list that came from a parse holds only bytes that were parsed once already, so no accessor panics and
/// iteration yields exactly [`List::len`] items.
#[derive(Clone, Copy)]
pub struct List<'a, T> {
    source: Source<'a, T>,
}

#[derive(Clone, Copy)]
enum Source<'a, T> {
    Wire { bytes: &'a [u8], count: u32, item: PhantomData<T> },
    Slice(&'a [T]),
}

impl<'a, T: Item> List<'a, T> {
    /// The items of a message to be emitted.
    pub const fn of(items: &'a [T]) -> Self {
        Self { source: Source::Slice(items) }
    }

    /// Only for ranges in which `count` items were parsed.
    pub(crate) const fn checked(bytes: &'a [u8], count: u32) -> Self {
        Self { source: Source::Wire { bytes, count, item: PhantomData } }
    }

    /// How many items.
    pub const fn len(&self) -> u32 {
        match self.source {
            Source::Wire { count, .. } => count,
            Source::Slice(items) => items.len() as u32,
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first item.
    pub fn first(&self) -> Option<T> {
        self.iter().next()
    }

    /// Every item, in order.
    pub fn iter(&self) -> ListIter<'a, T> {
        let reader = match self.source {
            Source::Wire { bytes, .. } => Reader::new(bytes),
            Source::Slice(_) => Reader::new(&[]),
        };
        ListIter { source: self.source, reader, next: 0 }
    }

    /// Header and items; refused if the count is outside `min..=max`.
    pub fn emit(&self, writer: &mut Writer<'_>, min: u32, max: u32) {
        if self.len() < min || self.len() > max {
            writer.refuse_list();
            return;
        }
        writer.array(self.len());
        match self.source {
            Source::Wire { bytes, .. } => writer.raw(bytes),
            Source::Slice(items) => items.iter().for_each(|item| item.emit_item(writer)),
        }
    }
}

impl<'a, T: Item> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

/// Lists are equal when their items are, whichever form holds them.
impl<T: Item + PartialEq> PartialEq for List<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Item + Eq> Eq for List<'_, T> {}

impl<T: Item + fmt::Debug> fmt::Debug for List<'_, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

/// Items of a [`List`].
#[derive(Clone)]
pub struct ListIter<'a, T> {
    source: Source<'a, T>,
    reader: Reader<'a>,
    next: u32,
}

impl<T: Item> Iterator for ListIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let item = match self.source {
            Source::Wire { count, .. } if self.next < count => {
                T::parse_item(&mut self.reader).ok()?
            }
            Source::Wire { .. } => return None,
            Source::Slice(items) => *items.get(self.next as usize)?,
        };
        self.next += 1;
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = List { source: self.source }.len().saturating_sub(self.next) as usize;
        (left, Some(left))
    }
}

impl<T: Item> ExactSizeIterator for ListIter<'_, T> {}
