// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Refusals as values
/// @notice A check that batches use as well returns its encoded custom error instead of reverting; no bytes mean that
/// nothing is wrong. A single call ends with exactly that error, a batch reports it and goes on.
library Refusal {
    /// @notice Reverts with `refusal`, if there is one.
    function raise(bytes memory refusal) internal pure {
        if (refusal.length == 0) return;
        // Solidity has no other way to revert with bytes that are already encoded.
        assembly ("memory-safe") {
            revert(add(refusal, 32), mload(refusal))
        }
    }
}
