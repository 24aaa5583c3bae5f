// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch as Errors} from "../../src/interfaces/IEscapeHatch.sol";
import {SettledInstrument} from "../../src/types/Exit.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

contract SettleInstrumentsTest is FrozenVenue {
    uint16[] internal ids;
    uint256[9][] internal words;
    uint256[10][] internal paths;

    function open() internal {
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        hatch.splitRoot(accountsRoot(), instrumentsRoot(), venueWord());
    }

    function use(uint16 id) internal {
        delete ids;
        delete words;
        delete paths;
        add(id, id);
    }

    function add(uint16 id, uint16 actual) internal {
        ids.push(id);
        words.push(instrumentWords(actual));
        paths.push(instrumentPath(actual));
    }

    function refuse(bytes memory reason) internal {
        vm.expectRevert(reason);
        hatch.settleInstruments(ids, words, paths);
    }

    function test_StoresMarkAndFunding() public {
        open();
        use(1);
        vm.expectEmit(true, false, false, true);
        emit Errors.InstrumentSettled(1, 120, 3 << 32);
        hatch.settleInstruments(ids, words, paths);
        SettledInstrument memory settled = hatch.instrumentOf(1);
        vm.assertTrue(settled.isSettled && settled.mark == 120 && settled.fundingIndex == 3 << 32);
        vm.assertFalse(hatch.instrumentOf(2).isSettled);
        // Again, with another beside it: the first is passed over, whatever comes with it.
        words[0][2] = 7;
        add(2, 2);
        hatch.settleInstruments(ids, words, paths);
        vm.assertTrue(hatch.instrumentOf(1).mark == 120 && hatch.instrumentOf(2).mark == 40);
    }

    function test_NotBeforeTheRootIsSplit() public {
        use(1);
        refuse(abi.encodeWithSelector(Errors.RootNotSplit.selector));
    }

    function test_NotUnderAnotherId() public {
        open();
        use(1);
        ids[0] = 2;
        refuse(abi.encodeWithSelector(Errors.InstrumentMismatch.selector, 2, 1));
        ids[0] = 1024 + 1;
        refuse(abi.encodeWithSelector(Errors.IndexOutOfRange.selector, 1023, 1025));
        ids[0] = 0;
        words[0][0] = 0;
        refuse(abi.encodeWithSelector(Errors.InstrumentMismatch.selector, 0, 0));
        use(1);
        // The right leaf in another place of the tree.
        paths[0] = instrumentPath(2);
        vm.expectPartialRevert(Errors.InstrumentsRootMismatch.selector);
        hatch.settleInstruments(ids, words, paths);
    }

    function test_LengthsMatch() public {
        open();
        use(1);
        ids.push(2);
        refuse(abi.encodeWithSelector(Errors.LengthMismatch.selector, 2, 1));
        words.push(words[0]);
        refuse(abi.encodeWithSelector(Errors.LengthMismatch.selector, 2, 1));
    }

    function testFuzz_NoOtherLeafOrPath(uint8 where, uint256 flip) public {
        open();
        use(1);
        where = uint8(bound(where, 0, 18));
        flip = bound(flip, 1, type(uint248).max);
        if (where < 9) words[0][where] ^= flip;
        else paths[0][where - 9] ^= flip;
        vm.expectRevert();
        hatch.settleInstruments(ids, words, paths);
    }

    /// An instrument's leaf is nine words: an account's cannot be offered.
    function test_AnAccountIsNoInstrument() public {
        open();
        use(1);
        for (uint256 i = 0; i < 9; i++) {
            words[0][i] = accountWords(1)[i];
        }
        words[0][0] = 1;
        vm.expectPartialRevert(Errors.InstrumentsRootMismatch.selector);
        hatch.settleInstruments(ids, words, paths);
    }
}
