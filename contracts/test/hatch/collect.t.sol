// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch as Errors} from "../../src/interfaces/IEscapeHatch.sol";
import {ExitStatus} from "../../src/types/Exit.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

/// `collect` and `fixScale`.
contract CollectTest is FrozenVenue {
    function test_ScaledWhenItIsShort() public {
        freezeAndSettle();
        proveAll();
        endWindow();
        vm.expectEmit(false, false, false, true);
        emit Errors.ScaleFixed(1000e6, 1310e6, 1000e6);
        hatch.fixScale();
        vm.prank(CAROL);
        vm.expectEmit(true, true, false, true);
        emit Errors.Escaped(1, ALICE, uint64(uint256(570e6) * 1000e6 / 1310e6));
        hatch.collect(1);
        hatch.collect(2);
        hatch.collect(3);
        hatch.collect(4);
        hatch.collect(0);
        vm.assertEq(token.balanceOf(CAROL), 0);
        // 570 and 740 of 1,310, rounded down: one unit stays.
        vm.assertEq(token.balanceOf(ALICE), 435_114_503);
        vm.assertEq(token.balanceOf(BOB), 564_885_496);
        vm.assertEq(token.balanceOf(address(vault)), 1);
        vm.assertEq(hatch.available(), 1);
    }

    function test_OnceEach() public {
        freezeAndSettle();
        vm.expectRevert(abi.encodeWithSelector(Errors.NotProven.selector, 1));
        hatch.collect(1);
        proveAll();
        endWindow();
        hatch.collect(1);
        vm.expectRevert(abi.encodeWithSelector(Errors.AlreadyPaid.selector, 1));
        hatch.collect(1);
        vm.assertTrue(hatch.accountOf(1).status == ExitStatus.Paid);
    }

    function test_NotInTheWindow() public {
        freezeAndSettle();
        proveAll();
        uint64 until = hatch.frozenAt() + DEFICIT_WINDOW;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(Errors.WindowOpen.selector, until, until));
        hatch.collect(1);
        vm.expectRevert(abi.encodeWithSelector(Errors.WindowOpen.selector, until, until));
        hatch.fixScale();
        vm.warp(until + 1);
        hatch.collect(1);
    }

    function test_NoScaleBeforeTheFreeze() public {
        vm.expectRevert(Errors.NotFrozen.selector);
        hatch.fixScale();
    }

    /// Tokens given to the vault make good what others owe, and no more than that.
    function test_ADonationFillsTheHole() public {
        token.mint(address(vault), 100e6);
        freezeAndSettle();
        proveAll();
        endWindow();
        hatch.collect(1);
        vm.assertEq(token.balanceOf(ALICE), uint256(570e6) * 1100e6 / 1310e6);
        // Too late for the scale, and nobody's loss.
        token.mint(address(vault), 1000e6);
        hatch.collect(2);
        vm.assertEq(token.balanceOf(BOB), uint256(740e6) * 1100e6 / 1310e6);
    }

    function test_ALargeDonationPaysAllInFull() public {
        token.mint(address(vault), 5000e6);
        freezeAndSettle();
        proveAll();
        endWindow();
        hatch.collect(1);
        hatch.collect(2);
        vm.assertEq(token.balanceOf(ALICE), 570e6);
        vm.assertEq(token.balanceOf(BOB), 740e6);
    }

    /// What the token took away (a seizure, a negative rebase) is shared by the same scale, the insurance fund first.
    function test_AMissingPartIsShared() public {
        vm.prank(address(vault));
        token.transfer(address(1), 500e6);
        freezeAndSettle();
        proveAll();
        endWindow();
        hatch.collect(2);
        hatch.collect(1);
        vm.assertEq(token.balanceOf(ALICE), uint256(570e6) * 500e6 / 1310e6);
        vm.assertEq(token.balanceOf(BOB), uint256(740e6) * 500e6 / 1310e6);
    }

    /// Withdrawals that batches promised, deposits nobody consumed and payments that were refused are not the accounts' to share.
    function test_WhatIsSetApartStays() public {
        // Of another 300 deposited and consumed: 200 promised away, so that accounts have 1,100 between them. 50 more not consumed.
        depositAs(BOB, 300e6);
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = withdrawalLeaf(0, CAROL, 200e6);
        accounts[2].collateral += 100e6;
        bytes32 root = commitState();
        acceptRoot(leaves, root, 200e6);
        depositAs(CAROL, 50e6);
        freezeAndSettle();
        proveAll();
        endWindow();
        hatch.collect(1);
        hatch.collect(2);
        // 1,100 held, owed 1,100 + 360 − 50.
        vm.assertEq(token.balanceOf(ALICE), uint256(570e6) * 1100e6 / 1410e6);
        vm.assertEq(token.balanceOf(BOB), uint256(840e6) * 1100e6 / 1410e6);
        settlement.claim(headerOf[2], 0, CAROL, 200e6, new bytes32[](0));
        vm.assertEq(token.balanceOf(CAROL), 200e6);
        vm.assertGe(token.balanceOf(address(vault)), 50e6, "the deposit");
    }

    /// The fund's own rest stays where it is; it is nobody's.
    function test_TheInsuranceFundIsNotPaid() public {
        freezeAndSettle();
        proveAll();
        endWindow();
        hatch.collect(0);
        vm.assertTrue(hatch.accountOf(0).status == ExitStatus.Paid);
        vm.assertEq(token.balanceOf(address(vault)), DEPOSITED);
    }
}
