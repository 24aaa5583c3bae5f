//! ABI misuse, one row a mistake (B46–B50): a code, and never a dereference of what did not pass the checks.

use core::ptr::{null, null_mut};

use sealbook_wire::{BootRequest, EnclaveConfig, List, Message, RecoveryEnd};

use super::*;

fn emit<'m>(message: &impl Message<'m>) -> Vec<u8> {
    let mut buffer = vec![0; 8192];
    message.emit_into(&mut buffer).expect("fits").to_vec()
}

fn config() -> Vec<u8> {
    emit(&EnclaveConfig {
        chain_id: 31337,
        registry: [1; 20],
        settlement: [2; 20],
        instruments: List::of(&[]),
        oracle_signers: List::of(&[]),
        oracle_threshold: 0,
        oracle_age_us_max: 1,
        tick_us_max: 1,
        accounts_max: 8,
        orders_max: 8,
        batch_commands_max: 1,
        batch_us_max: 1,
        platform_seed: [3; 32],
        is_simulated: true,
        instruments_max: 0,
        options: List::of(&[]),
    })
}

fn load() -> *mut SealbookEnclave {
    let (image, config) = (b"image", config());
    let mut handle = null_mut();
    // Safety: live buffers.
    let code = unsafe {
        sealbook_load(
            image.as_ptr(),
            image.len() as u64,
            config.as_ptr(),
            config.len() as u64,
            &raw mut handle,
        )
    };
    assert_eq!(code, 0);
    handle
}

fn boot(handle: *mut SealbookEnclave) -> Vec<u8> {
    let request = emit(&BootRequest { block_hash: [9; 32], time_us: 1, is_debug: false });
    let (mut reply, mut length) = (vec![0u8; 512], 512u64);
    // Safety: live buffers.
    let code = unsafe {
        sealbook_boot(
            handle,
            request.as_ptr(),
            request.len() as u64,
            reply.as_mut_ptr(),
            &raw mut length,
        )
    };
    assert_eq!(code, 0);
    reply.truncate(length as usize);
    reply
}

fn recover(handle: *mut SealbookEnclave, kind: u8, bytes: &[u8]) -> i32 {
    let piece = [&[kind], bytes].concat();
    // Safety: a live buffer.
    unsafe { sealbook_recover(handle, piece.as_ptr(), piece.len() as u64) }
}

#[test]
fn wild_handles_are_refused_unread() {
    let live = load();
    assert_eq!(sealbook_destroy(live), 0);
    let wild = [
        (null_mut(), Error::Null),
        (8 as *mut SealbookEnclave, Error::Handle),
        (usize::MAX as *mut SealbookEnclave, Error::Handle),
        ((1usize << 60) as *mut SealbookEnclave, Error::Handle),
        (live, Error::State),
    ];
    let (mut byte, mut length) = (0u8, 1u64);
    for (handle, error) in wild {
        // Safety: handles are looked up, not followed; the buffers live.
        let codes = unsafe {
            [
                sealbook_measurement(handle, &raw mut byte),
                sealbook_boot(handle, &raw const byte, 1, &raw mut byte, &raw mut length),
                sealbook_recover(handle, &raw const byte, 1),
                sealbook_open_epoch(handle, &raw mut byte, &raw mut length),
                sealbook_status(handle, &raw mut byte, &raw mut length),
                sealbook_report(handle, &raw const byte, &raw mut byte),
                sealbook_ring_attach(handle, 0, 4096 as *mut u8, 8192),
                sealbook_start(handle, None, null_mut()),
                sealbook_doorbell(handle),
                sealbook_stop(handle),
                sealbook_destroy(handle),
            ]
        };
        assert_eq!(codes, [error.code(); 11], "{handle:?}");
    }
}

