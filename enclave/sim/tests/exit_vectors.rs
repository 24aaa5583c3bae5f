//! The committed vectors are what the engine does today, and hold something worth comparing.

use std::path::PathBuf;

use sealbook_sim::exit_vectors::{COMMANDS, Content, SEEDS, emit};

fn file(seed: u64) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../test/vectors/exit")
        .join(format!("seed-{seed}.json"))
}

#[test]
fn the_files_are_the_engines() {
    let mut all = Content::default();
    for seed in SEEDS {
        let path = file(seed);
        let committed = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (text, content) = emit(seed, COMMANDS).unwrap_or_else(|broken| panic!("{broken}"));
        assert!(
            text == committed,
            "sealbook-sim exit-vectors --seed {seed} --commands {COMMANDS} > {}",
            path.display()
        );
        all.perpetuals += content.perpetuals;
        all.options += content.options;
        all.with_funding += content.with_funding;
        all.debtors += content.debtors;
    }
    assert!(all.perpetuals > 30 && all.options > 20, "{all:?}");
    assert!(all.with_funding > 30, "{all:?}");
    assert!(all.debtors > 1, "{all:?}");
}
