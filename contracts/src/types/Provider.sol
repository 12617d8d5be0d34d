// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A provider's standing as a proxy.
enum ProxyStatus {
    None,
    Registered,
    Leaving
}

/// @notice All that is kept about a provider, in one storage word.
///
///     bit    0 seen: set for ever by the first confirm, so that the word never returns to zero and only the first
///            channel of a provider's life pays for a fresh slot
///     bits   8–15 direct channels that hold one of the provider's slots · 16–79 locks confirmed and not yet settled
///           80–87 standing as a proxy · 88–127 seconds from which a leaving proxy may take its bond
type PackedProvider is uint256;

using {activeDirect, activeLocks, proxyStatus, leavesAt} for PackedProvider global;
using {withDirectTaken, withDirectFreed, withLockTaken, withLockFreed, withProxyStatus} for PackedProvider global;

uint256 constant SEEN = 1;
uint256 constant ONE_DIRECT = 1 << 8;
uint256 constant ONE_LOCK = 1 << 16;
uint256 constant COUNTS_MASK = (1 << 80) - 1;

function activeDirect(PackedProvider self) pure returns (uint256) {
    return uint8(PackedProvider.unwrap(self) >> 8);
}

function activeLocks(PackedProvider self) pure returns (uint256) {
    return uint64(PackedProvider.unwrap(self) >> 16);
}

function proxyStatus(PackedProvider self) pure returns (ProxyStatus) {
    return ProxyStatus(uint8(PackedProvider.unwrap(self) >> 80));
}

function leavesAt(PackedProvider self) pure returns (uint40) {
    return uint40(PackedProvider.unwrap(self) >> 88);
}

/// @dev The cap of 5 keeps the count in its byte.
function withDirectTaken(PackedProvider self) pure returns (PackedProvider) {
    return PackedProvider.wrap((PackedProvider.unwrap(self) | SEEN) + ONE_DIRECT);
}

/// @dev Only for a channel that took one.
function withDirectFreed(PackedProvider self) pure returns (PackedProvider) {
    return PackedProvider.wrap(PackedProvider.unwrap(self) - ONE_DIRECT);
}

/// @dev 2^64 locks are out of reach.
function withLockTaken(PackedProvider self) pure returns (PackedProvider) {
    return PackedProvider.wrap((PackedProvider.unwrap(self) | SEEN) + ONE_LOCK);
}

/// @dev Only for a lock that was counted.
function withLockFreed(PackedProvider self) pure returns (PackedProvider) {
    return PackedProvider.wrap(PackedProvider.unwrap(self) - ONE_LOCK);
}

function withProxyStatus(PackedProvider self, ProxyStatus newStatus, uint40 newLeavesAt)
    pure
    returns (PackedProvider)
{
    return PackedProvider.wrap(
        (PackedProvider.unwrap(self) & COUNTS_MASK) | SEEN | (uint256(newStatus) << 80) | (uint256(newLeavesAt) << 88)
    );
}
