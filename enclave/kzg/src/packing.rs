//! Data in blobs: each field element is `0x00 ‖ 31 bytes of data`, the last one padded with zeros (docs/state.md, "Blobs").
//!
//! The leading zero byte keeps every element below the scalar field's modulus, whatever the data; 31 of 32 bytes is the most that a
//! byte-aligned packing can carry.

/// Field elements of a blob.
pub const ELEMENTS_PER_BLOB: usize = 4096;
/// Bytes of a field element.
const ELEMENT_BYTES: usize = 32;
/// Data bytes in a field element.
pub const ELEMENT_DATA_BYTES: usize = ELEMENT_BYTES - 1;
/// Bytes of a blob.
pub const BLOB_BYTES: usize = ELEMENTS_PER_BLOB * ELEMENT_BYTES;
/// Data bytes a blob carries.
pub const BLOB_DATA_BYTES: usize = ELEMENTS_PER_BLOB * ELEMENT_DATA_BYTES;
/// A batch is one transaction, and a transaction carries at most six blobs (EIP-7594).
pub const BLOBS_PER_BATCH_MAX: usize = 6;
/// Data bytes of the largest batch.
pub const DATA_BYTES_MAX: usize = BLOBS_PER_BATCH_MAX * BLOB_DATA_BYTES;

/// The data of each blob, in order; the last may be shorter. Empty data is no blob.
pub fn blobs_of(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.chunks(BLOB_DATA_BYTES)
}

/// One blob as the network carries it, of at most `BLOB_DATA_BYTES` of data.
///
/// # Panics
/// If `blob` is not `BLOB_BYTES` long or the data longer than a blob's.
pub fn emit_blob(data: &[u8], blob: &mut [u8]) {
    assert!(blob.len() == BLOB_BYTES && data.len() <= BLOB_DATA_BYTES);
    blob.fill(0);
    for (element, bytes) in
        blob.chunks_exact_mut(ELEMENT_BYTES).zip(data.chunks(ELEMENT_DATA_BYTES))
    {
        element[1..1 + bytes.len()].copy_from_slice(bytes);
    }
}
