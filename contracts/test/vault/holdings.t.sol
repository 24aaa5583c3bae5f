// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Vault} from "../../src/Vault.sol";
import {IVault as Errors} from "../../src/interfaces/IVault.sol";
import {HookToken, PlainToken} from "../builders/OddTokens.sol";
import {Test} from "../Vm.sol";

/// `holdings`, and who pays.
contract HoldingsTest is Test {
    address internal constant ALICE = address(0xa11ce);
    address internal constant HATCH = address(0xe5c);

    function testFuzz_Holdings(uint8 decimals, uint256 amount) public {
        decimals = uint8(bound(decimals, 6, 30));
        PlainToken token = new PlainToken(decimals);
        Vault vault = new Vault(token, address(0x1), address(this), HATCH);
        token.mint(address(vault), amount);
        uint256 expected = amount / 10 ** (decimals - 6);
        uint256 limit = uint256(uint64(type(int64).max));
        vm.assertEq(vault.holdings(), expected < limit ? expected : limit);
    }

    /// From within a transfer the books and the balance disagree: whoever fixed a scale then would fix a wrong one.
    function test_HoldingsAreNotToBeSeenInTheMiddle() public {
        HookToken token = new HookToken();
        Vault vault = new Vault(IERC20Metadata(address(token)), address(0x1), address(this), HATCH);
        token.mint(address(vault), 10e6);
        token.hook(address(vault), abi.encodeCall(vault.holdings, ()));
        vault.pay(ALICE, 5e6);
        vm.assertFalse(token.isHookAccepted());
        vm.assertEq(vault.holdings(), 5e6);
    }

    /// The hatch and the inbox pay too.
    function test_TheHatchPays() public {
        PlainToken token = new PlainToken(6);
        Vault vault = new Vault(token, address(0x1), address(this), HATCH);
        token.mint(address(vault), 10e6);
        vm.prank(HATCH);
        vault.pay(ALICE, 1e6);
        vm.prank(address(0x1));
        vault.pay(ALICE, 2e6);
        vm.assertEq(token.balanceOf(ALICE), 3e6);
    }
}