#[test]
fn load_refuses_bad_arguments() {
    let (image, config) = (b"image".to_vec(), config());
    let (image_at, config_at) = (image.as_ptr(), config.as_ptr());
    let (n, m) = (image.len() as u64, config.len() as u64);
    let mut handle = null_mut();
    let out = &raw mut handle;
    let rows: [(*const u8, u64, *const u8, u64, *mut *mut SealbookEnclave, Error); 12] = [
        (null(), n, config_at, m, out, Error::Null),
        (image_at, n, null(), m, out, Error::Null),
        (image_at, n, config_at, m, null_mut(), Error::Null),
        (image_at, 0, config_at, m, out, Error::Length),
        (image_at, n, config_at, 0, out, Error::Length),
        (image_at, 1 << 63, config_at, m, out, Error::Length),
        (image_at, u64::MAX, config_at, m, out, Error::Length),
        (usize::MAX as *const u8, 8, config_at, m, out, Error::Length),
        (8 as *const u8, 8, config_at, m, out, Error::Length),
        (image_at, n, config_at, m, (out as usize + 1) as *mut *mut SealbookEnclave, Error::Align),
        (out as *const u8, 8, config_at, m, out, Error::Overlap),
        (image_at, n, config_at, m - 1, out, Error::Config),
    ];
    for (i, (image, n, config, m, out, error)) in rows.into_iter().enumerate() {
        // Safety: what is not live does not pass the checks.
        assert_eq!(unsafe { sealbook_load(image, n, config, m, out) }, error.code(), "row {i}");
    }
}

#[test]
fn outputs_say_what_they_need_and_consume_nothing() {
    let handle = load();
    let request = emit(&BootRequest { block_hash: [9; 32], time_us: 1, is_debug: false });
    let (at, n) = (request.as_ptr(), request.len() as u64);
    let mut reply = vec![0u8; 512];
    let out = reply.as_mut_ptr();
    let mut length = 10u64;
    // Safety: live buffers.
    assert_eq!(unsafe { sealbook_boot(handle, at, n, out, &raw mut length) }, Error::Buffer.code());
    let needed = length;
    assert!(needed > 100 && reply.iter().all(|byte| *byte == 0));
    let word = &raw mut length;
    let rows: [(*const u8, u64, *mut u8, *mut u64, Error); 8] = [
        (at, n, null_mut(), word, Error::Null),
        (at, n, out, null_mut(), Error::Null),
        (at, n, out, (word as usize + 4) as *mut u64, Error::Align),
        (at, n, word.cast(), word, Error::Overlap),
        (out, n, out, word, Error::Overlap),
        (word.cast(), 8, out, word, Error::Overlap),
        (null(), n, out, word, Error::Null),
        (at, n - 1, out, word, Error::Format),
    ];
    for (i, (request, n, out, word, error)) in rows.into_iter().enumerate() {
        // Safety: a live word.
        unsafe { (&raw mut length).write(needed) };
        // Safety: live or refused.
        assert_eq!(
            unsafe { sealbook_boot(handle, request, n, out, word) },
            error.code(),
            "row {i}"
        );
    }
    // Safety: a live word.
    unsafe { word.write(u64::MAX) };
    // Safety: the room claimed wraps the address space and is refused.
    assert_eq!(unsafe { sealbook_boot(handle, at, n, out, word) }, Error::Length.code());
    // Safety: a live word.
    unsafe { word.write(needed) };
    // Safety: live buffers.
    assert_eq!(
        unsafe { sealbook_boot(handle, at, n, out, word) },
        0,
        "nothing above consumed the boot"
    );
    assert_eq!(sealbook_destroy(handle), 0);
}

#[test]
fn calls_out_of_order_are_refused() {
    extern "C" fn silent(_: *mut c_void, _: i32) {}
    let handle = load();
    let (mut byte, mut length) = (0u8, 1u64);
    let end = RecoveryEnd {
        epoch: 0,
        batch_number: 0,
        last_sequence: 0,
        state_root: [0; 32],
        inbox_cursor: 0,
    };
    // Safety: live buffers.
    unsafe {
        assert_eq!(
            sealbook_open_epoch(handle, &raw mut byte, &raw mut length),
            Error::State.code()
        );
        assert_eq!(sealbook_start(handle, Some(silent), null_mut()), Error::State.code());
        assert_eq!(sealbook_start(handle, None, null_mut()), Error::Null.code());
    }
    assert_eq!(recover(handle, 4, &emit(&end)), Error::State.code());
    assert_eq!(sealbook_stop(handle), Error::State.code());
    let reply = boot(handle);
    let request = emit(&BootRequest { block_hash: [9; 32], time_us: 1, is_debug: false });
    let (mut out, mut room) = (vec![0u8; 512], 512u64);
    // Safety: live buffers.
    let twice = unsafe {
        sealbook_boot(
            handle,
            request.as_ptr(),
            request.len() as u64,
            out.as_mut_ptr(),
            &raw mut room,
        )
    };
    assert_eq!(twice, Error::State.code());
    assert_eq!(recover(handle, 9, &[]), Error::Format.code());

    let handle_2 = load();
    boot(handle_2);
    assert_eq!(
        recover(handle_2, 1, b"not sealed by us at all, but long enough"),
        Error::Seal.code()
    );
    assert_eq!(recover(handle_2, 4, &emit(&end)), Error::Poisoned.code());
    assert_eq!(sealbook_destroy(handle_2), 0);

    let state_root = sealbook_wire::BootReply::parse(&reply).expect("reply").state_root;
    assert_eq!(recover(handle, 4, &emit(&RecoveryEnd { state_root, ..end })), 0);
    // Safety: live buffers.
    unsafe {
        assert_eq!(
            sealbook_start(handle, Some(silent), null_mut()),
            Error::State.code(),
            "no rings"
        );
    }
    assert_eq!(sealbook_destroy(handle), 0);
}

