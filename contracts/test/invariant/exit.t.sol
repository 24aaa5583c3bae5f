// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Driven} from "./Driven.sol";
import {ExitHandler} from "./ExitHandler.sol";

/// The exit side's invariants, after every call of every random run. One function, so that they share the runs.
contract ExitInvariants is Driven {
    ExitHandler internal handler;

    function setUp() public {
        handler = new ExitHandler();
    }

    function driver() internal view override returns (address) {
        return address(handler);
    }

    /// Freezing by silence comes up once, waiting and exits often: a run should have both halves.
    function steps() internal view override returns (bytes4[] memory selectors) {
        selectors = new bytes4[](15);
        selectors[0] = handler.deposit.selector;
        selectors[1] = handler.force.selector;
        selectors[2] = handler.batch.selector;
        selectors[3] = handler.wait.selector;
        selectors[4] = handler.claim.selector;
        selectors[5] = handler.release.selector;
        selectors[6] = handler.freeze.selector;
        selectors[7] = handler.fallSilent.selector;
        selectors[8] = handler.openTrees.selector;
        selectors[9] = handler.prove.selector;
        selectors[10] = handler.proveDebts.selector;
        selectors[11] = handler.collect.selector;
        selectors[12] = handler.reclaim.selector;
        selectors[13] = handler.batchAfterFreeze.selector;
        selectors[14] = handler.collect.selector;
    }

    /// The handler can tell the whole story: silence, freeze, proofs, and somebody paid. Otherwise the invariants would look at nothing.
    function test_TheWholeStory() public {
        handler.deposit(7e11);
        handler.batch(5, true);
        handler.fallSilent();
        handler.openTrees();
        handler.proveDebts();
        for (uint256 i = 0; i < 4; i++) {
            handler.wait(8 hours);
        }
        for (uint256 i = 0; i < 8; i++) {
            handler.prove(i);
            handler.collect(i);
        }
        vm.assertGe(handler.exits(), 1, "somebody was paid");
        invariant_Exits();
    }

    function invariant_Exits() public view {
        checkNothingWentWrong();
        checkTheVaultCoversWhatIsSetApart();
        checkExitsStayWithinTheBooks();
        checkAFrozenRootIsFinal();
        checkEveryEntryIsServedOrFreezable();
        checkTheOutflowCapHolds();
    }

    /// Exact payments, no second one, nothing after the freeze but exits: judged call by call by the handler.
    function checkNothingWentWrong() internal view {
        vm.assertEq(handler.wrongs(), 0, handler.what());
    }

    function checkTheVaultCoversWhatIsSetApart() internal view {
        (uint256 held, uint256 apart, uint256 available) = handler.balances();
        vm.assertGe(held, apart + available, "withdrawable and locked");
    }

    function checkExitsStayWithinTheBooks() internal view {
        (uint256 paid, uint256 books) = handler.exitsPaid();
        vm.assertLe(paid, books, "exits");
    }

    function checkAFrozenRootIsFinal() internal view {
        vm.assertTrue(handler.isRootFinal(), "root");
    }

    function checkEveryEntryIsServedOrFreezable() internal view {
        vm.assertTrue(handler.isServedOrFreezable(), "forced");
    }

    function checkTheOutflowCapHolds() internal view {
        vm.assertTrue(handler.isWithinCap(), "cap");
    }
}
