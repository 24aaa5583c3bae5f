// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Vault} from "../../src/Vault.sol";
import {IVault as Errors} from "../../src/interfaces/IVault.sol";
import {BlocklistToken, FalseToken, HookToken, PlainToken, SilentToken} from "../builders/OddTokens.sol";
import {Test} from "../Vm.sol";

/// The vault alone, with this test as its inbox and settlement.
contract PayTest is Test {
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    function vaultOf(address token) internal returns (Vault) {
        return new Vault(IERC20Metadata(token), address(this), address(this), address(0xe5c));
    }

    function testFuzz_OnlySettlementInboxAndHatch(address sender) public {
        Vault vault = vaultOf(address(new PlainToken(6)));
        vm.assume(sender != address(this) && sender != address(0xe5c));
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotPayer.selector, sender));
        vault.pay(ALICE, 1);
    }

    function testFuzz_ScalesToTheToken(uint8 decimals, uint64 amount) public {
        decimals = uint8(bound(decimals, 6, 30));
        PlainToken token = new PlainToken(decimals);
        Vault vault = vaultOf(address(token));
        token.mint(address(vault), type(uint256).max);
        vault.pay(ALICE, amount);
        vm.assertEq(token.balanceOf(ALICE), uint256(amount) * 10 ** (decimals - 6));
    }

    function test_ATokenThatReturnsNothing() public {
        SilentToken token = new SilentToken();
        Vault vault = vaultOf(address(token));
        token.mint(address(vault), 5e6);
        vault.pay(ALICE, 5e6);
        vm.assertEq(token.balanceOf(ALICE), 5e6);
    }

    function test_ARefusedPushWaitsForItsOwner() public {
        BlocklistToken token = new BlocklistToken();
        Vault vault = vaultOf(address(token));
        token.mint(address(vault), 8e6);
        token.block_(ALICE, true);
        vm.expectEmit(true, true, false, true);
        emit Errors.PaymentDeferred(ALICE, 5e6);
        vault.pay(ALICE, 5e6);
        vault.pay(ALICE, 1e6);
        vault.pay(BOB, 2e6);
        vm.assertEq(vault.unpaidOf(ALICE), 6e6);
        vm.assertEq(token.balanceOf(BOB), 2e6);
        vm.assertEq(token.balanceOf(address(vault)), 6e6);
    }

    function test_FalseIsARefusal() public {
        FalseToken token = new FalseToken();
        Vault vault = vaultOf(address(token));
        token.mint(address(vault), 5e6);
        token.block_(ALICE, true);
        vault.pay(ALICE, 5e6);
        vm.assertEq(vault.unpaidOf(ALICE), 5e6);
    }

    /// A recipient's hook cannot take its payment twice: the second entry is shut out.
    function test_AReentrantRecipientIsShutOut() public {
        HookToken token = new HookToken();
        Vault vault = new Vault(IERC20Metadata(address(token)), address(this), address(token), address(0xe5c));
        token.mint(address(vault), 10e6);
        token.hook(address(vault), abi.encodeCall(vault.pay, (ALICE, 5e6)));
        vm.prank(address(token));
        vault.pay(ALICE, 5e6);
        vm.assertFalse(token.isHookAccepted());
        vm.assertEq(token.balanceOf(ALICE), 5e6);
    }
}
