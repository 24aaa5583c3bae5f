// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "./interfaces/IEscapeHatch.sol";
import {ITimelock} from "./interfaces/ITimelock.sol";

/// One waiting room for every addition. Documentation is on the interface.
contract Timelock is ITimelock {
    /// How long a proposal stays executable.
    uint64 internal constant GRACE = 14 days;

    address public immutable GOVERNOR;
    address public immutable GUARDIAN;
    uint64 public immutable DELAY;

    struct Proposal {
        address target;
        uint64 executableFrom; // 0 = none, or done
        bytes data;
    }

    uint256 public proposals;
    mapping(uint256 id => Proposal) public proposalOf;

    constructor(IEscapeHatch hatch, address governor, address guardian, uint64 delay) {
        require(governor != address(0) && guardian != address(0), ZeroAddress());
        uint256 leaving = hatch.SILENCE_MAX() + hatch.DEFICIT_WINDOW();
        require(delay > leaving, DelayTooShort(leaving, delay));

        GOVERNOR = governor;
        GUARDIAN = guardian;
        DELAY = delay;
    }

    /// @inheritdoc ITimelock
    function propose(address target, bytes calldata data) external returns (uint256 id) {
        require(msg.sender == GOVERNOR, NotGovernor(GOVERNOR, msg.sender));
        require(target != address(0), ZeroAddress());

        id = ++proposals;
        uint64 executableFrom = uint64(block.timestamp) + DELAY;
        proposalOf[id] = Proposal(target, executableFrom, data);

        emit Proposed(id, target, data, executableFrom);
    }

    /// @inheritdoc ITimelock
    function execute(uint256 id) external {
        Proposal memory proposal = proposalOf[id];
        uint64 from = proposal.executableFrom;
        require(from != 0, UnknownProposal(id));
        require(block.timestamp >= from, TooEarly(from, uint64(block.timestamp)));
        require(block.timestamp <= from + GRACE, Lapsed(from + GRACE, uint64(block.timestamp)));

        delete proposalOf[id];
        emit Executed(id);

        (bool isDone, bytes memory reason) = proposal.target.call(proposal.data);
        require(isDone, CallFailed(reason));
    }

    /// @inheritdoc ITimelock
    function cancel(uint256 id) external {
        require(msg.sender == GOVERNOR || msg.sender == GUARDIAN, NotGovernorNorGuardian(msg.sender));
        require(proposalOf[id].executableFrom != 0, UnknownProposal(id));

        delete proposalOf[id];

        emit Cancelled(id);
    }
}
