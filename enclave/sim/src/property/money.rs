//! Collateral: in by the inbox, out by withdrawals, sideways between sub-accounts.

use sealbook_wire::{Command, InboxKind, Transfer, Withdraw};

use super::{Broken, INSTRUMENTS, OWNERS, Twins};

impl Twins {
    pub(super) fn deposit(&mut self, kind: InboxKind, n: u32, amount: u64) -> Result<(), Broken> {
        self.entry(kind, n, amount, [0; 32])
    }

    fn entry(
        &mut self,
        kind: InboxKind,
        n: u32,
        amount: u64,
        data: [u8; 32],
    ) -> Result<(), Broken> {
        let outcomes =
            (self.fast.inbox(kind, n, amount, data), self.naive.inbox(kind, n, amount, data));
        self.check("inbox-entry", outcomes, None)
    }

    pub(super) fn inbox(&mut self) -> Result<(), Broken> {
        let kind = self.random.pick(&InboxKind::ALL);
        let n = 1 + self.random.below(u64::from(OWNERS) + 2) as u32;
        let amount = match kind {
            InboxKind::RegisterKey => self.random.below(2),
            InboxKind::Deposit => self.random.below(30_000_000),
            InboxKind::InsuranceDeposit => self.random.below(40_000),
            _ => self.random.below(8_000_000),
        };
        let mut data = [0; 32];
        data[31] = self.random.below(u64::from(INSTRUMENTS) + 1) as u8;
        self.entry(kind, n, amount, data)
    }

    /// To a sub-account that is there, that is not, or the same.
    pub(super) fn transfer(&mut self, account: u32) -> Command<'static> {
        let free = self.fast.engine.statement(account).map_or(0, |at| at.withdrawable as u64);
        let amount = self.random.pick(&[0, free / 2, free, free + 1, 1_000_000.min(free)]);
        Command::Transfer(Transfer { subaccount: self.random.below(3) as u8, amount })
    }

    /// Often exactly what is withdrawable: an account without a unit to spare shows a missing provision at its next fill.
    pub(super) fn withdraw(&mut self, account: u32) -> Command<'static> {
        let statement = self.fast.engine.statement(account);
        let (nonce, free) = statement.map_or((0, 0), |at| (at.nonce, at.withdrawable as u64));
        let amount = self.random.pick(&[0, 1, 1_000_000, free, free, free + 1, u64::MAX]);
        Command::Withdraw(Withdraw { nonce: nonce + self.random.pick(&[0, 1, 1, 1, 2]), amount })
    }
}
