// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The settlement rules once more, written from the protocol's text and in bytes, to test the contracts
/// against: as fractions compared by cross-multiplication, free of the library's shortcuts.
library Model {
    uint256 internal constant MILLION = 1_000_000;
    uint256 internal constant FIVE_MB = 5_000_000;

    /// @dev The greatest whole number of base units that is not above countBytes × pricePerMB / 10^6, then 110 % of it.
    function price(uint256 countBytes, uint256 pricePerMB, bool isLock) internal pure returns (uint256 amount) {
        amount = countBytes * pricePerMB / MILLION;
        return isLock ? amount * 110 / 100 : amount;
    }

    /// @dev The smallest whole number of base units that is not below it.
    function deposit(uint256 capacity, uint256 pricePerMB, bool isLock) internal pure returns (uint256 amount) {
        amount = ceil(capacity * pricePerMB, MILLION);
        return isLock ? ceil(amount * 110, 100) : amount;
    }

    function isDispute(uint256 uA, uint256 uB, uint256 tolerance) internal pure returns (bool) {
        if (uB <= uA) return false;
        uint256 difference = uB - uA;
        // Within 1,000 bytes is always agreed; otherwise difference ≤ ceil(x) is the same as difference − 1 < x.
        if (difference <= 1_000) return false;
        uint256 first = uB < FIVE_MB ? uB : FIVE_MB;
        return (difference - 1) * MILLION >= first * tolerance;
    }

    /// @return paid To the provider over the channel's life.
    /// @return burned Charged beyond that.
    /// @return refunded The rest of the deposit.
    function settle(
        uint256 capacity,
        uint256 uA,
        uint256 uB,
        uint256 pricePerMB,
        uint256 tolerance,
        bool isLock
    ) internal pure returns (uint256 paid, uint256 burned, uint256 refunded) {
        paid = price(uA, pricePerMB, isLock);
        if (uA != 0 && isDispute(uA, uB, tolerance)) {
            uint256 counted = uB > uA + FIVE_MB ? uA + FIVE_MB : uB;
            burned = price(counted, pricePerMB, isLock) - paid;
        }
        refunded = deposit(capacity, pricePerMB, isLock) - paid - burned;
    }

    function ceil(uint256 numerator, uint256 denominator) internal pure returns (uint256) {
        return numerator / denominator + (numerator % denominator == 0 ? 0 : 1);
    }
}
