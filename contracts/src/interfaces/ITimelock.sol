// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Every change that could make the venue trust something new waits here, longer than users need to leave: a measurement that may
/// sign (`AttestationRegistry.allowMeasurement`), a validity path or its verifier. Removals do not wait: they are the guardian's, elsewhere.
interface ITimelock {
    event Proposed(uint256 indexed id, address indexed target, bytes data, uint64 executableFrom);
    event Executed(uint256 indexed id);
    event Cancelled(uint256 indexed id);

    error ZeroAddress();
    /// Users must have left before a change: freeze delay and deficit window together.
    error DelayTooShort(uint256 expectedAfter, uint256 actual);
    error NotGovernor(address expected, address actual);
    error NotGovernorNorGuardian(address actual);
    error UnknownProposal(uint256 id);
    error TooEarly(uint64 executableFrom, uint64 timestamp);
    /// A proposal does not lie in wait: it lapses a grace after it could have been executed.
    error Lapsed(uint64 executableUntil, uint64 timestamp);
    error CallFailed(bytes reason);

    /// Governor only.
    function propose(address target, bytes calldata data) external returns (uint256 id);

    /// Anyone, from `executableFrom` on, once.
    function execute(uint256 id) external;

    /// Governor or guardian.
    function cancel(uint256 id) external;

    function proposalOf(uint256 id)
        external
        view
        returns (address target, uint64 executableFrom, bytes memory data);

    function DELAY() external view returns (uint64);
}
