//! The commitments of test/vectors/blobs, which another library computed.

use sealbook_kzg::{BLOB_BYTES, Committer, blobs_of, emit_blob, versioned_hash};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn commitments_and_versioned_hashes_are_the_network_s() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../test/vectors/blobs/commitments.json");
    let text = std::fs::read_to_string(file).expect("the vectors");
    let vectors: serde_json::Value = serde_json::from_str(&text).expect("json");
    let cases = vectors["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 6);
    let mut committer = Committer::default();
    for case in cases {
        let number = |name: &str| case[name].as_u64().expect("a number") as usize;
        let (bytes, factor) = (number("bytes"), number("factor"));
        let data: Vec<u8> = (0..bytes).map(|i| (i * factor + (i >> 8)) as u8).collect();
        let commitments: Vec<[u8; 48]> =
            blobs_of(&data).map(|blob| committer.commit(blob)).collect();
        let texts = |name: &str| -> Vec<String> {
            let list = case[name].as_array().expect("a list").iter();
            list.map(|text| text.as_str().expect("hex").to_owned()).collect()
        };
        let found: Vec<String> = commitments.iter().map(|bytes| hex(bytes)).collect();
        assert_eq!(found, texts("commitments"), "{bytes} bytes");
        let hashes: Vec<String> =
            commitments.iter().map(|commitment| hex(&versioned_hash(commitment))).collect();
        assert_eq!(hashes, texts("versioned_hashes"), "{bytes} bytes");
    }
}

#[test]
fn a_blob_is_zero_bytes_and_thirty_one_of_data() {
    let data: Vec<u8> = (1..=40).collect();
    let mut blob = vec![0xff; BLOB_BYTES];
    emit_blob(&data, &mut blob);
    assert_eq!(blob[..32], [&[0][..], &data[..31]].concat());
    assert_eq!(blob[32..42], [&[0][..], &data[31..]].concat());
    assert!(blob[42..].iter().all(|byte| *byte == 0));
}
