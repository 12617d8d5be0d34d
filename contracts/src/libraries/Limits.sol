// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The protocol's constants
/// @notice Fixed by the protocol, the same in every deployment.
library Limits {
    /// @dev Bytes of a KB; every count on chain is in whole KB.
    uint256 internal constant BYTES_PER_KB = 1_000;

    /// @dev Bytes of a checkpoint.
    uint256 internal constant CHECKPOINT_BYTES = 5_000_000;

    /// @dev Parts of a tolerance of 100 %.
    uint256 internal constant TOLERANCE_SCALE = 1_000_000;

    /// @dev Slots of a provider.
    uint256 internal constant MAX_ACTIVE_CHANNELS = 5;

    /// @dev Per cent that a lock pays on top of the price.
    uint256 internal constant PROXY_FEE_PERCENT = 10;

    /// @dev Greatest capacity: KB that fit a uint48.
    uint256 internal constant MAX_CAPACITY_KB = type(uint48).max;

    /// @dev Seconds that the validUntil of a signed message may lie ahead.
    uint256 internal constant MAX_VALIDITY = 1 days;

    /// @dev Seconds that the expiry of an acceptance may lie ahead.
    uint256 internal constant MAX_ACCEPTANCE_VALIDITY = 10 minutes;

    /// @dev Kinds of channel.
    uint8 internal constant KIND_DIRECT = 1;
    uint8 internal constant KIND_LOCK = 2;
}
