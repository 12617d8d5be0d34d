// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Signature} from "../../src/types/Signature.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice Mistakes of other systems, of the proof of concept and of earlier drafts, each shown not to be made here.
contract LessonsTest is ChannelTest {
    function test_Lesson_AFreshUnitWithAHugeIndexAndFewBytesShutsNothingOut() public {
        Terms memory terms = active();
        SignedUnit memory decoy;
        decoy.index = type(uint64).max;
        decoy.bytesUsed = 1_000;
        decoy.timestamp = type(uint64).max;
        decoy.signature = signed(consumerKey, unitDigest(separator, terms, decoy));
        VM.prank(consumer);
        channels.startClose(terms, decoy, noUnit());
        channels.challenge(terms, byConsumer(terms, 40 * MB));
        settle(terms);
        assertEq(token.balanceOf(provider), FUNDS + 0.04 ether, "the genuine unit pays");
    }

    function test_Lesson_AnOldClosureCannotUndoClaimsNorOutliveItsDay() public {
        Terms memory terms = active();
        uint64 until = soon();
        Signature memory closureA = closure(terms, consumerKey, 10 * MB, until);
        Signature memory closureB = closure(terms, providerKey, 10 * MB, until);
        channels.claim(terms, byConsumer(terms, 40 * MB));
        bytes memory call =
            abi.encodeCall(IPaymentChannels.cooperativeClose, (terms, 10 * MB, until, closureA, closureB));
        assertRefused(
            consumer,
            terms,
            call,
            abi.encodeWithSelector(IPaymentChannels.ClosureBelowPaid.selector, idOf(terms), 10 * MB, 40 * MB)
        );
        VM.warp(until + 1);
        assertRefused(
            consumer,
            terms,
            call,
            abi.encodeWithSelector(IPaymentChannels.SignatureExpired.selector, until, until + 1)
        );
    }

    function test_Lesson_ARelayedTopUpCannotBeReplayed() public {
        Terms memory terms = active();
        Signature memory signature = signTopUp(separator, idOf(terms), consumerKey, 150 * MB, soon());
        bytes memory call = abi.encodeCall(IPaymentChannels.topUpFor, (terms, 150 * MB, soon(), signature));
        (bool success,) = address(channels).call(call);
        assertTrue(success, "once");
        assertRefused(
            stranger,
            terms,
            call,
            abi.encodeWithSelector(IPaymentChannels.CapacityNotRaised.selector, 150 * MB, 150 * MB)
        );
    }

    function test_Lesson_OneFailingItemDoesNotRevertABatch() public {
        Terms memory good = active();
        Terms memory bad = someTerms();
        IPaymentChannels.Claim[] memory claims = new IPaymentChannels.Claim[](2);
        claims[0] = IPaymentChannels.Claim(bad, byConsumer(bad, MB));
        claims[1] = IPaymentChannels.Claim(good, byConsumer(good, MB));
        channels.claimMany(claims);
        assertEq(token.balanceOf(provider), FUNDS + 0.001 ether, "the good item is paid");
    }

    function test_Lesson_NamingOrNotNamingUnitsDoesNotMoveTheBurn() public {
        uint256 supply = token.totalSupply();
        uint256[3] memory burned;
        for (uint256 i = 0; i < 3; ++i) {
            Terms memory terms = active();
            // The consumer names both units, its own alone, or none; the tower shows the rest.
            startClose(terms, i < 2 ? 40 * MB : 0, i == 0 ? 43 * MB : 0);
            if (i == 2) channels.challenge(terms, byConsumer(terms, 40 * MB));
            if (i > 0) channels.challenge(terms, byProvider(terms, 43 * MB));
            settle(terms);
            burned[i] = supply - token.totalSupply();
            supply = token.totalSupply();
        }
        assertEq(burned[0], 0.003 ether, "burned");
        assertEq(burned[1], burned[0], "own unit alone");
        assertEq(burned[2], burned[0], "no unit");
    }

    function test_Lesson_AProvidersFirstUnitAtTheLastMomentCannotCutItsOwnPay() public {
        register(provider);
        Terms memory terms = lockTerms();
        activate(terms);
        uint256 before = token.balanceOf(provider);
        startClose(terms, 40 * MB, 0);
        VM.warp(block.timestamp + CHALLENGE_PERIOD);
        channels.challenge(terms, byProvider(terms, 1_000));
        channels.settle(terms);
        assertEq(token.balanceOf(provider) - before, 0.044 ether, "the proxy collects what it signed on for");
    }

    function test_Lesson_ACapacityCannotTruncateIn48Bits() public {
        Terms memory terms = someTerms();
        terms.pricePerMB = 1;
        // (2^48 + 1) KB, of which 48 bits would keep 1 KB: a huge claim for a tiny deposit.
        terms.capacity = ((1 << 48) + 1) * 1_000;
        assertRefused(
            consumer,
            terms,
            abi.encodeCall(IPaymentChannels.open, (terms)),
            abi.encodeWithSelector(
                IPaymentChannels.CapacityTooLarge.selector, terms.capacity, ((1 << 48) - 1) * 1_000
            )
        );
    }

    function test_Lesson_ToleranceIsReckonedInBytes() public {
        // 1 % of 150,000 bytes are 1,500: a difference of 2 KB is a dispute. In KB, ceil(1.5) = 2 would allow it.
        Terms memory terms = closing(148_000, 150_000);
        uint256 supply = token.totalSupply();
        settle(terms);
        assertEq(supply - token.totalSupply(), 0.000002 ether, "2 KB are burned");
    }

    function test_Lesson_CumulativeUsageIsNotBilledAgain() public {
        Terms memory terms = active();
        for (uint64 i = 1; i <= 5; ++i) channels.claim(terms, byConsumer(terms, i * MB));
        startClose(terms, 5 * MB, 5 * MB);
        settle(terms);
        assertEq(token.balanceOf(provider), FUNDS + 0.005 ether, "5 MB, not 15 or 20");
    }

    function test_Lesson_AFutureTimestampBlocksNothing() public {
        Terms memory terms = active();
        SignedUnit memory unit = noUnit();
        unit.bytesUsed = MB;
        unit.timestamp = type(uint64).max;
        unit.signature = signed(consumerKey, unitDigest(separator, terms, unit));
        channels.claim(terms, unit);
        cooperativeClose(terms, 2 * MB);
        assertStatus(terms, Status.Settled);
    }

    function test_Lesson_TheCapIsFiveNotSix() public {
        for (uint256 i = 0; i < 5; ++i) active();
        Terms memory sixth = someTerms();
        open(sixth);
        assertRefused(
            provider,
            sixth,
            abi.encodeCall(IPaymentChannels.confirm, (sixth)),
            abi.encodeWithSelector(IPaymentChannels.NoFreeSlot.selector, provider, 5)
        );
    }

    function test_Lesson_ChainIdAndContractAreInTheDigest() public {
        Terms memory terms = someTerms();
        Signature memory here = order("Open", terms, consumerKey, soon());
        bytes32 id = idOf(terms);
        VM.chainId(31_338);
        assertTrue(channels.channelIdOf(terms) != id, "a fork has other ids");
        bytes32 fork = separatorOf("Tachyon", address(channels));
        assertRefused(
            stranger,
            terms,
            abi.encodeCall(IPaymentChannels.openFor, (terms, soon(), here)),
            wrongSigner(orderDigest(fork, "Open", typed(fork, hashOf(terms)), soon()), here, consumer)
        );
        assertEq(channels.domainSeparator(), fork, "the fork's own separator");
    }

    function test_Lesson_NoDebugCallsInProduction() public view {
        // Debug prints call an account named console.log; its name is in the code that does.
        bytes memory name = bytes("console.log");
        address[2] memory deployed = [address(channels), address(token)];
        for (uint256 i = 0; i < deployed.length; ++i) {
            bytes memory code = deployed[i].code;
            for (uint256 start = 0; start + name.length <= code.length; ++start) {
                if (code[start] != name[0]) continue;
                uint256 same = 1;
                while (same < name.length && code[start + same] == name[same]) ++same;
                assertTrue(same < name.length, "a debug call in deployed code");
            }
        }
    }

    function test_Lesson_OnlyTheVThatOffChainCodeAcceptsIsAccepted() public {
        Terms memory terms = active();
        SignedUnit memory unit = byConsumer(terms, 40 * MB);
        uint8 good = unit.signature.v;
        for (uint256 v = 0; v < 256; ++v) {
            if (v == 27 || v == 28) continue;
            unit.signature.v = uint8(v);
            assertRefused(
                provider,
                terms,
                abi.encodeCall(IPaymentChannels.claim, (terms, unit)),
                abi.encodeWithSelector(
                    IPaymentChannels.MalformedSignature.selector, v, unit.signature.r, unit.signature.s
                )
            );
        }
        unit.signature.v = good;
        channels.claim(terms, unit);
        assertEq(token.balanceOf(provider), FUNDS + 0.04 ether, "the one form of the signature pays");
    }

    function test_Lesson_AClosingSignatureServesNoOtherChannelOfTheSameProvider() public {
        Terms memory one = active();
        Terms memory other = active();
        Signature memory closureA = closure(one, consumerKey, MB, soon());
        Signature memory closureB = closure(one, providerKey, MB, soon());
        assertRefused(
            stranger,
            other,
            abi.encodeCall(IPaymentChannels.cooperativeClose, (other, MB, soon(), closureA, closureB)),
            wrongSigner(closureDigest(separator, idOf(other), MB, soon()), closureA, consumer)
        );
    }

    function test_Lesson_ASettledChannelIsNeverReopenedSoOldUnitsStayDead() public {
        Terms memory terms = active();
        SignedUnit memory unit = byConsumer(terms, 40 * MB);
        cooperativeClose(terms, 40 * MB);
        assertRefused(
            consumer,
            terms,
            abi.encodeCall(IPaymentChannels.open, (terms)),
            abi.encodeWithSelector(
                IPaymentChannels.WrongStatus.selector, idOf(terms), Status.Settled, Status.None
            )
        );
        Terms memory again = active();
        assertRefused(
            provider,
            again,
            abi.encodeCall(IPaymentChannels.claim, (again, unit)),
            wrongSigner(unitDigest(separator, again, unit), unit.signature, consumer)
        );
    }

    function test_Lesson_EvidenceMissedUnderCongestionCountsUntilSettlement() public {
        Terms memory terms = closing(10 * MB, 0);
        VM.warp(block.timestamp + CHALLENGE_PERIOD + 3 days);
        channels.challenge(terms, byConsumer(terms, 40 * MB));
        channels.settle(terms);
        assertEq(token.balanceOf(provider), FUNDS + 0.04 ether, "late, but not too late");
    }

    function test_Lesson_TheBurnCannotDestroyAWholeDeposit() public {
        Terms memory terms = closing(10 * MB, 100 * MB);
        uint256 supply = token.totalSupply();
        settle(terms);
        assertEq(supply - token.totalSupply(), 0.005 ether, "one checkpoint");
        assertEq(token.balanceOf(consumer), FUNDS - 0.015 ether, "the rest comes back");
    }
}
