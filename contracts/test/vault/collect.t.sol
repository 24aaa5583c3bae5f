// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Vault} from "../../src/Vault.sol";
import {IVault as Errors} from "../../src/interfaces/IVault.sol";
import {PlainToken} from "../builders/OddTokens.sol";
import {Test} from "../Vm.sol";

contract CollectTest is Test {
    function testFuzz_OnlyTheInbox(address sender, address from, uint256 amount) public {
        PlainToken token = new PlainToken(6);
        Vault vault = new Vault(IERC20Metadata(address(token)), address(this), address(this), address(0xe5c));
        vm.assume(sender != address(this));
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotInbox.selector, address(this), sender));
        vault.collect(from, amount);
    }

    /// Tokens sent past the inbox belong to nobody and are never credited to the next depositor.
    function testFuzz_ADonationIsNotADeposit(uint64 donation, uint64 amount) public {
        PlainToken token = new PlainToken(6);
        Vault vault = new Vault(IERC20Metadata(address(token)), address(this), address(this), address(0xe5c));
        donation = uint64(bound(donation, 0, 1e18));
        amount = uint64(bound(amount, 1, 1e18));
        token.mint(address(vault), donation);
        token.mint(address(this), amount);
        token.approve(address(vault), amount);
        vm.assertEq(vault.collect(address(this), amount), amount);
    }
}
