// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice topUp.
contract ToppingUpTest is ChannelTest {
    function test_TopUp_Opened_TakesTheDifferenceOfTheDeposits() public {
        Terms memory terms = someTerms();
        open(terms);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelToppedUp(idOf(terms), 150 * MB, 0.05 ether);
        topUp(terms, 150 * MB);
        assertChannel(terms, Status.Opened, 150 * MB, 0, 0, 0, block.timestamp + CONFIRM_TIMEOUT);
        assertEq(token.balanceOf(address(channels)), 0.15 ether, "escrow");
    }

    function test_TopUp_Active_RaisesWhatCanBeClaimed() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 100 * MB));
        topUp(terms, 150 * MB);
        channels.claim(terms, byConsumer(terms, 150 * MB));
        assertChannel(terms, Status.Active, 150 * MB, 150 * MB, 150 * MB, 0, 0);
        assertEq(token.balanceOf(provider), FUNDS + 0.15 ether, "provider");
    }

    function test_TopUp_InSteps_CostsWhatOneDepositWould() public {
        Terms memory terms = someTerms();
        terms.capacity = 1_000;
        terms.pricePerMB = 1;
        activate(terms);
        for (uint64 capacity = 2_000; capacity <= 3_000; capacity += 1_000) topUp(terms, capacity);
        assertEq(token.balanceOf(address(channels)), 1, "three KB still cost one base unit");
    }

    function test_TopUp_ByAnother_IsRefused() public {
        Terms memory terms = active();
        refuse(
            provider,
            terms,
            150 * MB,
            abi.encodeWithSelector(IPaymentChannels.NotConsumer.selector, provider, consumer)
        );
    }

    function test_TopUp_NotRaising_IsRefused() public {
        Terms memory terms = active();
        refuse(
            consumer,
            terms,
            100 * MB,
            abi.encodeWithSelector(IPaymentChannels.CapacityNotRaised.selector, 100 * MB, 100 * MB)
        );
    }

    function test_TopUp_NotInWholeKB_IsRefused() public {
        Terms memory terms = active();
        refuse(
            consumer,
            terms,
            100 * MB + 1,
            abi.encodeWithSelector(IPaymentChannels.CapacityNotWholeKB.selector, 100 * MB + 1)
        );
        refuse(consumer, terms, 0, abi.encodeWithSelector(IPaymentChannels.CapacityNotWholeKB.selector, 0));
    }

    function test_TopUp_AboveTheGreatestCapacity_IsRefused() public {
        Terms memory terms = active();
        uint64 capacity = uint64(channels.maxCapacity() + 1_000);
        refuse(
            consumer,
            terms,
            capacity,
            abi.encodeWithSelector(IPaymentChannels.CapacityTooLarge.selector, capacity, capacity - 1_000)
        );
    }

    function test_TopUp_InAnyOtherStatus_IsRefused() public {
        refuse(consumer, someTerms(), Status.None);
        refuse(consumer, closing(MB, MB), Status.Closing);
        Terms memory closed = active();
        cooperativeClose(closed, MB);
        refuse(consumer, closed, Status.Settled);
    }

    function test_TopUp_WithoutAllowance_IsRefused() public {
        Terms memory terms = active();
        VM.prank(consumer);
        token.approve(address(channels), 0.05 ether - 1);
        refuse(
            consumer,
            terms,
            150 * MB,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(channels), 0.05 ether - 1, 0.05 ether
            )
        );
    }

    function topUp(Terms memory terms, uint64 capacity) private {
        VM.prank(consumer);
        channels.topUp(terms, capacity);
    }

    function refuse(address caller, Terms memory terms, Status actual) private {
        bytes memory expected =
            abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.Active);
        refuse(caller, terms, 150 * MB, expected);
    }

    function refuse(address caller, Terms memory terms, uint64 capacity, bytes memory expected) private {
        assertRefused(caller, terms, abi.encodeCall(IPaymentChannels.topUp, (terms, capacity)), expected);
    }
}
