// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RandomVenue} from "../builders/RandomVenue.sol";

/// Whoever is first at the door is to get more. Any order of exits, with any of them proven in the window or after it, by anybody,
/// pays each account the same to the unit, and all together no more than there is.
contract OrderOfExitsAttack is RandomVenue {
    mapping(uint256 account => uint256) internal paidInOrder;

    function testFuzz_AnyPermutation(uint256 seed) public {
        buildRandom(seed);
        freezeAndSettle();
        // Debts and the fund in time, which is everybody's business; the rest whenever they like.
        for (uint256 i = 0; i < accounts.length; i++) {
            if (i == 0 || equityOf(i) < 0 || draw() % 2 == 0) escapeOf(i);
        }
        endWindow();
        uint256 before = vm.snapshotState();
        uint256 all;
        for (uint256 i = 0; i < accounts.length; i++) {
            all += walkOut(i);
            vm.assertEq(token.balanceOf(accounts[i].owner), expectedOf(i), "in order");
        }
        vm.assertLe(all, spendable(), "no more than there is");
        vm.revertToState(before);
        uint256[] memory order = shuffled(accounts.length);
        for (uint256 i = 0; i < order.length; i++) {
            walkOut(order[i]);
        }
        for (uint256 i = 0; i < accounts.length; i++) {
            vm.assertEq(token.balanceOf(accounts[i].owner), expectedOf(i), "in any order");
        }
        checkApart();
    }

    /// Claims of promised withdrawals, reclaimed deposits and refused payments in between change nothing.
    function testFuzz_AmongOtherPayments(uint256 seed) public {
        buildRandom(seed);
        freezeAndSettle();
        proveAll();
        endWindow();
        uint256[] memory order = shuffled(accounts.length + 2);
        for (uint256 i = 0; i < order.length; i++) {
            if (order[i] < accounts.length) walkOut(order[i]);
            else if (order[i] == accounts.length) claimPromised();
            else reclaimUnconsumed();
        }
        for (uint256 i = 0; i < accounts.length; i++) {
            vm.assertEq(token.balanceOf(accounts[i].owner), expectedOf(i), "among others");
        }
        checkApart();
    }
}
