//! The step: a command gets its position, the engine runs it, its journal record goes out. Nothing of a command is released before its
//! record is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use sealbook_wire::ring::outward;
use sealbook_wire::sequenced::SequencedHeader;
use sealbook_wire::{Command, OrderStatus, Origin, Reject, ResultEvent, Sequenced, SystemCommand};

use crate::error::Error;
use crate::halt::{Halt, Halting, command_digest};
use crate::machine::Step;
use crate::matching::{Matching, POISON_TRIES};
use crate::sequencer::{Head, record_digest};

impl Matching {
    /// A client's command: executed if its session has an account, and answered with exactly one result.
    pub(crate) fn commit_session(
        &mut self,
        slot: u32,
        counter: u64,
        index: u8,
        raw: &[u8],
        command: Sequenced<'_>,
    ) -> Halting<()> {
        let Some(session) = self.sessions.get(slot) else { return Ok(()) };
        let level = session.level;
        let mut result = ResultEvent {
            counter,
            index,
            code: 0,
            detail: 0,
            order_id: 0,
            status: OrderStatus::None,
            filled_lots: 0,
            remaining_lots: 0,
            epoch: 0,
            sequence: 0,
            chain_hash: [0; 32],
            time_us: 0,
            level,
            result_digest: [0; 32],
            blind: [0; 16],
        };
        let Some(account) = session.account else {
            result.code = Reject::NoAccount.code();
            return Ok(self.outbox.tell(slot, &result)?);
        };
        let head = *self.sequencer.head();
        let header = SequencedHeader {
            account,
            delegation_nonce: session.delegation_nonce,
            delegation_expiry: session.delegation_expiry,
            scopes: session.scopes,
            ..next_header(&head, Origin::Session)
        };
        if self.is_poisoned(account, raw) {
            result.code = Reject::Poison.code();
            return Ok(self.outbox.tell(slot, &result)?);
        }
        let blind = self.sequencer.next_blind();
        let step = self.commit(header, raw, command)?;
        if let Sequenced::Session(Command::CancelOnDisconnect(asked)) = command
            && step.code == 0
            && let Some(session) = self.sessions.get(slot)
        {
            session.is_cancel_on_disconnect = asked.is_on;
        }
        let head = self.sequencer.head();
        result = ResultEvent {
            code: step.code,
            detail: step.detail,
            order_id: step.order_id,
            status: step.status,
            filled_lots: step.filled_lots,
            remaining_lots: step.remaining_lots,
            epoch: head.epoch,
            sequence: head.sequence,
            chain_hash: head.chain_hash,
            time_us: head.time_us,
            result_digest: step.digest,
            blind,
            ..result
        };
        self.outbox.tell(slot, &result)?;
        self.publish_events(slot)
    }

    /// One of our own commands.
    pub(crate) fn commit_system(&mut self, command: SystemCommand<'_>) -> Halting<Step> {
        let mut scratch = core::mem::take(&mut self.scratch);
        let length = command.emit_into(&mut scratch).map_err(|_| Error::Fault)?.len();
        let head = *self.sequencer.head();
        let header = next_header(&head, Origin::System);
        let step = self.commit(header, &scratch[..length], Sequenced::System(command));
        self.scratch = scratch;
        let step = step?;
        self.publish_events(crate::publish::NO_SLOT)?;
        Ok(step)
    }

    /// Runs the engine and pushes the record. After a panic nothing of the command exists outside: no record, no reply, no root.
    fn commit(
        &mut self,
        header: SequencedHeader,
        raw: &[u8],
        command: Sequenced<'_>,
    ) -> Halting<Step> {
        let machine = &mut self.machine;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(feature = "buggify")]
            buggify(&command);
            machine.step(&header, &command)
        }));
        let step = ran.map_err(|panic| Halt {
            error: Error::Fault,
            sequence: header.sequence,
            digest: command_digest(header.origin, header.account, raw),
            text: panic_text(&*panic),
        })?;

        let header = SequencedHeader { result: step.code, result_digest: step.digest, ..header };
        let blind = self.sequencer.next_blind();
        let plaintext = self.journal.plaintext(&header, &blind, raw);
        let digest = record_digest(plaintext);
        let chain_hash = self.sequencer.next_chain_hash(&digest);
        let record = self.journal.seal(header.epoch, header.sequence, &chain_hash, &digest);
        self.outlet.push(outward::JOURNAL, &[record])?;
        self.sequencer.advance(chain_hash);
        self.count(&header, &command, &step);
        Ok(step)
    }

    fn count(&mut self, header: &SequencedHeader, command: &Sequenced<'_>, step: &Step) {
        self.recorded_us = header.time_us;
        if self.range.commands == 0 {
            self.range.opened_us = header.time_us;
        }
        self.range.commands += 1;
        let is_idle_tick =
            matches!(command, Sequenced::System(SystemCommand::Tick(_))) && !step.has_events;
        self.range.is_worthwhile |= !is_idle_tick;

        let counters = &self.status.counters;
        bump(&counters.commands, 1);
        bump(&counters.rejects, u64::from(step.code != 0));
        bump(&counters.trades, step.trades);
        counters.accounts.store(self.machine.accounts().into(), Ordering::Relaxed);
        counters.orders.store(self.machine.orders().into(), Ordering::Relaxed);
    }

    /// Did this command stop the enclave before, often enough? Own commands are never refused: to drop an inbox entry or a tick would
    /// be a wrong history, and a stop is better.
    fn is_poisoned(&self, account: u32, raw: &[u8]) -> bool {
        if self.poisons.is_empty() {
            return false;
        }
        let digest = command_digest(Origin::Session, account, raw);
        self.poisons.iter().any(|poison| poison.digest == digest && poison.tries >= POISON_TRIES)
    }
}

fn next_header(head: &Head, origin: Origin) -> SequencedHeader {
    SequencedHeader {
        origin,
        epoch: head.epoch,
        sequence: head.sequence + 1,
        time_us: head.time_us,
        account: 0,
        delegation_nonce: 0,
        delegation_expiry: 0,
        scopes: 0,
        result: 0,
        result_digest: [0; 32],
    }
}

/// One writer: a load and a store are enough.
fn bump(counter: &core::sync::atomic::AtomicU64, by: u64) {
    counter.store(counter.load(Ordering::Relaxed) + by, Ordering::Relaxed);
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("fault")
        .to_owned()
}

/// The token of a ping that panics inside the step, in builds made to be broken (F29).
#[cfg(feature = "buggify")]
pub const BUGGIFY_TOKEN: u64 = 0x0BAD_C0DE_0BAD_C0DE;

#[cfg(feature = "buggify")]
fn buggify(command: &Sequenced<'_>) {
    if let Sequenced::Session(sealbook_wire::Command::Ping(ping)) = command {
        assert!(ping.token != BUGGIFY_TOKEN, "buggify: a ping asked for a fault");
    }
}
