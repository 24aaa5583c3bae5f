// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Vault} from "../../src/Vault.sol";
import {IVault as Errors} from "../../src/interfaces/IVault.sol";
import {BlocklistToken} from "../builders/OddTokens.sol";
import {Test} from "../Vm.sol";

contract WithdrawUnpaidTest is Test {
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    BlocklistToken internal token;
    Vault internal vault;

    function setUp() public {
        token = new BlocklistToken();
        vault = new Vault(IERC20Metadata(address(token)), address(this), address(this), address(0xe5c));
        token.mint(address(vault), 8e6);
        token.block_(ALICE, true);
        vault.pay(ALICE, 5e6);
    }

    function test_GoesWhereTheOwnerSays() public {
        vm.prank(ALICE);
        vm.assertEq(vault.withdrawUnpaid(BOB), 5e6);
        vm.assertEq(token.balanceOf(BOB), 5e6);
        vm.assertEq(vault.unpaidOf(ALICE), 0);
    }

    function test_OnlyOnce() public {
        vm.startPrank(ALICE);
        vault.withdrawUnpaid(BOB);
        vm.expectRevert(abi.encodeWithSelector(Errors.NothingUnpaid.selector, ALICE));
        vault.withdrawUnpaid(BOB);
    }

    function testFuzz_NobodyElse(address sender, address to) public {
        vm.assume(sender != ALICE && to != address(0) && to != address(vault));
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NothingUnpaid.selector, sender));
        vault.withdrawUnpaid(to);
    }

    /// A refused pull changes nothing: the owner tries another address.
    function test_ARefusedPullKeepsTheDebt() public {
        vm.startPrank(ALICE);
        vm.expectRevert();
        vault.withdrawUnpaid(ALICE);
        vm.assertEq(vault.unpaidOf(ALICE), 5e6);
        vm.expectRevert(Errors.ZeroRecipient.selector);
        vault.withdrawUnpaid(address(0));
        vm.expectRevert(Errors.ZeroRecipient.selector);
        vault.withdrawUnpaid(address(vault));
    }
}
