//! The audit against results that are late, missing, refused or surprising.
#![allow(clippy::unwrap_used)]

use super::*;
use sealbook_wire::ErrorEvent;

fn result(counter: u64, index: u8, code: u16, status: OrderStatus) -> ResultEvent {
    ResultEvent {
        counter,
        index,
        code,
        detail: 0,
        order_id: 1,
        status,
        filled_lots: 0,
        remaining_lots: 0,
        epoch: 1,
        sequence: 1,
        chain_hash: [0; 32],
        time_us: 0,
        level: Level::Written,
        result_digest: [0; 32],
        blind: [0; 16],
    }
}

fn owing() -> Audit {
    let mut audit = Audit::default();
    audit.owe(1, [OrderStatus::Resting, OrderStatus::Cancelled].into_iter());
    audit.owe(2, [OrderStatus::Resting].into_iter());
    audit
}

#[test]
fn a_frame_is_complete_with_its_last_result() {
    let mut audit = owing();
    assert_eq!(audit.result(&result(1, 0, 0, OrderStatus::Resting)).unwrap(), 0);
    assert_eq!(audit.result(&result(1, 1, 0, OrderStatus::Cancelled)).unwrap(), 1);
    assert_eq!(audit.result(&result(2, 0, 0, OrderStatus::Resting)).unwrap(), 1);
    assert!(audit.owed.is_empty() && audit.rejects.is_empty() && audit.surprises == 0);
}

#[test]
fn rejects_are_counted_by_code_and_wrong_states_as_surprises() {
    let mut audit = owing();
    audit.result(&result(1, 0, 210, OrderStatus::None)).unwrap();
    audit.result(&result(1, 1, 0, OrderStatus::Filled)).unwrap();
    assert_eq!((audit.rejects.get(&210), audit.surprises), (Some(&1), 1));
}

#[test]
fn results_out_of_order_or_for_nothing_end_the_run() {
    assert!(owing().result(&result(2, 0, 0, OrderStatus::Resting)).is_err());
    assert!(owing().result(&result(1, 1, 0, OrderStatus::Cancelled)).is_err());
    assert!(Audit::default().result(&result(1, 0, 0, OrderStatus::Resting)).is_err());
}

#[test]
fn a_refused_frame_is_complete_and_counted() {
    let mut buffer = [0; 64];
    let mut writer = sealbook_wire::Writer::new(&mut buffer);
    writer.array(1);
    SessionEvent::Error(ErrorEvent { counter: 1, code: 11, detail: 500 }).emit(&mut writer);
    let mut audit = owing();
    let events = Events::parse(writer.finish().unwrap()).unwrap();
    assert_eq!(audit.take(events).unwrap(), 1);
    assert_eq!((audit.rejects.get(&11), audit.owed.len()), (Some(&1), 1));
}
