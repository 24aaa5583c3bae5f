//! The committed vectors (`test/vectors/poseidon2`), made with Barretenberg itself and also agreed to
//! by @zkpassport/poseidon2: the same files hold the TypeScript twin to the same answers.

use std::path::PathBuf;

use sealbook_tree::{Field, SparseTree, hash, hash2, permute, state_root, verify_path};

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../test/vectors/poseidon2")
        .join(format!("{name}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn element(hex: &str) -> Field {
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().as_chunks::<2>().0) {
        let digits = std::str::from_utf8(digits).expect("ASCII");
        *byte = u8::from_str_radix(digits, 16).expect("hex");
    }
    Field::from_be_bytes(bytes).expect("canonical")
}

/// Every `"0x…"` of a piece of JSON, in order: the files hold nothing else between quotes but keys.
fn elements(json: &str) -> Vec<Field> {
    json.split("\"0x").skip(1).map(|rest| element(&rest[..64])).collect()
}

/// The number after every `"key": `.
fn numbers(json: &str, key: &str) -> Vec<u64> {
    json.split(&format!("\"{key}\": "))
        .skip(1)
        .map(|rest| {
            let rest = rest.trim_start_matches('"');
            let end = rest.find(|c: char| !c.is_ascii_digit()).expect("more JSON follows");
            rest[..end].parse().expect("a number")
        })
        .collect()
}

/// The objects of a list without nested objects.
fn cases(json: &str) -> Vec<Vec<Field>> {
    json.split('}').map(elements).filter(|case| !case.is_empty()).collect()
}

#[test]
fn permutation_equals_barretenberg() {
    let cases = cases(&read("permutation"));
    assert_eq!(cases.len(), 16);
    for case in cases {
        let (input, output) = case.split_at(4);
        let mut state = [input[0], input[1], input[2], input[3]];
        permute(&mut state);
        assert_eq!(state, output);
    }
}

/// The test vector published with the reference implementation and repeated in Barretenberg's tests.
#[test]
fn permutation_equals_the_published_vector() {
    let mut state = [0, 1, 2, 3].map(Field::from_u64);
    permute(&mut state);
    let published = [
        "01bd538c2ee014ed5141b29e9ae240bf8db3fe5b9a38629a9647cf8d76c01737",
        "239b62e7db98aa3a2a8f6a0d2fa1709e7a35959aa6c7034814d9daa90cbac662",
        "04cbb44c61d928ed06808456bf758cbf0c18d1e15a7b6dbc8245fa7515d5e3cb",
        "2e11c5cff2a22c64d01304b778d78f6998eff1ab73163a35603f54794c30847a",
    ];
    assert_eq!(state, published.map(element));
}

#[test]
fn hash_equals_barretenberg_for_1_to_20_inputs() {
    let cases = cases(&read("hash"));
    assert_eq!(cases.len(), 40);
    for case in &cases {
        let (output, input) = case.split_last().expect("not empty");
        assert_eq!(hash(input), *output, "{} inputs", input.len());
    }
    for length in 1..=20 {
        assert!(cases.iter().any(|case| case.len() == length + 1), "no case of {length} inputs");
    }
}

#[test]
fn hash2_equals_barretenberg_and_the_sponge() {
    let cases = cases(&read("hash2"));
    assert_eq!(cases.len(), 16);
    for case in cases {
        assert_eq!(hash2(case[0], case[1]), case[2]);
        assert_eq!(hash(&case[..2]), case[2]);
    }
}

#[test]
fn tower_of_zeros_equals_barretenberg() {
    let zeros = elements(&read("zeros"));
    assert_eq!(zeros.len(), 25);
    assert_eq!(SparseTree::<10>::new().root(), zeros[10]);
    assert_eq!(SparseTree::<24>::new().root(), zeros[24]);
    assert_eq!(SparseTree::<24>::new().path(7).expect("in range"), zeros[..24]);
}

#[test]
fn tree_roots_equal_a_tree_built_with_barretenberg() {
    let text = read("tree");
    let mut roots = 0;
    for case in text.split("\"depth\"").skip(1) {
        let depth = numbers(&format!("\"depth\"{case}"), "depth")[0];
        let indices = numbers(case, "index");
        let mut leaves = elements(case);
        let root = leaves.pop().expect("a root");
        match depth {
            10 => check_tree::<10>(&indices, &leaves, root),
            24 => check_tree::<24>(&indices, &leaves, root),
            other => panic!("unexpected depth {other}"),
        }
        roots += 1;
    }
    assert_eq!(roots, 5);
}

fn check_tree<const DEPTH: usize>(indices: &[u64], leaves: &[Field], root: Field) {
    assert_eq!(indices.len(), leaves.len());
    let changes: Vec<(u32, Field)> =
        indices.iter().map(|index| *index as u32).zip(leaves.iter().copied()).collect();
    let mut tree = SparseTree::<DEPTH>::new();
    tree.update(&changes).expect("in range");
    assert_eq!(tree.root(), root);
    for (index, leaf) in changes {
        let path = tree.path(index).expect("in range");
        assert!(verify_path(root, index, leaf, &path));
    }
}

#[test]
fn state_root_equals_barretenberg() {
    let text = read("state-root");
    let (rounds, nexts) = (numbers(&text, "oracleRound"), numbers(&text, "nextAccount"));
    let cases = cases(&text);
    assert_eq!(cases.len(), 4);
    for (case, (round, next)) in cases.iter().zip(rounds.into_iter().zip(nexts)) {
        assert_eq!(state_root(case[0], case[1], round, next as u32), case[2]);
    }
}
