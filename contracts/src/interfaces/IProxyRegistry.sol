// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProxyStatus} from "../types/Provider.sol";

/// @title The register of proxies
/// @notice A proxy posts a bond; it is then the only kind of provider that locks can name, and holds no direct
/// channels. It is a part of the escrow, since both rules need the provider's active channels.
///
///     None ── registerProxy ──► Registered ── startLeaving ──► Leaving ── finishLeaving ──► None
interface IProxyRegistry {
    /// @notice `proxy` posted its bond of `bond` base units.
    event ProxyRegistered(address indexed proxy, uint256 bond);

    /// @notice `proxy` takes no more locks and may have its bond back from `leavesAt` (seconds) on.
    event ProxyLeaving(address indexed proxy, uint40 leavesAt);

    /// @notice `proxy` left and got back `bond` base units.
    event ProxyLeft(address indexed proxy, uint256 bond);

    /// @notice The call needs `account` to be in another standing.
    error WrongProxyStatus(address account, ProxyStatus actual, ProxyStatus expected);

    /// @notice A provider with direct channels cannot become a proxy.
    error DirectChannelsActive(address account, uint256 activeDirect);

    /// @notice A proxy with unsettled locks cannot take its bond.
    error LocksActive(address account, uint256 activeLocks);

    /// @notice The leaving delay runs until `leavesAt`.
    error LeavingDelayRuns(address account, uint256 leavesAt, uint256 nowSeconds);

    /// @notice Makes the caller a proxy and takes its bond, for which it must have given an allowance.
    /// @dev Refused while the caller has active direct channels.
    function registerProxy() external;

    /// @notice Announces that the caller leaves: no further lock can be opened or confirmed with it. Locks already
    /// confirmed run on.
    function startLeaving() external;

    /// @notice Returns the caller's bond after the delay, once its last lock is settled.
    function finishLeaving() external;

    /// @notice The standing of `account`, and, if it is leaving, the second from which it may take its bond.
    function proxyOf(address account) external view returns (ProxyStatus status, uint40 leavesAt);

    /// @notice Locks that `account` has confirmed and that are not settled.
    function activeLocks(address account) external view returns (uint256);

    /// @notice Base units that a proxy posts.
    function proxyBond() external view returns (uint256);

    /// @notice Seconds between announcing to leave and getting the bond back.
    function leavingDelay() external view returns (uint256);
}
