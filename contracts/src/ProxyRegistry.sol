// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "./Escrow.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {IProxyRegistry} from "./interfaces/IProxyRegistry.sol";
import {Provider, ProxyStatus} from "./types/Provider.sol";

/// @title The register of proxies, as a part of the escrow
abstract contract ProxyRegistry is IProxyRegistry, Escrow {
    /// @dev Longest leaving delay that can be deployed.
    uint256 private constant _MAX_DELAY = 90 days;

    uint256 private immutable _PROXY_BOND;
    uint256 private immutable _LEAVING_DELAY;

    mapping(address => Provider) internal _providers;

    constructor(uint256 proxyBond_, uint256 leavingDelay_) {
        if (leavingDelay_ == 0 || leavingDelay_ > _MAX_DELAY) {
            revert IPaymentChannels.PeriodOutOfRange(leavingDelay_, _MAX_DELAY);
        }
        _PROXY_BOND = proxyBond_;
        _LEAVING_DELAY = leavingDelay_;
    }

    /// @inheritdoc IProxyRegistry
    function registerProxy() external nonReentrant {
        Provider storage provider = _providers[msg.sender];
        _requireProxyStatus(provider, ProxyStatus.None);
        if (provider.activeDirect != 0) revert DirectChannelsActive(msg.sender, provider.activeDirect);
        provider.seen = true;
        provider.proxyStatus = ProxyStatus.Registered;
        emit ProxyRegistered(msg.sender, _PROXY_BOND);
        _pull(msg.sender, _PROXY_BOND);
    }

    /// @inheritdoc IProxyRegistry
    function startLeaving() external nonReentrant {
        Provider storage provider = _providers[msg.sender];
        _requireProxyStatus(provider, ProxyStatus.Registered);
        uint40 leavesAt = uint40(block.timestamp + _LEAVING_DELAY);
        provider.proxyStatus = ProxyStatus.Leaving;
        provider.leavesAt = leavesAt;
        emit ProxyLeaving(msg.sender, leavesAt);
    }

    /// @inheritdoc IProxyRegistry
    function finishLeaving() external nonReentrant {
        Provider storage provider = _providers[msg.sender];
        _requireProxyStatus(provider, ProxyStatus.Leaving);
        if (provider.activeLocks != 0) revert LocksActive(msg.sender, provider.activeLocks);
        if (block.timestamp < provider.leavesAt) {
            revert LeavingDelayRuns(msg.sender, provider.leavesAt, block.timestamp);
        }
        provider.proxyStatus = ProxyStatus.None;
        provider.leavesAt = 0;
        emit ProxyLeft(msg.sender, _PROXY_BOND);
        _pay(msg.sender, _PROXY_BOND);
    }

    /// @inheritdoc IProxyRegistry
    function proxyOf(address account) external view returns (ProxyStatus status, uint40 leavesAt) {
        Provider storage provider = _providers[account];
        return (provider.proxyStatus, provider.leavesAt);
    }

    /// @inheritdoc IProxyRegistry
    function activeLocks(address account) external view returns (uint256) {
        return _providers[account].activeLocks;
    }

    /// @inheritdoc IProxyRegistry
    function proxyBond() external view returns (uint256) {
        return _PROXY_BOND;
    }

    /// @inheritdoc IProxyRegistry
    function leavingDelay() external view returns (uint256) {
        return _LEAVING_DELAY;
    }

    function _requireProxyStatus(Provider storage provider, ProxyStatus expected) private view {
        if (provider.proxyStatus != expected) revert WrongProxyStatus(msg.sender, provider.proxyStatus, expected);
    }
}
