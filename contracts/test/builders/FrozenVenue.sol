// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StateBuilder} from "./StateBuilder.sol";

/// Five accounts in a perpetual and an option, with funding, one of them under water; 1,000 tokens deposited and consumed.
///
/// Equities by hand, in 1e-6 of the token (marks 120 and 40 a lot, funding index up by 3 a lot):
/// insurance 50e6; ALICE 400e6 + 10e6 × 120 − 1,000e6 − 30e6 = 570e6; BOB's first 900e6 − 1,200e6 + 1,000e6 + 30e6 + 10e6 = 740e6;
/// CAROL −350e6 − 40e6 + 30e6 = −360e6; BOB's second 0. Together 1,000e6.
abstract contract FrozenVenue is StateBuilder {
    address internal constant CAROL = address(0xca401);
    uint256 internal constant DEPOSITED = 1000e6;

    function setUp() public virtual override {
        super.setUp();
        openFirstEpoch();
        depositAs(ALICE, DEPOSITED);
        buildState();
        acceptState();
    }

    function buildState() internal virtual {
        int96 three = 3 << 32;
        addInstrument(120, three);
        addInstrument(40, 0);
        addAccount(address(0), 50e6);
        addAccount(ALICE, 400e6);
        addPosition(1, 1, 10e6, 1000e6, 0);
        addAccount(BOB, 900e6);
        addPosition(2, 1, -10e6, -1000e6, 0);
        addPosition(2, 2, 1e6, 30e6, 0);
        addAccount(CAROL, -350e6);
        addPosition(3, 2, -1e6, -30e6, 0);
        addAccount(BOB, 0).subaccount = 1;
    }

    function endWindow() internal {
        vm.warp(hatch.frozenAt() + DEFICIT_WINDOW + 1);
    }

    /// Everybody is proven in time.
    function proveAll() internal {
        for (uint256 i = 0; i < accounts.length; i++) {
            escapeOf(i);
        }
    }
}
