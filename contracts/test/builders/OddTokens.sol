// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// Tokens as they are found in the wild, each with one vice.
contract PlainToken is ERC20 {
    uint8 private immutable DECIMALS;

    constructor(uint8 decimals_) ERC20("plain", "PLN") {
        DECIMALS = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}

/// Keeps one percent of every transfer.
contract FeeToken is PlainToken(6) {
    function _update(address from, address to, uint256 amount) internal override {
        uint256 fee = from == address(0) ? 0 : amount / 100;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0), fee);
    }
}

/// Refuses listed addresses.
contract BlocklistToken is PlainToken(6) {
    mapping(address account => bool) public isBlocked;

    error Blocked(address account);

    function block_(address account, bool value) external {
        isBlocked[account] = value;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!isBlocked[to], Blocked(to));
        super._update(from, to, amount);
    }
}

/// Says no with `false` where others revert.
contract FalseToken is BlocklistToken {
    function transfer(address to, uint256 amount) public override returns (bool) {
        return isBlocked[to] ? false : super.transfer(to, amount);
    }
}

/// Returns nothing, as the first stablecoin does.
contract SilentToken {
    mapping(address account => uint256) public balanceOf;

    function decimals() external pure returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address, uint256) external {}

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// Calls a hook in the middle of a transfer.
contract HookToken is PlainToken(6) {
    address public target;
    bytes public call;
    bool public isHookAccepted;

    function hook(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        address callee = target;
        if (from != address(0) && callee != address(0)) {
            target = address(0);
            (isHookAccepted,) = callee.call(call);
        }
        super._update(from, to, amount);
    }
}
