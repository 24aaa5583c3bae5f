// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DelayBuffer, DelayBufferLib} from "../../src/libraries/DelayBuffer.sol";
import {Test} from "../Vm.sol";

contract DelayBufferTest is Test {
    using DelayBufferLib for DelayBuffer;

    uint64 internal constant SHORT = 600;
    uint64 internal constant MAX = 3000;

    function test_InTimeCostsNothing() public pure {
        DelayBuffer memory buffer = DelayBuffer(3000, 1000);
        buffer = buffer.after_(1500, 2100, SHORT, MAX);
        vm.assertEq(buffer.left, 3000);
        vm.assertEq(buffer.countedTo, 2100);
    }

    function test_EachLateSecondCostsOne() public pure {
        DelayBuffer memory buffer = DelayBuffer(3000, 1000);
        buffer = buffer.after_(1500, 2101, SHORT, MAX);
        vm.assertEq(buffer.left, 2999);
        // The next oldest waited through the same seconds, and ten more.
        buffer = buffer.after_(1500, 2111, SHORT, MAX);
        vm.assertEq(buffer.left, 2989);
    }

    function test_QuietTimeGivesBack() public pure {
        DelayBuffer memory buffer = DelayBuffer(100, 10_000);
        vm.assertEq(buffer.leftAt(10_019, MAX), 100);
        vm.assertEq(buffer.leftAt(10_020, MAX), 101);
        vm.assertEq(buffer.leftAt(9000, MAX), 100);
        vm.assertEq(buffer.leftAt(1_000_000, MAX), MAX);
    }

    /// Whoever is late all the time soon has the short deadline and no more.
    function test_AHabitIsNotForgiven() public pure {
        DelayBuffer memory buffer = DelayBuffer(3000, 0);
        for (uint64 i = 1; i <= 10; i++) {
            buffer = buffer.after_(i * 1000, i * 1000 + 1000, SHORT, MAX);
        }
        vm.assertEq(buffer.left, 0);
    }

    function testFuzz_StaysWithinItsBounds(uint40 left, uint40 countedTo, uint40 enteredAt, uint40 closedAt)
        public
        pure
    {
        left = uint40(bound(left, 0, MAX));
        DelayBuffer memory next = DelayBuffer(left, countedTo).after_(enteredAt, closedAt, SHORT, MAX);
        vm.assertLe(next.left, MAX, "left");
        vm.assertGe(next.countedTo, countedTo, "countedTo");
        vm.assertGe(next.countedTo, closedAt, "countedTo");
        // Lateness costs at most its own length.
        uint256 late = closedAt > uint256(enteredAt) + SHORT ? closedAt - uint256(enteredAt) - SHORT : 0;
        vm.assertGe(uint256(next.left) + late, left, "cost");
    }

    /// Later entries are due later: what is overdue is a prefix, which the freeze and `cursorDue` rely on.
    function testFuzz_DeadlinesAreInOrder(uint40 left, uint40 countedTo, uint40 first, uint40 second)
        public
        pure
    {
        vm.assume(first <= second);
        DelayBuffer memory buffer = DelayBuffer(uint40(bound(left, 0, MAX)), countedTo);
        vm.assertGe(
            second + uint256(buffer.leftAt(second, MAX)), first + uint256(buffer.leftAt(first, MAX)), "order"
        );
    }
}
