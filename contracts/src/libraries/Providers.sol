// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../interfaces/IPaymentChannels.sol";
import {PackedProvider, ProxyStatus} from "../types/Provider.sol";
import {Limits} from "./Limits.sol";

/// @title Slots and standing of providers
/// @notice Which channels a provider may hold: five direct ones, or, as a registered proxy, any number of locks.
library Providers {
    /// @notice Reverts unless the standing of `account` fits a channel of this kind.
    function requireKindAllowed(PackedProvider self, address account, uint8 kind) internal pure {
        if (kind == Limits.KIND_LOCK) {
            if (self.proxyStatus() != ProxyStatus.Registered) revert IPaymentChannels.ProviderNotProxy(account);
        } else if (self.proxyStatus() != ProxyStatus.None) {
            revert IPaymentChannels.ProviderIsProxy(account);
        }
    }

    /// @notice Counts a channel that becomes active; reverts when the provider may not hold it.
    function take(mapping(address => PackedProvider) storage providers, address account, uint8 kind) internal {
        PackedProvider provider = providers[account];
        requireKindAllowed(provider, account, kind);
        if (kind == Limits.KIND_LOCK) {
            providers[account] = provider.withLockTaken();
        } else {
            if (provider.activeDirect() >= Limits.MAX_ACTIVE_CHANNELS) {
                revert IPaymentChannels.NoFreeSlot(account, Limits.MAX_ACTIVE_CHANNELS);
            }
            providers[account] = provider.withDirectTaken();
        }
    }

    /// @notice Frees what `take` took.
    function release(mapping(address => PackedProvider) storage providers, address account, uint8 kind) internal {
        PackedProvider provider = providers[account];
        providers[account] = kind == Limits.KIND_LOCK ? provider.withLockFreed() : provider.withDirectFreed();
    }
}
