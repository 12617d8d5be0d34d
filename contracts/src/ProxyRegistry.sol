// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "./Escrow.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {IProxyRegistry} from "./interfaces/IProxyRegistry.sol";
import {PackedProvider, ProxyStatus} from "./types/Provider.sol";

/// @title The register of proxies
/// @notice A part of the escrow; see `IProxyRegistry` for the rules.
abstract contract ProxyRegistry is IProxyRegistry, Escrow {
    /// @dev Longest leaving delay that can be deployed.
    uint256 private constant _MAX_DELAY = 90 days;

    uint256 private immutable _PROXY_BOND;
    uint256 private immutable _LEAVING_DELAY;

    mapping(address => PackedProvider) internal _providers;

    constructor(uint256 proxyBond_, uint256 leavingDelay_) {
        if (leavingDelay_ == 0 || leavingDelay_ > _MAX_DELAY) {
            revert IPaymentChannels.PeriodOutOfRange(leavingDelay_, _MAX_DELAY);
        }
        _PROXY_BOND = proxyBond_;
        _LEAVING_DELAY = leavingDelay_;
    }

    /// @inheritdoc IProxyRegistry
    function registerProxy() external nonReentrant {
        PackedProvider provider = _loadProxy(ProxyStatus.None);
        if (provider.activeDirect() != 0) revert DirectChannelsActive(msg.sender, provider.activeDirect());
        _providers[msg.sender] = provider.withProxyStatus(ProxyStatus.Registered, 0);
        emit ProxyRegistered(msg.sender, _PROXY_BOND);
        _pull(msg.sender, _PROXY_BOND);
    }

    /// @inheritdoc IProxyRegistry
    function startLeaving() external nonReentrant {
        PackedProvider provider = _loadProxy(ProxyStatus.Registered);
        uint40 leavesAt = uint40(block.timestamp + _LEAVING_DELAY);
        _providers[msg.sender] = provider.withProxyStatus(ProxyStatus.Leaving, leavesAt);
        emit ProxyLeaving(msg.sender, leavesAt);
    }

    /// @inheritdoc IProxyRegistry
    function finishLeaving() external nonReentrant {
        PackedProvider provider = _loadProxy(ProxyStatus.Leaving);
        if (provider.activeLocks() != 0) revert LocksActive(msg.sender, provider.activeLocks());
        if (block.timestamp < provider.leavesAt()) {
            revert LeavingDelayRuns(msg.sender, provider.leavesAt(), block.timestamp);
        }
        _providers[msg.sender] = provider.withProxyStatus(ProxyStatus.None, 0);
        emit ProxyLeft(msg.sender, _PROXY_BOND);
        _pay(msg.sender, _PROXY_BOND);
    }

    /// @inheritdoc IProxyRegistry
    function proxyOf(address account) external view returns (ProxyStatus status, uint40 leavesAt) {
        PackedProvider provider = _providers[account];
        return (provider.proxyStatus(), provider.leavesAt());
    }

    /// @inheritdoc IProxyRegistry
    function activeLocks(address account) external view returns (uint256) {
        return _providers[account].activeLocks();
    }

    /// @inheritdoc IProxyRegistry
    function proxyBond() external view returns (uint256) {
        return _PROXY_BOND;
    }

    /// @inheritdoc IProxyRegistry
    function leavingDelay() external view returns (uint256) {
        return _LEAVING_DELAY;
    }

    /// @dev The caller's record, in which it must be in the standing `expected`.
    function _loadProxy(ProxyStatus expected) private view returns (PackedProvider provider) {
        provider = _providers[msg.sender];
        if (provider.proxyStatus() != expected) {
            revert WrongProxyStatus(msg.sender, provider.proxyStatus(), expected);
        }
    }
}
