//! Handles: numbers, not addresses. A wild or stale one is looked up and refused, never followed.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};

use crate::enclave::Enclave;
use crate::error::{Error, Result};
use crate::launch::{ThreadRole, thread_role};
use crate::status::{Phase, Status};
use crate::wait::Doorbell;

/// Handles look like aligned pointers, as C expects of an opaque pointer.
const HANDLE_STEP: usize = 4096;

/// What C sees of an enclave.
#[repr(C)]
pub struct SealbookEnclave {
    _opaque: [u8; 0],
}

/// A live enclave.
pub(super) struct Entry {
    pub(super) enclave: Mutex<Enclave>,
    is_poisoned: AtomicBool,
    pub(super) doorbell: Arc<Doorbell>,
    status: Arc<Status>,
}

struct Handles {
    live: BTreeMap<usize, Arc<Entry>>,
    next: usize,
}

static HANDLES: RwLock<Handles> = RwLock::new(Handles { live: BTreeMap::new(), next: HANDLE_STEP });

/// The enclave of a handle.
pub(super) fn find(handle: *mut SealbookEnclave) -> Result<Arc<Entry>> {
    let number = handle as usize;
    if number == 0 {
        return Err(Error::Null);
    }
    let handles = HANDLES.read().unwrap_or_else(PoisonError::into_inner);
    let was_issued = number.is_multiple_of(HANDLE_STEP) && number < handles.next;
    handles.live.get(&number).cloned().ok_or(if was_issued { Error::State } else { Error::Handle })
}

fn code(result: Result<()>) -> i32 {
    result.map_or_else(Error::code, |()| 0)
}

/// Runs a call that needs no handle.
pub(super) fn guard(call: impl FnOnce() -> Result<()>) -> i32 {
    code(catch_unwind(AssertUnwindSafe(call)).unwrap_or(Err(Error::Fault)))
}

/// Runs a call on a handle: one at a time, never from an enclave thread, never after a fault (unless the call works then too).
pub(super) fn enter(
    handle: *mut SealbookEnclave,
    works_faulted: bool,
    call: impl FnOnce(&mut Enclave) -> Result<()>,
) -> i32 {
    guard(|| {
        if thread_role() != ThreadRole::Host {
            return Err(Error::Busy);
        }
        let entry = find(handle)?;
        let mut enclave = match entry.enclave.try_lock() {
            Ok(enclave) => enclave,
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        };
        let is_faulted =
            entry.is_poisoned.load(Ordering::Acquire) || entry.status.phase() == Phase::Faulted;
        if is_faulted && !works_faulted {
            return Err(Error::Poisoned);
        }
        catch_unwind(AssertUnwindSafe(|| call(&mut enclave))).unwrap_or_else(|_| {
            entry.is_poisoned.store(true, Ordering::Release);
            entry.status.set_phase(Phase::Faulted);
            Err(Error::Fault)
        })
    })
}

/// A handle for a new enclave.
pub(super) fn issue(enclave: Enclave) -> *mut SealbookEnclave {
    let entry = Entry {
        doorbell: enclave.doorbell(),
        status: enclave.shared_status(),
        is_poisoned: AtomicBool::new(false),
        enclave: Mutex::new(enclave),
    };
    let mut handles = HANDLES.write().unwrap_or_else(PoisonError::into_inner);
    let number = handles.next;
    handles.next += HANDLE_STEP;
    handles.live.insert(number, Arc::new(entry));
    number as *mut SealbookEnclave
}

/// Forgets a handle; its enclave is dropped with the last call on it.
pub(super) fn retire(handle: *mut SealbookEnclave) {
    let mut handles = HANDLES.write().unwrap_or_else(PoisonError::into_inner);
    let retired = handles.live.remove(&(handle as usize));
    drop(handles);
    drop(retired);
}
