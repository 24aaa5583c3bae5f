// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// Holds the collateral token. Amounts are 1e-6 of the token, as in the engine; the vault scales to the token's decimals.
interface IVault {
    event Collected(address indexed from, uint64 amount);
    event Paid(address indexed to, uint64 amount);
    /// The token refused the transfer; the amount waits for `withdrawUnpaid`.
    event PaymentDeferred(address indexed owner, uint64 amount);

    error NotInbox(address expected, address actual);
    error NotPayer(address actual);
    error DecimalsOutOfRange(uint256 expectedMin, uint256 expectedMax, uint256 actual);
    /// The vault would hold more than the engine can count (2^63 − 1).
    error VaultFull(uint256 expectedMax, uint256 actual);
    error ZeroRecipient();
    error NothingUnpaid(address owner);
    /// Asked from within a transfer.
    error Busy();

    /// Pulls tokens from `from`, who has approved the vault and called the inbox. Inbox only.
    /// @param amount In the token's units.
    /// @return credited By balance difference, rounded down, 1e-6 of the token.
    function collect(address from, uint256 amount) external returns (uint64 credited);

    /// Pays `owner`, or remembers the debt if the token refuses. Settlement, inbox and escape hatch only.
    function pay(address owner, uint64 amount) external;

    /// Sends the caller's deferred payments to `to`.
    function withdrawUnpaid(address to) external returns (uint64 amount);

    /// Deferred payments of `owner`, 1e-6 of the token.
    function unpaidOf(address owner) external view returns (uint64);

    /// Deferred payments of all. 1e-6 of the token.
    function unpaidTotal() external view returns (uint64);

    /// What the vault has, rounded down. 1e-6 of the token.
    function holdings() external view returns (uint64);

    function TOKEN() external view returns (IERC20);

    /// Token units per 1e-6 of the token.
    function SCALE() external view returns (uint256);
}
