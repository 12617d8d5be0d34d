// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice claim and claimMany.
contract ClaimingTest is ChannelTest {
    function test_Claim_ByAnyone_PaysTheProviderAndKeepsTheChannelActive() public {
        Terms memory terms = active();
        SignedUnit memory unit = byConsumer(terms, 20 * MB);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelClaimed(idOf(terms), 20 * MB, 0.02 ether);
        VM.prank(stranger);
        channels.claim(terms, unit);
        assertChannel(terms, Status.Active, 100 * MB, 20 * MB, 20 * MB, 0, 0);
        assertEq(token.balanceOf(provider), FUNDS + 0.02 ether, "provider");
        assertEq(token.balanceOf(stranger), FUNDS, "the caller gets nothing");
    }

    function test_Claim_Again_PaysOnlyTheDifference() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        channels.claim(terms, byConsumer(terms, 50 * MB));
        assertEq(token.balanceOf(provider), FUNDS + 0.05 ether, "provider");
    }

    function test_Claim_OfALock_PaysTenPerCentMore() public {
        register(provider);
        Terms memory terms = lockTerms();
        activate(terms);
        uint256 before = token.balanceOf(provider);
        channels.claim(terms, byConsumer(terms, 20 * MB));
        assertEq(token.balanceOf(provider) - before, 0.022 ether, "110 %");
    }

    function test_Claim_AboveTheCapacity_IsClipped() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 500 * MB));
        assertChannel(terms, Status.Active, 100 * MB, 100 * MB, 100 * MB, 0, 0);
        assertEq(token.balanceOf(provider), FUNDS + 0.1 ether, "provider");
        assertEq(token.balanceOf(address(channels)), 0, "escrow");
    }

    function test_Claim_TheSameUnitTwice_IsRefused() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        refuse(terms, byConsumer(terms, 20 * MB), raisesNothing(terms, 20 * MB));
        refuse(terms, byConsumer(terms, 19 * MB), raisesNothing(terms, 19 * MB));
    }

    function test_Claim_OfNothing_IsRefused() public {
        Terms memory terms = active();
        refuse(
            terms,
            byConsumer(terms, 0),
            abi.encodeWithSelector(IPaymentChannels.RaisesNothing.selector, idOf(terms), 0, 0)
        );
    }

    function test_Claim_NotInWholeKB_IsRefused() public {
        Terms memory terms = active();
        refuse(
            terms,
            byConsumer(terms, 20 * MB + 1),
            abi.encodeWithSelector(IPaymentChannels.BytesNotWholeKB.selector, 20 * MB + 1)
        );
    }

    function test_Claim_WithTheProvidersUnit_IsRefused() public {
        Terms memory terms = active();
        refuse(
            terms,
            byProvider(terms, 20 * MB),
            abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, provider, consumer)
        );
    }

    function test_Claim_InAnyOtherStatus_IsRefused() public {
        refuse(someTerms(), Status.None);
        Terms memory opened = someTerms();
        open(opened);
        refuse(opened, Status.Opened);
        refuse(closing(MB, MB), Status.Closing);
        Terms memory closed = active();
        cooperativeClose(closed, MB);
        refuse(closed, Status.Settled);
    }

    function test_ClaimMany_PaysOncePerProvider() public {
        (address other,) = account("other provider");
        IPaymentChannels.Claim[] memory claims = new IPaymentChannels.Claim[](5);
        for (uint64 i = 0; i < 5; ++i) {
            Terms memory terms = someTerms();
            if (i % 2 == 1) terms.provider = other;
            activate(terms);
            claims[i] = IPaymentChannels.Claim(terms, byConsumer(terms, (i + 1) * MB));
        }
        VM.recordLogs();
        channels.claimMany(claims);
        assertEq(token.balanceOf(provider), FUNDS + 0.009 ether, "1 + 3 + 5 MB");
        assertEq(token.balanceOf(other), 0.006 ether, "2 + 4 MB");
        assertEq(VM.getRecordedLogs().length, 5 + 2, "five claims, two transfers");
    }

    function test_ClaimMany_SkipsFailingItemsAndSaysWhy() public {
        Terms memory good = active();
        Terms memory unopened = someTerms();
        Terms memory last = active();
        IPaymentChannels.Claim[] memory claims = new IPaymentChannels.Claim[](5);
        claims[0] = IPaymentChannels.Claim(unopened, byConsumer(unopened, MB));
        claims[1] = IPaymentChannels.Claim(good, byConsumer(good, 20 * MB));
        claims[2] = IPaymentChannels.Claim(good, byConsumer(good, 20 * MB));
        claims[3] = IPaymentChannels.Claim(last, byProvider(last, MB));
        claims[4] = IPaymentChannels.Claim(last, byConsumer(last, 3 * MB));
        claims[3].unit.signature.v = 29;

        expectSkip(0, unopened, wrongStatus(unopened, Status.None));
        expectSkip(
            2,
            good,
            abi.encodeWithSelector(IPaymentChannels.RaisesNothing.selector, idOf(good), 20 * MB, 20 * MB)
        );
        expectSkip(
            3,
            last,
            abi.encodeWithSelector(
                IPaymentChannels.MalformedSignature.selector,
                29,
                claims[3].unit.signature.r,
                claims[3].unit.signature.s
            )
        );
        channels.claimMany(claims);
        assertEq(token.balanceOf(provider), FUNDS + 0.023 ether, "the good items are paid");
    }

    function test_ClaimMany_OfNothing_DoesNothing() public {
        uint256[5] memory before = money();
        channels.claimMany(new IPaymentChannels.Claim[](0));
        assertEq(abi.encode(money()), abi.encode(before), "money");
    }

    function expectSkip(uint256 position, Terms memory terms, bytes memory reason) private {
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.BatchItemSkipped(position, idOf(terms), reason);
    }

    function refuse(Terms memory terms, Status actual) private {
        refuse(terms, byConsumer(terms, 2 * MB), wrongStatus(terms, actual));
    }

    function refuse(Terms memory terms, SignedUnit memory unit, bytes memory expected) private {
        assertRefused(provider, terms, abi.encodeCall(IPaymentChannels.claim, (terms, unit)), expected);
    }

    function wrongStatus(Terms memory terms, Status actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.Active);
    }

    function raisesNothing(Terms memory terms, uint64 bytesUsed) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IPaymentChannels.RaisesNothing.selector, idOf(terms), bytesUsed, channels.getChannel(idOf(terms)).paidBytes
        );
    }
}
