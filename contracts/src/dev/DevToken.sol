// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// Play money with six decimals that anyone may mint. Exists on the development chain only.
contract DevToken is ERC20 {
    uint256 internal constant DEVELOPMENT_CHAIN_ID = 31_337;

    error DevelopmentOnly(uint256 expectedChainId, uint256 actualChainId);

    constructor() ERC20("sealbook dev dollar", "devUSD") {
        require(block.chainid == DEVELOPMENT_CHAIN_ID, DevelopmentOnly(DEVELOPMENT_CHAIN_ID, block.chainid));
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
