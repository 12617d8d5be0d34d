// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice open, with every kind of terms that it refuses.
contract OpeningTest is ChannelTest {
    function test_Open_TakesTheDepositAndAnnouncesTheTerms() public {
        Terms memory terms = someTerms();
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelOpened(
            idOf(terms),
            consumer,
            provider,
            100 * MB,
            PRICE,
            10_000,
            1,
            terms.salt,
            uint40(block.timestamp + CONFIRM_TIMEOUT)
        );
        VM.prank(consumer);
        bytes32 channelId = channels.open(terms);

        assertEq(channelId, idOf(terms), "channel id");
        assertEq(channels.channelIdOf(terms), idOf(terms), "channelIdOf");
        assertChannel(terms, Status.Opened, 100 * MB, 0, 0, 0, block.timestamp + CONFIRM_TIMEOUT);
        assertEq(token.balanceOf(consumer), FUNDS - 0.1 ether, "consumer pays 100 MB");
        assertEq(token.balanceOf(address(channels)), 0.1 ether, "escrow holds it");
        assertEq(channels.activeChannels(provider), 0, "opening takes no slot");
    }

    function test_Open_RoundsTheDepositUp() public {
        Terms memory terms = someTerms();
        terms.capacity = 1_000;
        terms.pricePerMB = 1;
        open(terms);
        assertEq(token.balanceOf(address(channels)), 1, "a KB at one base unit per MB");
    }

    function test_Open_LockTakesTenPerCentMore() public {
        register(provider);
        Terms memory terms = lockTerms();
        open(terms);
        assertEq(token.balanceOf(address(channels)), BOND + 0.11 ether, "110 %");
    }

    function test_Open_ByAnotherThanTheConsumer_IsRefused() public {
        Terms memory terms = someTerms();
        refuse(stranger, terms, abi.encodeWithSelector(IPaymentChannels.NotConsumer.selector, stranger, consumer));
    }

    function test_Open_TheSameTermsTwice_IsRefusedInEveryStatus() public {
        Terms memory terms = someTerms();
        open(terms);
        refuseAs(terms, Status.Opened);
        VM.prank(provider);
        channels.confirm(terms);
        refuseAs(terms, Status.Active);
        startClose(terms, MB, MB);
        refuseAs(terms, Status.Closing);
        settle(terms);
        refuseAs(terms, Status.Settled);

        Terms memory declined = someTerms();
        open(declined);
        VM.prank(provider);
        channels.decline(declined);
        refuseAs(declined, Status.Declined);

        Terms memory expired = someTerms();
        open(expired);
        VM.warp(block.timestamp + CONFIRM_TIMEOUT);
        channels.withdrawUnconfirmed(expired);
        refuseAs(expired, Status.Expired);
    }

    function test_Open_CapacityOfZero_IsRefused() public {
        Terms memory terms = someTerms();
        terms.capacity = 0;
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.CapacityNotWholeKB.selector, 0));
    }

    function test_Open_CapacityNotInWholeKB_IsRefused() public {
        Terms memory terms = someTerms();
        terms.capacity = 1_001;
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.CapacityNotWholeKB.selector, 1_001));
    }

    function test_Open_GreatestCapacity_IsAccepted() public {
        Terms memory terms = someTerms();
        terms.capacity = uint64(channels.maxCapacity());
        terms.pricePerMB = 1;
        open(terms);
        assertChannel(terms, Status.Opened, terms.capacity, 0, 0, 0, block.timestamp + CONFIRM_TIMEOUT);
    }

    function test_Open_CapacityAboveTheGreatest_IsRefused() public {
        Terms memory terms = someTerms();
        terms.capacity = uint64(channels.maxCapacity() + 1_000);
        refuse(
            consumer,
            terms,
            abi.encodeWithSelector(
                IPaymentChannels.CapacityTooLarge.selector, terms.capacity, channels.maxCapacity()
            )
        );
    }

    function test_Open_ZeroPrice_IsRefused() public {
        Terms memory terms = someTerms();
        terms.pricePerMB = 0;
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.ZeroPrice.selector));
    }

    function test_Open_ZeroProvider_IsRefused() public {
        Terms memory terms = someTerms();
        terms.provider = address(0);
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.ZeroProvider.selector));
    }

    function test_Open_WithOneself_IsRefused() public {
        Terms memory terms = someTerms();
        terms.provider = consumer;
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.SelfChannel.selector, consumer));
    }

    function test_Open_ToleranceOfAHundredPerCent_IsAccepted() public {
        Terms memory terms = someTerms();
        terms.tolerance = 1_000_000;
        open(terms);
        assertStatus(terms, Status.Opened);
    }

    function test_Open_ToleranceAboveAHundredPerCent_IsRefused() public {
        Terms memory terms = someTerms();
        terms.tolerance = 1_000_001;
        refuse(
            consumer,
            terms,
            abi.encodeWithSelector(IPaymentChannels.ToleranceTooHigh.selector, 1_000_001, 1_000_000)
        );
    }

    function test_Open_UnknownKind_IsRefused() public {
        Terms memory terms = someTerms();
        for (uint8 kind = 0; kind < 4; kind += 3) {
            terms.kind = kind;
            refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.UnknownKind.selector, kind));
        }
    }

    function test_Open_LockWithoutARegisteredProxy_IsRefused() public {
        Terms memory terms = lockTerms();
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.ProviderNotProxy.selector, provider));
    }

    function test_Open_LockWithALeavingProxy_IsRefused() public {
        register(provider);
        VM.prank(provider);
        channels.startLeaving();
        Terms memory terms = lockTerms();
        refuse(consumer, terms, abi.encodeWithSelector(IPaymentChannels.ProviderNotProxy.selector, provider));
    }

    function test_Open_WithoutAllowance_IsRefused() public {
        Terms memory terms = someTerms();
        VM.prank(consumer);
        token.approve(address(channels), 0.1 ether - 1);
        refuse(
            consumer,
            terms,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(channels), 0.1 ether - 1, 0.1 ether
            )
        );
    }

    function test_Open_WithoutTokens_IsRefused() public {
        Terms memory terms = someTerms();
        VM.prank(consumer);
        token.transfer(stranger, FUNDS - 1);
        refuse(
            consumer,
            terms,
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, consumer, 1, 0.1 ether)
        );
    }

    function test_Open_FieldsBeyondTheirTypes_AreRefused() public {
        Terms memory terms = someTerms();
        for (uint256 field = 0; field < 6; ++field) {
            bytes memory call = abi.encodeCall(IPaymentChannels.open, (terms));
            // The first byte of a field's word, which its type leaves empty.
            call[4 + field * 32] = 0x01;
            assertRefused(consumer, terms, call, "");
        }
    }

    function refuse(address caller, Terms memory terms, bytes memory expected) private {
        assertRefused(caller, terms, abi.encodeCall(IPaymentChannels.open, (terms)), expected);
    }

    function refuseAs(Terms memory terms, Status actual) private {
        refuse(
            consumer,
            terms,
            abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.None)
        );
    }
}
