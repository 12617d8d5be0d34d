// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IProxyRegistry} from "../../src/interfaces/IProxyRegistry.sol";
import {ProxyStatus} from "../../src/types/Provider.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice The register of proxies.
contract ProxiesTest is ChannelTest {
    function test_Register_TakesTheBond() public {
        VM.expectEmit(true, true, true, true, address(channels));
        emit IProxyRegistry.ProxyRegistered(provider, BOND);
        register(provider);
        assertStanding(ProxyStatus.Registered, 0);
        assertEq(token.balanceOf(provider), FUNDS - BOND, "bond");
        assertEq(token.balanceOf(address(channels)), BOND, "escrow");
    }

    function test_Register_WithActiveDirectChannels_IsRefused() public {
        Terms memory terms = active();
        refuse(
            abi.encodeCall(IProxyRegistry.registerProxy, ()),
            abi.encodeWithSelector(IProxyRegistry.DirectChannelsActive.selector, provider, 1)
        );
        cooperativeClose(terms, MB);
        register(provider);
        assertStanding(ProxyStatus.Registered, 0);
    }

    function test_Register_WithoutTheBond_IsRefused() public {
        VM.prank(provider);
        token.approve(address(channels), BOND - 1);
        refuse(
            abi.encodeCall(IProxyRegistry.registerProxy, ()),
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(channels), BOND - 1, BOND
            )
        );
    }

    function test_Register_TwiceOrWhileLeaving_IsRefused() public {
        register(provider);
        refuse(abi.encodeCall(IProxyRegistry.registerProxy, ()), wrong(ProxyStatus.Registered, ProxyStatus.None));
        startLeaving();
        refuse(abi.encodeCall(IProxyRegistry.registerProxy, ()), wrong(ProxyStatus.Leaving, ProxyStatus.None));
    }

    function test_Leave_AfterTheDelay_ReturnsTheBond() public {
        register(provider);
        uint40 leavesAt = uint40(block.timestamp + LEAVING_DELAY);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IProxyRegistry.ProxyLeaving(provider, leavesAt);
        startLeaving();
        assertStanding(ProxyStatus.Leaving, leavesAt);
        VM.warp(leavesAt);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IProxyRegistry.ProxyLeft(provider, BOND);
        finishLeaving();
        assertStanding(ProxyStatus.None, 0);
        assertEq(token.balanceOf(provider), FUNDS, "bond");
        register(provider);
        assertStanding(ProxyStatus.Registered, 0);
    }

    function test_Leave_BeforeTheDelay_IsRefused() public {
        register(provider);
        startLeaving();
        uint256 leavesAt = block.timestamp + LEAVING_DELAY;
        VM.warp(leavesAt - 1);
        refuse(
            abi.encodeCall(IProxyRegistry.finishLeaving, ()),
            abi.encodeWithSelector(IProxyRegistry.LeavingDelayRuns.selector, provider, leavesAt, leavesAt - 1)
        );
    }

    function test_Leave_WithUnsettledLocks_IsRefused() public {
        register(provider);
        Terms memory terms = lockTerms();
        activate(terms);
        startLeaving();
        VM.warp(block.timestamp + LEAVING_DELAY);
        refuse(
            abi.encodeCall(IProxyRegistry.finishLeaving, ()),
            abi.encodeWithSelector(IProxyRegistry.LocksActive.selector, provider, 1)
        );
        cooperativeClose(terms, MB);
        finishLeaving();
        assertStanding(ProxyStatus.None, 0);
    }

    function test_Leave_WithoutBeingAProxy_IsRefused() public {
        refuse(abi.encodeCall(IProxyRegistry.startLeaving, ()), wrong(ProxyStatus.None, ProxyStatus.Registered));
        refuse(abi.encodeCall(IProxyRegistry.finishLeaving, ()), wrong(ProxyStatus.None, ProxyStatus.Leaving));
        register(provider);
        refuse(abi.encodeCall(IProxyRegistry.finishLeaving, ()), wrong(ProxyStatus.Registered, ProxyStatus.Leaving));
    }

    function startLeaving() private {
        VM.prank(provider);
        channels.startLeaving();
    }

    function finishLeaving() private {
        VM.prank(provider);
        channels.finishLeaving();
    }

    function assertStanding(ProxyStatus expected, uint40 expectedLeavesAt) private view {
        (ProxyStatus actual, uint40 leavesAt) = channels.proxyOf(provider);
        assertTrue(actual == expected, "standing");
        assertEq(leavesAt, expectedLeavesAt, "leaves at");
    }

    function refuse(bytes memory call, bytes memory expected) private {
        assertRefused(provider, someTerms(), call, expected);
    }

    function wrong(ProxyStatus actual, ProxyStatus expected) private view returns (bytes memory) {
        return abi.encodeWithSelector(IProxyRegistry.WrongProxyStatus.selector, provider, actual, expected);
    }
}
