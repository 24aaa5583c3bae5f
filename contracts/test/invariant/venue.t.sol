// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Driven} from "./Driven.sol";
import {Handler} from "./Handler.sol";

/// The contract invariants of the fault list, after every call of every random run.
contract VenueInvariants is Driven {
    Handler internal handler;

    function setUp() public {
        handler = new Handler();
    }

    function driver() internal view override returns (address) {
        return address(handler);
    }

    function steps() internal view override returns (bytes4[] memory selectors) {
        selectors = new bytes4[](7);
        selectors[0] = handler.deposit.selector;
        selectors[1] = handler.batch.selector;
        selectors[2] = handler.forgedBatch.selector;
        selectors[3] = handler.foreignBatch.selector;
        selectors[4] = handler.claim.selector;
        selectors[5] = handler.newEpoch.selector;
        selectors[6] = handler.revoke.selector;
    }

    /// One function, so that they share the runs.
    function invariant_Venue() public view {
        checkTheVaultCoversWhatIsOwed();
        checkBatchesAreContinuous();
        checkNothingForgedIsAccepted();
        checkADepositIsOneEntry();
        checkAWithdrawalIsPaidOnce();
    }

    function checkTheVaultCoversWhatIsOwed() internal view {
        (uint256 held, uint256 unpaid,,) = handler.balances();
        vm.assertEq(held, handler.deposited() - handler.paid() + unpaid);
        vm.assertGe(held, handler.withdrawable() - handler.paid() + unpaid, "withdrawable");
    }

    function checkBatchesAreContinuous() internal view {
        vm.assertEq(handler.discontinuities(), 0);
        vm.assertTrue(handler.isBoundToOneEpoch());
    }

    function checkNothingForgedIsAccepted() internal view {
        vm.assertEq(handler.forgeriesAccepted(), 0);
    }

    function checkADepositIsOneEntry() internal view {
        (,, uint256 entries, uint256 cursor) = handler.balances();
        vm.assertEq(entries, handler.deposits());
        vm.assertLe(cursor, entries, "cursor");
    }

    function checkAWithdrawalIsPaidOnce() internal view {
        vm.assertEq(handler.doubleClaims(), 0);
    }
}