#[test]
fn rings_are_checked_before_they_are_taken() {
    let handle = load();
    let mut memory = null_mut();
    let length = 16 * 4096u64;
    // Safety: live buffers and pages.
    unsafe {
        for bad in [0, 1, 4095, 1 << 40, u64::MAX] {
            assert_eq!(sealbook_shared_allocate(bad, &raw mut memory), Error::Length.code());
        }
        assert_eq!(sealbook_shared_allocate(length, null_mut()), Error::Null.code());
        assert_eq!(sealbook_shared_allocate(length, &raw mut memory), 0);
        assert_eq!(
            sealbook_ring_attach(handle, 0, memory, length),
            Error::Ring.code(),
            "not initialised"
        );
        drop(crate::ring::RingMemory::initialise(memory, length as usize, 32768));
        for (ring, at, length, error) in [
            (3, memory, length, Error::Length),
            (-1, memory, length, Error::Length),
            (0, null_mut(), length, Error::Null),
            (0, memory.add(8), length, Error::Align),
            (0, memory, 100, Error::Length),
            (0, memory, u64::MAX, Error::Length),
            (0, memory, 4096 * 2, Error::Ring),
        ] {
            assert_eq!(sealbook_ring_attach(handle, ring, at, length), error.code());
        }
        assert_eq!(sealbook_ring_attach(handle, 0, memory, length), 0);
        assert_eq!(sealbook_ring_attach(handle, 0, memory, length), Error::State.code());
        assert_eq!(sealbook_ring_attach(handle, 1, memory, length), Error::Overlap.code());
        assert_eq!(sealbook_destroy(handle), 0);
        assert_eq!(sealbook_shared_free(memory, length), 0);
    }
}

#[test]
fn one_call_at_a_time() {
    let handle = load();
    let entry = find(handle).expect("live");
    let held = entry.enclave.try_lock().expect("free");
    let mut measurement = [0; 64];
    // Safety: a live buffer.
    assert_eq!(
        unsafe { sealbook_measurement(handle, measurement.as_mut_ptr()) },
        Error::Busy.code()
    );
    assert_eq!(sealbook_stop(handle), Error::Busy.code());
    assert_eq!(sealbook_destroy(handle), Error::Busy.code());
    assert_eq!(sealbook_doorbell(handle), 0, "the doorbell is the exception");
    drop(held);
    // Safety: a live buffer.
    assert_eq!(unsafe { sealbook_measurement(handle, measurement.as_mut_ptr()) }, 0);
    assert_eq!(measurement[..32], crate::platform::simulated::measure(b"image"));
    assert_eq!(sealbook_destroy(handle), 0);
}

#[test]
fn a_panic_stays_inside_and_poisons_the_handle() {
    let handle = load();
    assert_eq!(enter(handle, false, |_| panic!("a fault inside a call")), Error::Fault.code());
    let mut measurement = [0; 64];
    // Safety: a live buffer.
    assert_eq!(
        unsafe { sealbook_measurement(handle, measurement.as_mut_ptr()) },
        Error::Poisoned.code()
    );
    let (mut reply, mut length) = (vec![0u8; 512], 512u64);
    // Safety: live buffers.
    assert_eq!(unsafe { sealbook_status(handle, reply.as_mut_ptr(), &raw mut length) }, 0);
    let status = sealbook_wire::EnclaveStatus::parse(&reply[..length as usize]).expect("status");
    assert_eq!(status.state, 5);
    assert_eq!(sealbook_destroy(handle), 0);
}
