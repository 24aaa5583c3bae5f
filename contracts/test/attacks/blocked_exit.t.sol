// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "../../src/interfaces/IEscapeHatch.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITimelock} from "../../src/interfaces/ITimelock.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

/// Operator, governor, guardian and strangers try to stop a freeze or an exit.
contract BlockedExitAttack is FrozenVenue {
    /// Everything the privileged can do, done: nobody is paid less for it.
    function test_NobodyStopsAnExit() public {
        vm.startPrank(GUARDIAN);
        registry.revokeSigner(signer);
        registry.removeMeasurement(MR_ENCLAVE);
        certificates.revokeCertificate(0, 1);
        vm.stopPrank();
        vm.prank(GOVERNOR);
        uint256 id = timelock.propose(
            address(settlement), abi.encodeCall(ISettlement.replaceValidityPath, (address(0xbad)))
        );
        freezeAndSettle();
        proveAll();
        endWindow();
        // The change comes a week after; everybody could be gone.
        vm.expectPartialRevert(ITimelock.TooEarly.selector);
        timelock.execute(id);
        hatch.collect(1);
        hatch.collect(2);
        vm.assertEq(token.balanceOf(ALICE), 435_114_503);
        vm.assertEq(token.balanceOf(BOB), 564_885_496);
    }

    /// Late in the window: a new validity path, were it there in time, cannot move a frozen root.
    function test_AFrozenRootIsFinal() public {
        freezeAndSettle();
        bytes32 last = head().stateRoot;
        vm.prank(address(timelock));
        settlement.replaceValidityPath(address(this));
        vm.expectRevert(ISettlement.IsFrozen.selector);
        this.prove();
        vm.assertEq(head().stateRoot, last);
    }

    function prove() external {
        (bool isDone, bytes memory reason) = address(settlement)
            .call(
                abi.encodeWithSelector(
                    settlement.acceptProven.selector,
                    head().batchNumber + 1,
                    head().stateRoot,
                    keccak256("another"),
                    head().inboxCursor,
                    inbox.hashAt(head().inboxCursor),
                    bytes32(0),
                    uint256(0),
                    uint256(0),
                    block.timestamp
                )
            );
        if (!isDone) {
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
    }

    /// Everything a stranger can send in between is either refused or somebody's own step of the way.
    function test_StrangersInTheWay() public {
        freezeAndSettle();
        vm.startPrank(CAROL);
        hatch.splitRoot(accountsRoot(), instrumentsRoot(), venueWord());
        vm.expectRevert(IEscapeHatch.AlreadyFrozen.selector);
        hatch.freeze();
        // Proving another's account is doing it a favour.
        escapeOf(1);
        proveRest();
        vm.stopPrank();
        endWindow();
        vm.prank(CAROL);
        hatch.collect(1);
        vm.assertEq(token.balanceOf(ALICE), 435_114_503);
    }

    function proveRest() internal {
        for (uint256 i = 0; i < accounts.length; i++) {
            if (i != 1) escapeOf(i);
        }
    }

    /// A batch at the last moment, and again: the venue lives, so there is nothing to freeze; but it must serve the inbox to do so.
    function test_BatchesWithoutServiceDoNotKeepItAlive() public {
        vm.prank(ALICE);
        inbox.forceWithdraw(0, 1e6);
        uint256 entered = block.timestamp;
        (uint64 acceptedAt,) = settlement.clocks();
        vm.warp(acceptedAt + SILENCE_MAX);
        vm.assertEq(uint256(hatch.freezeReason()), uint256(IEscapeHatch.FreezeReason.OverdueEntry));
        vm.assertGe(entered + SILENCE_MAX, block.timestamp, "within a day");
        hatch.freeze();
    }
}
