// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IVault} from "./interfaces/IVault.sol";

/// The token and nothing but the token. Documentation is on the interface.
contract Vault is IVault, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// The engine counts in 1e-6; a coarser token could not be paid out exactly.
    uint256 internal constant DECIMALS_MIN = 6;
    uint256 internal constant DECIMALS_MAX = 30;
    /// Collateral is an i64 in the engine.
    uint256 internal constant AMOUNT_MAX = uint256(uint64(type(int64).max));

    IERC20 public immutable TOKEN;
    address public immutable INBOX;
    address public immutable SETTLEMENT;
    address public immutable ESCAPE_HATCH;
    uint256 public immutable SCALE;

    mapping(address owner => uint64) public unpaidOf;
    uint64 public unpaidTotal;

    constructor(IERC20Metadata token, address inbox, address settlement, address escapeHatch) {
        uint256 decimals = token.decimals();
        require(
            decimals >= DECIMALS_MIN && decimals <= DECIMALS_MAX,
            DecimalsOutOfRange(DECIMALS_MIN, DECIMALS_MAX, decimals)
        );

        TOKEN = token;
        INBOX = inbox;
        SETTLEMENT = settlement;
        ESCAPE_HATCH = escapeHatch;
        SCALE = 10 ** (decimals - DECIMALS_MIN);
    }

    /// @inheritdoc IVault
    function collect(address from, uint256 amount) external nonReentrant returns (uint64 credited) {
        require(msg.sender == INBOX, NotInbox(INBOX, msg.sender));
        // Dust is not pulled at all: it could be credited to nobody.
        amount -= amount % SCALE;

        // What arrived, not what was asked for: tokens may take a fee. The guard keeps a nested deposit, or a payment, of a token with
        // hooks from being counted twice.
        uint256 before = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(from, address(this), amount);
        uint256 present = TOKEN.balanceOf(address(this));
        require(present / SCALE <= AMOUNT_MAX, VaultFull(AMOUNT_MAX, present / SCALE));
        credited = uint64((present - before) / SCALE);

        emit Collected(from, credited);
    }

    /// @inheritdoc IVault
    function pay(address owner, uint64 amount) external nonReentrant {
        require(
            msg.sender == SETTLEMENT || msg.sender == INBOX || msg.sender == ESCAPE_HATCH,
            NotPayer(msg.sender)
        );

        // One blocklisted or reverting recipient must not make its withdrawal unclaimable, nor hold up another's.
        if (TOKEN.trySafeTransfer(owner, amount * SCALE)) {
            emit Paid(owner, amount);
        } else {
            unpaidOf[owner] += amount;
            unpaidTotal += amount;
            emit PaymentDeferred(owner, amount);
        }
    }

    /// @inheritdoc IVault
    function withdrawUnpaid(address to) external nonReentrant returns (uint64 amount) {
        require(to != address(0) && to != address(this), ZeroRecipient());
        amount = unpaidOf[msg.sender];
        require(amount != 0, NothingUnpaid(msg.sender));

        unpaidOf[msg.sender] = 0;
        unpaidTotal -= amount;
        TOKEN.safeTransfer(to, amount * SCALE);

        emit Paid(to, amount);
    }

    /// @inheritdoc IVault
    function holdings() external view returns (uint64) {
        // In the middle of a transfer the books are ahead of the balance: a token with hooks must not let anybody look.
        require(!_reentrancyGuardEntered(), Busy());
        uint256 present = TOKEN.balanceOf(address(this)) / SCALE;
        return uint64(present < AMOUNT_MAX ? present : AMOUNT_MAX);
    }
}
