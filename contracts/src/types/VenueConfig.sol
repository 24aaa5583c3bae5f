// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IAttestationRegistry} from "../interfaces/IAttestationRegistry.sol";

/// How long an inbox entry may wait before a batch that skips it is refused, in seconds (docs/exit.md).
struct ForcedDeadlines {
    uint32 short; // confirmations and one batch: what an honest sequencer needs; the deadline once the delay buffer is spent
    uint32 full; // with a full delay buffer; at most an hour
}

/// How fast withdrawals of signed batches may leave.
struct OutflowCap {
    uint64 amountMin; // 1e-6 of the token
    uint32 sharePpm; // of what the vault holds; the larger of the two counts
    uint32 window; // s: the cap refills once in that time
}

/// Everything about a venue that never changes, except who may prove.
struct VenueConfig {
    IAttestationRegistry registry;
    IERC20Metadata token;
    bytes32 genesisStateRoot; // 0: the first opening brings it
    address operator; // sends the first opening
    address escapeHatch; // may freeze, and pays exits then
    address timelock; // may replace the validity path
    address validityPath; // 0: none yet
    ForcedDeadlines forced;
    OutflowCap outflow;
}
