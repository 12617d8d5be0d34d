// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Limits} from "./Limits.sol";

/// @title Settlement arithmetic
/// @notice Prices and shares of a channel, free of storage. Counts are KB up to 2^48 − 1 and prices below 2^96, so no
/// product here reaches 2^152.
library Settlement {
    /// @notice Base units for `countKB`: floor(bytes × pricePerMB / 10^6), and floor(that × 110 / 100) for a lock.
    function price(uint256 countKB, uint256 pricePerMB, uint8 kind) internal pure returns (uint256 amount) {
        unchecked {
            amount = countKB * pricePerMB / 1_000;
            if (kind == Limits.KIND_LOCK) amount = amount * (100 + Limits.PROXY_FEE_PERCENT) / 100;
        }
    }

    /// @notice Base units that `capacityKB` takes in escrow: the price with both divisions rounded up, so that it
    /// never falls short of any price up to the capacity.
    function deposit(uint256 capacityKB, uint256 pricePerMB, uint8 kind) internal pure returns (uint256 amount) {
        unchecked {
            amount = (capacityKB * pricePerMB + 999) / 1_000;
            if (kind == Limits.KIND_LOCK) amount = (amount * (100 + Limits.PROXY_FEE_PERCENT) + 99) / 100;
        }
    }

    /// @notice The KB that the consumer is charged for, given both counts.
    /// @dev Agreed counts charge what the consumer signed. A dispute charges up to the provider's count, but no more
    /// than a checkpoint above the consumer's, lest a provider burn a whole deposit at no cost to itself. The
    /// tolerance is reckoned in bytes: in KB, a small one would round up to a whole KB of every difference.
    /// @param consumerKB uA. Where it is zero nothing is charged.
    /// @param providerKB uB. Below uA it is read as uA: the provider could always sign that number.
    function chargedKB(uint256 consumerKB, uint256 providerKB, uint256 tolerance) internal pure returns (uint256) {
        if (consumerKB == 0 || providerKB <= consumerKB) return consumerKB;
        unchecked {
            uint256 base = providerKB * Limits.BYTES_PER_KB;
            if (base > Limits.CHECKPOINT_BYTES) base = Limits.CHECKPOINT_BYTES;
            uint256 allowed = (base * tolerance + Limits.TOLERANCE_SCALE - 1) / Limits.TOLERANCE_SCALE;
            if (allowed < Limits.BYTES_PER_KB) allowed = Limits.BYTES_PER_KB;
            if ((providerKB - consumerKB) * Limits.BYTES_PER_KB <= allowed) return consumerKB;

            uint256 limit = consumerKB + Limits.CHECKPOINT_BYTES / Limits.BYTES_PER_KB;
            return providerKB < limit ? providerKB : limit;
        }
    }
}
