//! What a command costs to parse and a result to emit: `cargo run --release -p sealbook-wire --example parse-cost`.

use std::hint::black_box;
use std::time::Instant;

use sealbook_wire::{
    ClientId, Command, Level, Message, OrderKind, OrderStatus, Place, ResultEvent, Side,
    TimeInForce, Writer, parse_frame,
};

const RUNS: u32 = 7;
const TURNS: u32 = 1_000_000;

fn main() {
    let mut place = Place {
        client_id: ClientId::from_bytes(b"9f4c1f6e-7f0b-4a52-9a53-1f4d9c0b7e21"),
        instrument: 1,
        side: Side::Buy,
        kind: OrderKind::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price_ticks: 1_234_567,
        lots: 250,
        post_only: false,
        reduce_only: false,
    };
    parse("place, 36-character id", &[Command::Place(place)]);
    place.client_id = ClientId::from_bytes(b"mm1-7f3a91");
    parse("place, 10-character id", &[Command::Place(place)]);
    place.client_id = None;
    parse("place, no id", &[Command::Place(place)]);
    parse("frame of 64 places, no id", &[Command::Place(place); 64]);
    emit_result();
}

fn parse(name: &str, commands: &[Command]) {
    let mut buffer = vec![0; 3 + commands.len() * Command::LENGTH_MAX];
    let mut writer = Writer::new(&mut buffer);
    writer.array(commands.len() as u32);
    commands.iter().for_each(|command| command.emit(&mut writer));
    let bytes = writer.finish().expect("room").to_vec();
    let turns = TURNS / commands.len() as u32;
    report(name, bytes.len(), turns * commands.len() as u32, || {
        for _ in 0..turns {
            let frame = parse_frame(black_box(&bytes)).expect("legal");
            frame.iter().for_each(|command| {
                black_box(command);
            });
        }
    });
}

fn emit_result() {
    let result = ResultEvent {
        counter: 70_000,
        index: 0,
        code: 0,
        detail: 0,
        order_id: 1 << 33,
        status: OrderStatus::Resting,
        filled_lots: 0,
        remaining_lots: 250,
        epoch: 1,
        sequence: 10_000_000,
        chain_hash: [7; 32],
        time_us: 1_700_000_000_000_000,
        level: Level::Written,
        result_digest: [0; 32],
        blind: [0; 16],
    };
    let mut buffer = [0; ResultEvent::LENGTH_MAX];
    let length = result.emit_into(&mut buffer).expect("room").len();
    report("emit a result", length, TURNS, || {
        for _ in 0..TURNS {
            black_box(black_box(&result).emit_into(black_box(&mut buffer)).expect("room"));
        }
    });
}

/// The fastest of several runs: the others were disturbed.
fn report(name: &str, bytes: usize, operations: u32, mut run: impl FnMut()) {
    let mut best = u128::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_nanos());
    }
    let tenths = best * 10 / u128::from(operations);
    println!("{name}: {}.{} ns each ({bytes} bytes)", tenths / 10, tenths % 10);
}
