// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A provider's standing as a proxy.
enum ProxyStatus {
    None,
    Registered,
    Leaving
}

/// @notice All that is kept about a provider, in one storage word.
/// @param seen Set for ever by the first confirm: the word never returns to zero, so only the first channel of a
/// provider's life pays for a fresh slot.
/// @param activeDirect Direct channels that hold one of the provider's slots.
/// @param activeLocks Locks confirmed and not yet settled.
/// @param proxyStatus Whether the provider is a proxy.
/// @param leavesAt Seconds from which a leaving proxy may take its bond.
struct Provider {
    bool seen;
    uint8 activeDirect;
    uint64 activeLocks;
    ProxyStatus proxyStatus;
    uint40 leavesAt;
}
