// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Settlement} from "../../src/Settlement.sol";
import {IInbox} from "../../src/interfaces/IInbox.sol";
import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {IWithdrawalQueue} from "../../src/interfaces/IWithdrawalQueue.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {VenueConfig} from "../../src/types/VenueConfig.sol";
import {Venue} from "../builders/Venue.sol";

/// `freeze`, `replaceValidityPath` and the constructor: what is whose.
contract SettlementRolesTest is Venue {
    function testFuzz_OnlyTheHatchFreezes(address sender) public {
        vm.assume(sender != address(hatch));
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotEscapeHatch.selector, address(hatch), sender));
        settlement.freeze();
    }

    function test_AFreezeEndsBatchesEpochsAndEntries() public {
        openFirstEpoch();
        acceptNext();
        vm.expectEmit(false, false, false, true);
        emit Errors.Frozen(1, head().stateRoot, 0);
        vm.prank(address(hatch));
        settlement.freeze();
        vm.assertTrue(settlement.isFrozen());
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        bytes memory signature = signOpening(opening, 0xb0b0);
        vm.expectRevert(Errors.IsFrozen.selector);
        settlement.openEpoch(opening, signature);
        vm.expectRevert(IInbox.IsFrozen.selector);
        inbox.forceCancelAll(0);
        token.mint(address(this), 1e6);
        token.approve(address(vault), 1e6);
        vm.expectRevert(IInbox.IsFrozen.selector);
        inbox.deposit(0, 1e6);
        vm.prank(address(hatch));
        vm.expectRevert(Errors.IsFrozen.selector);
        settlement.freeze();
    }

    function testFuzz_OnlyTheTimelockReplacesTheValidityPath(address sender, address next) public {
        vm.assume(sender != address(timelock));
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotTimelock.selector, address(timelock), sender));
        settlement.replaceValidityPath(next);
        vm.prank(address(timelock));
        settlement.replaceValidityPath(next);
        vm.assertEq(settlement.validityPath(), next);
    }

    function test_EveryPartIsNamedAtDeployment() public {
        for (uint256 i = 0; i < 4; i++) {
            VenueConfig memory config = venueConfig(token);
            if (i == 0) config.operator = address(0);
            if (i == 1) config.escapeHatch = address(0);
            if (i == 2) config.timelock = address(0);
            if (i == 3) config.outflow.window = 0;
            vm.expectRevert(
                i == 3 ? IWithdrawalQueue.OutflowCapOutOfRange.selector : Errors.ZeroAddress.selector
            );
            new Settlement(config);
        }
    }

    function testFuzz_DeadlinesAreShortAndOrdered(uint32 short, uint32 full) public {
        VenueConfig memory config = venueConfig(token);
        (config.forced.short, config.forced.full) = (short, full);
        if (short == 0 || short >= full || full > 1 hours) {
            vm.expectRevert(abi.encodeWithSelector(IInbox.DeadlinesOutOfRange.selector, 1 hours, short, full));
        }
        new Settlement(config);
    }
}
